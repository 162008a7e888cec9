# shellcheck shell=bash
# ghcr.io/astral-sh/uv:VERSION: the musl wheel holds the same static binaries as the official image.

match_uv() { [[ $1 == ghcr.io/astral-sh/uv:[0-9]* ]]; }

prepare_uv() {
  local v=${1##*:} d=$LAB/base/uv-${1##*:} t=$WORK/uv-${1##*:} m
  [ -d "$d" ] && return
  m=$(uname -m)
  mkdir -p "$t/w" "$t/root" "$LAB/base"
  # --only-binary: without it pip would offer to compile uv; it also is what --platform asks for.
  # --platform: the machine's own glibc build would not run in an image from scratch.
  "${PIP[@]}" download -q --no-deps --only-binary=:all: --platform "musllinux_1_1_$m" --platform "musllinux_1_2_$m" -d "$t/w" "uv==$v"
  "$PYTHON" -m zipfile -e "$t"/w/*.whl "$t/x"
  cp "$t/x/uv-$v.data/scripts/uv" "$t/x/uv-$v.data/scripts/uvx" "$t/root/"
  chmod 0755 "$t/root/uv" "$t/root/uvx" # zipfile forgets modes
  mv "$t/root" "$d"
}

make_uv() {
  tar -C "$LAB/base/uv-${1##*:}" --owner=0 --group=0 -c uv uvx |
    docker import -c 'WORKDIR /io' -c 'ENTRYPOINT ["/uv"]' -c 'ENV PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin' - "$1"
}
