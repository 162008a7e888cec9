# shellcheck shell=bash disable=SC2034
# wheelwright-lab/NAME: what tests start from and would else install in each run; NAME.Dockerfile makes it.

prepared_file() { echo "$HERE/images/${1#wheelwright-lab/}.Dockerfile"; }
match_prepared() { [[ $1 == wheelwright-lab/* && -f $(prepared_file "$1") ]]; }
base_prepared=python:3.13-slim
make_prepared() { build_image "$1" <"$(prepared_file "$1")"; }
