#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# stubborn_tree end|stay TOKEN
#
# Makes processes that do not want to end: they ignore signals, leave their
# parent and session, hold files and mounts, or are stopped.  Each says on
# descriptor 3 that it is there; what all of them hold of it shows how long
# they live.

set -euo pipefail
trap '' HUP INT QUIT TERM
trap 'echo "stubborn_tree: line $LINENO went wrong" >&2' ERR
readonly TOKEN=$2

say() {
  echo "$*" >&3
}

# Starts a command twice removed, in a session of its own, and waits until it
# has written a line.
daemonise() {
  local started
  read -r started < <(setsid --fork "$@" &)
  say "$started"
}

say "$(readlink /proc/self/ns/pid)"
exec 4>"held-$TOKEN" 5>"/tmp/held-$TOKEN" 6>"/dev/shm/held-$TOKEN"

# shellcheck disable=SC2016
{
  daemonise sh -c 'echo daemon; exec sleep 1000' "$TOKEN"
  daemonise sh -c 'echo stopped; kill -STOP $$' "$TOKEN"
  daemonise unshare --user --map-root-user --mount --pid --fork sh -c '
    mount -t tmpfs "$0" /tmp
    cd /tmp
    exec 4>held
    echo nested
    exec sleep 1000' "$TOKEN"
}
say all
[[ "$1" == end ]] || exec sleep 1000
