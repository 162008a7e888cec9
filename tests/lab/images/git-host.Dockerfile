# A host of git repositories behind SSH.
FROM python:3.13-slim
RUN apt-get update -q \
 && DEBIAN_FRONTEND=noninteractive apt-get install -yq --no-install-recommends git openssh-server \
 && rm -rf /var/lib/apt/lists/* /etc/ssh/ssh_host_*
