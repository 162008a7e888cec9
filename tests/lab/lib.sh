# shellcheck shell=bash disable=SC2034 # used by those who source this
# What up and down share: the names derived from the lab folder, and messages.

# iptables and its like; not on everyone's PATH.
PATH=$PATH:/usr/sbin:/sbin
HERE=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# -m: the folder need not exist yet. The absolute, link-free path is the lab's identity.
LAB=$(realpath -m "${WHEELWRIGHT_LAB:-$HERE/../../.lab}")
LAB_ID=$(printf %s "$LAB" | sha256sum | cut -c1-8)
# Sockets live here and not in the lab: a unix socket path is limited to 108 bytes, a lab path is not.
RUN=/run/wheelwright-$LAB_ID
# The engines that a lab can bring: Docker of today with each of its image stores, and the oldest one we build on.
ENGINES=(classic containerd docker20)
LAB_BIN=$LAB/engine/usr/bin
# Everything is made here and then renamed, so that what exists is whole. A name of each run's own:
# the background work of a run that was killed may still be writing to the last one.
WORK=$LAB/tmp.$$

LAB_T0=${EPOCHREALTIME/[.,]/}
say() { # progress, with seconds since the start
  local t=$(((${EPOCHREALTIME/[.,]/} - LAB_T0) / 100000))
  printf 'lab %4d.%ds  %s\n' $((t / 10)) $((t % 10)) "$*" >&2
}
die() { say "FAILED: $*"; exit 1; }

# One up or down at a time per lab; a test suite may well start several at once.
lock() {
  while :; do
    mkdir -p "$LAB"
    exec 9>"$LAB/lock"
    flock -n 9 || { say "waiting for another up or down of $LAB"; flock 9; }
    # "down --all" removes the file we may have waited for.
    if [ "$LAB/lock" -ef /proc/self/fd/9 ]; then return; fi
  done
}

# is_ours PID ARGUMENT: a pid file outlives its process, and a pid is used again:
# only a process with ARGUMENT (a path of this lab) in its command line is one of ours.
is_ours() { [ -n "$1" ] && grep -zqxF -- "$2" "/proc/$1/cmdline" 2>/dev/null; }
