# shellcheck shell=bash disable=SC2034,SC2153 # names shared with lib.sh and the image recipes
# The lab's own engine: host packages, Debian's newer Docker unpacked, bridge, daemon.

need_debian() {
  local id
  id=$(. /etc/os-release 2>/dev/null && echo "${ID:-}") || true
  if [ "$id" = debian ] && command -v apt-get >/dev/null; then return; fi
  die "no usable Docker engine, and the lab can bring one only on Debian: start a Docker engine with buildx and call again"
}

host_packages() { # ensures runc, iptables, mmdebstrap and pip
  local missing=()
  # dockerd of sid would bring its own runc, but that one needs a newer glibc than bookworm has.
  command -v runc >/dev/null || missing+=(runc)
  command -v iptables >/dev/null || missing+=(iptables)
  command -v ip >/dev/null || missing+=(iproute2)
  command -v mmdebstrap >/dev/null || missing+=(mmdebstrap)
  [ -f "$KEYRING" ] || missing+=(debian-archive-keyring)
  find_pip || missing+=(python3-pip)
  if [ "$(id -u)" != 0 ]; then
    die "bringing an engine needs root${missing[0]:+ and the packages ${missing[*]}}: call again as root, or start a Docker engine"
  fi
  [ ${#missing[@]} = 0 ] && return
  say "installing ${missing[*]}"
  apt-get update -qq >&2
  # --no-install-recommends: mmdebstrap recommends a good part of a distribution.
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
  find_pip || die "no python3 with pip on this machine"
}

KEYRING=/usr/share/keyrings/debian-archive-keyring.gpg

find_pip() { # sets PIP; the first python3 on PATH may be a bare one, Debian's is the second choice
  local p
  for p in python3 /usr/bin/python3; do
    if "$p" -m pip --version >/dev/null 2>&1; then PIP=("$p" -m pip); PYTHON=$p; return; fi
  done
  return 1
}

debian_mirror() { # the mirror this machine uses, as apt itself reads its configuration (both formats)
  local codename
  codename=$(. /etc/os-release && echo "${VERSION_CODENAME:-stable}")
  # --print-uris: what an update would fetch, 'MIRROR/dists/SUITE/InRelease' and more. Unlike "indextargets"
  # it needs no earlier update. A machine which names its suite "stable" has no match: then the first main one.
  apt-get --print-uris update | sed -n "s,^'\(.*\)/dists/\([^/]*\)/InRelease'.*,\2 \1,p" | awk -v c="$codename" '
    $1 == c && !own { own = $2 }
    $1 !~ /-/ && !first { first = $2 }
    END { if (!own) own = first; if (!own) exit 1; print own }'
}

# Debian 12's own Docker is 20.10; the packages of sid need only glibc 2.34 and so run here, but must be
# unpacked, not installed: their dependencies are not met.
unpack_engine() {
  # sid moves: should it one day need a newer glibc, an older suite's Docker is better than none.
  unpack_packages engine "sid forky trixie" docker.io docker-cli docker-buildx containerd
}

# libdevmapper: dockerd of that time is linked to it, and a machine without Docker need not have it.
unpack_docker20() { unpack_packages engine20 bookworm docker.io containerd libdevmapper1.02.1; }

unpack_packages() { # unpack_packages FOLDER SUITES PACKAGE...: a Docker of the first suite whose Docker works, into $LAB/FOLDER
  local folder=$1 suites=$2 suite t
  shift 2
  [ -d "$LAB/$folder" ] && return
  for suite in $suites; do
    t=$WORK/$folder-$suite
    mkdir -p "$t"/apt/{lists/partial,cache/archives/partial} "$t/root"
    : >"$t/apt/status"
    echo "deb [signed-by=$KEYRING] $MIRROR $suite main" >"$t/apt/sources.list"
    # A private apt state: the machine's own lists and sources stay as they are.
    # Sandbox::User root: the user _apt may not be allowed to write below the lab folder.
    # Etc::parts: not the machine's hooks. Images of Debian have one which deletes all downloaded packages after
    #   an update: also those which host_packages is just installing. (This happened.)
    cat "$WORK/acquire.conf" - >"$t/apt/apt.conf" <<EOF
Dir::Etc::parts "/dev/null"; Dir::Etc::main "/dev/null";
Dir::State "$t/apt"; Dir::State::lists "$t/apt/lists"; Dir::State::status "$t/apt/status"; Dir::Cache "$t/apt/cache";
Dir::Etc::sourcelist "$t/apt/sources.list"; Dir::Etc::sourceparts "/dev/null"; Dir::Etc::preferencesparts "/dev/null";
APT::Sandbox::User "root"; Acquire::Languages "none"; Acquire::Retries "3";
EOF
    if (
      export APT_CONFIG=$t/apt/apt.conf
      cd "$t/apt" && apt-get update -qq && apt-get download -qq "$@" &&
        for d in *.deb; do dpkg -x "$d" "$t/root" || exit 1; done &&
        LD_LIBRARY_PATH=$(libraries "$t/root") "$t/root/usr/sbin/dockerd" --version && "$t/root/usr/bin/containerd" --version &&
        "$t/root/usr/bin/docker" --version
    ); then
      mv "$t/root" "$LAB/$folder"
      return
    fi
    echo "the Docker of Debian $suite does not work here"
  done
  return 1
}

libraries() { # libraries ROOT: where unpacked packages have the libraries that the machine may lack
  local f
  for f in "$1"/lib/*/libdevmapper.so.*; do
    if [ -e "$f" ]; then dirname "$f"; fi
  done
}

use_engine() { # sets the names of one engine's daemon
  ENGINE=$1
  DATA=$LAB/$ENGINE/data
  EXEC=$RUN/$ENGINE
  PIDFILE=$RUN/$ENGINE.pid
  SOCKET=$RUN/$ENGINE.sock
  LOG=$LAB/$ENGINE/dockerd.log
  PROGRAMS=$LAB/engine
  if [ "$ENGINE" = docker20 ]; then PROGRAMS=$LAB/engine20; fi
  local number=0
  while [ "${ENGINES[number]}" != "$1" ]; do number=$((number + 1)); done
  # A bridge and a subnet of each engine's own, so that engines run side by side and stop one by one. An interface
  # name is limited to 15 characters.
  BRIDGE=ww-$LAB_ID-$number
  # 10.64.* to 10.191.*: both ends of 10/8 are where routers, name servers and Docker's own defaults tend to be.
  # 85: a third of the range, so that the engines of a lab never meet.
  NET=10.$((64 + 16#${LAB_ID:0:2} % 128)).$(((16#${LAB_ID:2:2} + number * 85) % 256))
  MAC=02:77:${LAB_ID:0:2}:${LAB_ID:2:2}:${LAB_ID:4:2}:0$number
}

daemon_pid() { # of the engine in use; fails when it is not running
  local pid
  pid=$(cat "$PIDFILE" 2>/dev/null) || return 1
  is_ours "$pid" "$DATA" && echo "$pid"
}

containerd_pid() { # dockerd starts a containerd, which survives when dockerd is killed
  local pid
  pid=$(cat "$EXEC/containerd/containerd.pid" 2>/dev/null) || return 1
  is_ours "$pid" "$EXEC/containerd/containerd.toml" && echo "$pid"
}

end_process() { # end_process PID: politely, then not
  local i
  kill "$1" 2>/dev/null || return 0
  for ((i = 0; i < 300; i++)); do kill -0 "$1" 2>/dev/null || return 0; sleep 0.1; done
  kill -9 "$1" 2>/dev/null || true
}

stop_daemon() { # of the engine in use
  local pid
  if pid=$(daemon_pid); then say "stopping the $ENGINE engine"; end_process "$pid"; fi
  if pid=$(containerd_pid); then end_process "$pid"; fi
}

end_leftovers() { # of the engine in use, whose daemon was killed: build steps and containers live on without it
  local p
  for p in /proc/[0-9]*; do
    p=${p#/proc/}
    # Its root is writable in our data: a process of a container of ours, and of no one else's.
    if awk -v d="upperdir=$DATA/" '$5 == "/" && index($0, d) { found = 1 } END { exit !found }' "/proc/$p/mountinfo" 2>/dev/null ||
      is_ours "$p" "$EXEC/containerd/containerd.sock"; then
      kill -9 "$p" 2>/dev/null || true
    fi
  done
}

nat_rules() { # nat_rules COMMAND: -C (check), -A or -D every rule of this lab
  iptables -w -t nat "$1" POSTROUTING -s "$NET.0/24" ! -o "$BRIDGE" -j MASQUERADE &&
    iptables -w "${1/-A/-I}" FORWARD -i "$BRIDGE" -j ACCEPT &&
    iptables -w "${1/-A/-I}" FORWARD -o "$BRIDGE" -j ACCEPT
}

bridge_up() {
  if ! ip link show "$BRIDGE" >/dev/null 2>&1; then
    if ip -4 route show root "$NET.0/24" | grep -q .; then
      die "the lab's network $NET.0/24 is in use on this machine: choose another folder in WHEELWRIGHT_LAB"
    fi
    # An address of its own: a bridge without one has the lowest of its containers', and where that one ends, the others
    # send to an address that is gone, for half a minute.
    ip link add "$BRIDGE" address "$MAC" type bridge
  fi
  ip addr replace "$NET.1/24" dev "$BRIDGE"
  ip link set "$BRIDGE" up
  # Delete what is there first, so that a half-made set of rules becomes a whole one and never a double one.
  if ! nat_rules -C 2>/dev/null; then
    nat_rules -D 2>/dev/null || true
    nat_rules -A
  fi
  # Left on by down: others on the machine may have come to need it.
  echo 1 >/proc/sys/net/ipv4/ip_forward
}

bridge_down() {
  while nat_rules -D 2>/dev/null; do :; done
  ip link del "$BRIDGE" 2>/dev/null || true
}

daemon_answers() { timeout 10 docker version >/dev/null 2>&1; }

start_daemon() { # of the engine in use
  local mtu device i pid
  if daemon_pid >/dev/null && daemon_answers && nat_rules -C 2>/dev/null; then return; fi
  mkdir -p "$LAB/$ENGINE" "$RUN"
  bridge_up
  if ! daemon_pid >/dev/null; then
    # dockerd believes pid files: after a restart of the machine the number may be another process.
    rm -f "$PIDFILE"
    containerd_pid >/dev/null || rm -f "$EXEC/containerd/containerd.pid"
    # The garbage collection of dockerd 28 keeps only 3.3 GiB of cache mounts and local sources;
    # one rule for everything instead, so that tests and benchmarks find their cache mounts again.
    # keepStorage: Docker 28 calls it reservedSpace and takes both, 20.10 knows the old name alone.
    # There is no flag for this nor for the store, hence the file.
    printf '{"features":{"containerd-snapshotter":%s},"builder":{"gc":{"enabled":true,"policy":[{"all":true,"keepStorage":"40GB"}]}}}\n' \
      "$([ "$ENGINE" = containerd ] && echo true || echo false)" >"$LAB/$ENGINE/daemon.json"
    # A bridge with a larger MTU than the way out loses large packets silently.
    device=$(ip route show default | awk '{for (i = 1; i < NF; i++) if ($i == "dev") {print $(i + 1); exit}}')
    mtu=$(cat "/sys/class/net/${device:-lo}/mtu")
    [ "$mtu" -le 1500 ] || mtu=1500
    say "starting the $ENGINE engine"
    # --bridge: an own one; "none" would delete the machine's docker0, the default would share it.
    # --iptables=false: dockerd's own chains have fixed names, so two daemons would fight over them.
    # --exec-root, --pidfile, --host: see RUN in lib.sh; the defaults belong to the machine's engine.
    # --config-file: the default, /etc/docker/daemon.json, also belongs to the machine's engine.
    # setsid and redirects: the daemon must not die with, nor hold open the pipes of, whoever called up.
    # 3>&- is up's stdout; 9>&- is the lock, which the daemon would hold for as long as it lives.
    # PATH: dockerd starts the containerd that it finds, which must be of its own time.
    PATH="$PROGRAMS/usr/sbin:$PROGRAMS/usr/bin:$PATH" LD_LIBRARY_PATH=$(libraries "$PROGRAMS") \
      setsid nohup dockerd --config-file "$LAB/$ENGINE/daemon.json" \
      --host "unix://$SOCKET" --data-root "$DATA" --exec-root "$EXEC" --pidfile "$PIDFILE" \
      --bridge "$BRIDGE" --iptables=false --ip6tables=false --mtu "$mtu" \
      >"$LOG" 2>&1 </dev/null 3>&- 9>&- &
    pid=$!
  fi
  for ((i = 0; i < 300; i++)); do # 60 s
    if daemon_answers; then say "the $ENGINE engine answers"; return; fi
    if [ -n "${pid:-}" ] && ! kill -0 "$pid" 2>/dev/null; then break; fi
    sleep 0.2
  done
  tail -n 25 "$LOG" >&2
  die "the $ENGINE engine did not come up; the end of its log is above, all of it in $LOG"
}
