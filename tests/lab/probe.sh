# shellcheck shell=bash disable=SC2154 # engine and images are up's
# Is the engine of the caller's environment good enough? Nothing is ever built into it under another's name; images
# named wheelwright-lab are ours.

foreign_engine() {
  command -v docker >/dev/null || return 1
  # Our own engine from an earlier eval: no need to probe it, and it may be missing an image we can make.
  if [[ ${DOCKER_HOST:-} == unix://"$RUN"/* ]]; then return 1; fi
  timeout 20 docker version >/dev/null 2>&1 || { say "no Docker engine answers here"; return 1; }
  local reason
  if reason=$(probe); then
    say "using the Docker engine that is there"
  else
    say "not using the Docker engine that is there: $reason"
    return 1
  fi
}

probe() { # prints the reason when it fails
  local i python='' log
  docker buildx version >/dev/null 2>&1 || { echo "docker buildx does not work"; return 1; }
  if [ -n "$engine" ]; then
    local has=classic
    # Only the containerd store reports a driver type; there is no other place where the API says which it is.
    if docker info -f '{{.DriverStatus}}' 2>/dev/null | grep -q io.containerd.snapshotter; then has=containerd; fi
    if [[ $(docker version -f '{{.Server.Version}}' 2>/dev/null) == 20.10.* ]]; then has=docker20; fi
    [ "$has" = "$engine" ] || { echo "it is of the kind $has, $engine was asked for"; return 1; }
  fi
  for i in "${images[@]}"; do
    if docker image inspect "$i" >/dev/null 2>&1; then
      :
    elif match_prepared "$i"; then
      say "building $i"
      make_prepared "$i" >/dev/null 2>&1 || { echo "it cannot build $i"; return 1; }
    else
      say "pulling $i"
      timeout 300 docker pull -q "$i" >/dev/null 2>&1 || { echo "it neither has nor can pull $i"; return 1; }
    fi
    [[ $i != python:* || -n $python ]] || python=$i
  done
  [ -n "$python" ] || return 0
  # cacheonly: the build is the test, its result is of no use.
  if ! log=$(printf 'FROM %s\nRUN python3 --version\n' "$python" |
    timeout 300 docker buildx build --progress=plain --output type=cacheonly - 2>&1); then
    echo "a small build on $python fails: $(grep -m1 ERROR <<<"$log" || tail -n1 <<<"$log")"
    return 1
  fi
}
