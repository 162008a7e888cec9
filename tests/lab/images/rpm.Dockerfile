# A base whose package manager is dnf, with what makes a package and a repository for it: Debian has them too.
FROM python:3.13-slim
RUN apt-get update -q \
 && apt-get install -yq --no-install-recommends createrepo-c dnf rpm \
 && rm -rf /var/lib/apt/lists/*
