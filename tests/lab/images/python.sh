# shellcheck shell=bash disable=SC2034
# python:3.13-slim from Debian's Python, and python:3.11-slim from that of the release before.

match_python() { [ "$1" = python:3.13-slim ]; }
base_python=debian:trixie-slim
make_python() { make_python_on "$base_python" 3.13 "$1"; }

match_older_python() { [ "$1" = python:3.11-slim ]; }
base_older_python=debian:bookworm-slim
make_older_python() { make_python_on "$base_older_python" 3.11 "$1"; }

# make_python_on BASE MINOR IMAGE
make_python_on() {
  local version body=wheelwright-lab/python-body-$2
  # Debian's pip has no RECORD and cannot upgrade itself: pip comes from the index, through a virtual
  # environment. EXTERNALLY-MANAGED would make pip and uv refuse to install, as they do not in the official image.
  build_image "$body" <<EOF
FROM $1
RUN apt-get update -qq \
 && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends python3 python3-venv \
 && rm -rf /var/lib/apt/lists/* /usr/lib/python3*/EXTERNALLY-MANAGED \
 && for n in python python3 python$2; do ln -s /usr/bin/python$2 /usr/local/bin/\$n; done \
 && python3 -m venv /tmp/v \
 && /tmp/v/bin/pip install -q -U pip \
 && /tmp/v/bin/pip --python /usr/bin/python3 install -q --root-user-action=ignore pip \
 && rm -rf /tmp/v /root/.cache
EOF
  version=$(docker run --rm --network=none "$body" python3 -c 'import platform; print(platform.python_version())')
  # The doubled /usr/local/bin is the official image's.
  build_image "$3" <<EOF
FROM $body
ENV PATH=/usr/local/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin LANG=C.UTF-8 PYTHON_VERSION=$version
CMD ["python3"]
EOF
  docker image rm "$body"
}
