# shellcheck shell=bash disable=SC2034
# rust:MAJOR.MINOR-slim from a toolchain which the machine's rustup has.

match_rust() { [[ $1 =~ ^rust:[0-9]+\.[0-9]+-slim$ ]]; }
base_rust=debian:trixie-slim

check_rust() { # before minutes of other work
  local v=${1#rust:}
  toolchain "$1" >/dev/null ||
    die "$1 is made from a rustup toolchain of this machine, which has none of that version: rustup toolchain install ${v%-slim} --profile minimal"
}

toolchain() { # toolchain IMAGE: prints the sysroot of the toolchain of that version
  local want=${1#rust:} t v
  want=${want%-slim}
  for t in $(rustup toolchain list 2>/dev/null | awk '{print $1}'); do
    v=$(rustup run "$t" rustc --version 2>/dev/null | awk '{print $2}') || continue
    if [[ $v == "$want".* && $v != *-* ]]; then rustup run "$t" rustc --print sysroot; return; fi
  done
  return 1
}

make_rust() {
  local sysroot v host d libs
  sysroot=$(toolchain "$1")
  v=$("$sysroot/bin/rustc" --version | awk '{print $2}')
  host=$("$sysroot/bin/rustc" -vV | sed -n 's/^host: //p')
  d=$WORK/rust
  mkdir -p "$d"
  cat >"$d/Dockerfile" <<EOF
FROM debian:trixie-slim
RUN apt-get update -qq \
 && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends gcc libc6-dev \
 && rm -rf /var/lib/apt/lists/*
ENV RUSTUP_HOME=/usr/local/rustup CARGO_HOME=/usr/local/cargo RUST_VERSION=$v
ENV PATH=/usr/local/cargo/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
COPY toolchain /usr/local/rustup/toolchains/$v-$host/
RUN mkdir -p /usr/local/cargo/bin \
 && for b in cargo rustc rustdoc; do ln -s ../../rustup/toolchains/$v-$host/bin/\$b /usr/local/cargo/bin/; done \
 && rustc --version && cargo --version
EOF
  # Only what the minimal profile holds, straight from the toolchain: its documentation alone is larger.
  # The context travels as a tar on standard input, so that no second copy lies on the disk.
  mapfile -t libs < <(cd "$sysroot" && find lib -maxdepth 1 -name '*.so*')
  tar -c -C "$d" Dockerfile -C "$sysroot" --transform 's,^\(bin\|lib\)/,toolchain/&,' \
    bin/cargo bin/rustc bin/rustdoc "${libs[@]}" "lib/rustlib/$host" |
    docker buildx build --quiet --provenance=false --tag "$1" -
}
