#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# What the linux-sandbox that Debian has cannot be compared with: options of
# later ones (-h is shown in docs/linux-sandbox.md), and the statistics as the real protobuf library reads them.
set -u
failures=0
proto=$(command -v statistics.proto)
mkdir place && cd place || exit 1
here=$PWD

# expect WHAT WANTED FOUND
expect() {
  [[ $3 == "$2" ]] && return
  printf 'FAILED: %s should be %q and is %q\n' "$@"
  failures=$((failures + 1))
}
in_sandbox() { sbx linux-sandbox "$@"; }

# -S
in_sandbox -S "$here/statistics" -- python3 -c 'x = b"x" * (30 << 20)'
read_back=$(protoc --proto_path="${proto%/*}" --decode=tools.protos.ExecutionStatistics \
  "${proto##*/}" <statistics) || failures=$((failures + 1))
expect "a message of usage" 1 "$(grep -c '^resource_usage {$' <<<"$read_back")"
expect "that no field is unknown" 0 "$(grep -c '^ *[0-9]' <<<"$read_back")"
maxrss=$(sed -n 's/^ *maxrss: //p' <<<"$read_back")
expect "that 30 MiB were in memory, counted in KiB" yes \
  "$([[ $maxrss -gt 30000 && $maxrss -lt 300000 ]] && echo yes || echo "$maxrss")"
in_sandbox -S "$here/nowhere/statistics" -- true 2>message
expect "the status where it cannot be written" 1 $?

# -n and -N
expect "interfaces with -n" lo: "$(in_sandbox -n -- sed -n 's/^ *\([a-z0-9]*:\).*/\1/p' /proc/net/dev)"
connect="import socket; print(socket.socket().connect_ex(('127.0.0.1', 9)))"
expect "that -n reaches nothing (ENETUNREACH)" 101 "$(in_sandbox -n -- python3 -c "$connect")"
expect "that -N reaches itself (ECONNREFUSED)" 111 "$(in_sandbox -N -- python3 -c "$connect")"
in_sandbox -n -N -- true 2>message
expect "the status of both" 1 $?

# -H
expect "names with -H" "localhost localdomain" \
  "$(in_sandbox -H -- cat /proc/sys/kernel/hostname /proc/sys/kernel/domainname | xargs)"

# -P
expect "terminals with -P" 0 "$(in_sandbox -P -- python3 -c 'import os, pty
print(os.close(pty.openpty()[1]) or 0)')"

# -C
mkdir cgroup && : >cgroup/cgroup.procs
in_sandbox -C "$here/cgroup" -- true
expect "who is in the cgroup of -C" yes "$(grep -qE '^[0-9]+$' cgroup/cgroup.procs && echo yes)"

# -p: who started it ends, and it lives on until it is told to end.
mkfifo go said
# shellcheck disable=SC2016  # For the shell inside.
in='read -r word <go; echo "$word" >said'
sh -c 'sbx linux-sandbox -p -w "$1" -w "$2" -- sh -c "$3" &' sh "$here/go" "$here/said" "$in"
echo lives >go &
expect "what lives on with -p" lives "$(timeout 60 cat said)"
wait
exit $((failures > 0))
