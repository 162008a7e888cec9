# shellcheck shell=bash
# debian:trixie-slim, debian:bookworm-slim: mmdebstrap with the exclusions of the official slim image.

match_debian() { [ "$1" = debian:trixie-slim ] || [ "$1" = debian:bookworm-slim ]; }

# suite_of IMAGE
suite_of() { local suite=${1#debian:}; echo "${suite%-slim}"; }

prepare_debian() {
  local suite tar
  suite=$(suite_of "$1")
  tar=$LAB/base/$suite.tar
  [ -f "$tar" ] && return
  mkdir -p "$LAB/base"
  # unshare --mount: if this is interrupted, the mounts inside the half-made root go with the process,
  #   and clearing away $WORK cannot reach the machine's /dev or /proc through them.
  # TMPDIR: the root is made there; the default /tmp may be small, or mounted nodev.
  # --variant=minbase: the package set of the official image; the default is a larger one.
  # --include: the official slim image has no certificates, but here every image needs them to reach anything.
  # --aptopt: the machine's way to the network (proxies, date checks), for the making only; and the user
  #   _apt may not be allowed into the lab folder.
  # --dpkgopt: what makes the official image slim; dpkg keeps to it inside the image too, as there.
  TMPDIR=$WORK unshare --mount mmdebstrap --quiet --variant=minbase --include=ca-certificates \
    --aptopt="$WORK/acquire.conf" --aptopt='APT::Sandbox::User "root"' --aptopt='APT::Install-Recommends "false"' \
    --dpkgopt='path-exclude=/usr/share/doc/*' --dpkgopt='path-exclude=/usr/share/man/*' \
    --dpkgopt='path-exclude=/usr/share/locale/*' --dpkgopt='path-exclude=/usr/share/info/*' \
    --customize-hook="bash $(printf %q "$HERE/images/authorities") \"\$1\"" \
    "$suite" "$WORK/$suite.tar" "deb $MIRROR $suite main"
  mv "$WORK/$suite.tar" "$tar"
}

make_debian() {
  # -c: a tar has no configuration.
  docker import -c 'CMD ["bash"]' -c 'ENV PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin' \
    "$LAB/base/$(suite_of "$1").tar" "$1"
}
