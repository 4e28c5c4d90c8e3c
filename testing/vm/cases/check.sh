# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
#
# Words for the scripts that run in the test machine.

PATH=$PWD:$PATH
failures=0

fail() {
  echo "FAILED: $*" >&2
  failures=$((failures + 1))
}

# says STATUS WORDS COMMAND…: the command exits with STATUS, and what it prints
# has WORDS in it.
says() {
  local status=$1 words=$2 output actual=0
  output=$("${@:3}" 2>&1) || actual=$?
  if [[ $actual -ne $status || $output != *"$words"* ]]; then
    fail "${*:3}"
    printf '  expected %s, %s\n  got %s, %s\n' "$status" "$words" "$actual" "$output" >&2
  fi
}

# holds COMMAND…: the command succeeds.
holds() { "$@" || fail "$*"; }

# until_true COMMAND…: it does so at last.
until_true() {
  local tries=600
  until "$@" 2>/dev/null; do
    sleep 0.1
    ((tries-- > 0)) || { fail "never: $*" && return; }
  done
}

# The number that the report $1 has at the path $2.
figure() {
  python3 -c 'import json, sys
value = json.load(open(sys.argv[1]))
for key in sys.argv[2].split("."): value = value[key]
print(value)' "$1" "$2"
}

# No scope, no cgroup and no process of a sandbox is there.
nothing_left() {
  [[ -z $(systemctl --user list-units --all --no-legend 'sbx-*' 2>&1) ]] &&
    [[ -z $(find /sys/fs/cgroup -name 'sbx-*') ]] && ! pgrep -x sleep >/dev/null
}

finish() { exit "$((failures > 0))"; }
