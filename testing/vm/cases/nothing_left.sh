#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# However a sandbox with limits ends, no scope, no cgroup, no process stays.
#
# What stands in single quotes is for the shells inside; until_true calls the
# functions.
# shellcheck disable=SC2016,SC2317

source ./check.sh

is_asleep() { pgrep -x sleep >/dev/null; }

# sbx is killed.
sbx --memory=64M -- sleep 1000 &
until_true is_asleep
kill -KILL $!
wait $! 2>/dev/null
until_true nothing_left

# The time is up, and a descendant in a session of its own ignores it.
says 124 '' sbx --memory=64M --timeout=1 --kill-after=1 -- \
  sh -c 'trap "" TERM; setsid sleep 1000 & sleep 1000'
until_true nothing_left

# The user's systemd starts anew meanwhile.
mkfifo go
sbx --memory=64M --rw=go -- sh -c 'read -r word <go; echo "$word"' >word &
systemctl --user daemon-reexec
echo on >go
wait $! || fail "a sandbox ended with the restart of systemd"
says 0 on cat word
until_true nothing_left

# It is stopped and started, and with it goes what it was asked for.
sbx --memory=64M -- sleep 1000 &
until_true is_asleep
touch restart
until_true test -e restarted
wait $! && fail "a sandbox outlived its systemd"
until_true nothing_left
says 0 '' sbx --memory=64M -- true

# A bus that takes the connection and never answers.
python3 -c '
import signal, socket
bus = socket.socket(socket.AF_UNIX)
bus.bind("bus")
bus.listen(8)
open("listens", "w").close()
signal.pause()' &
until_true test -e listens
says 125 'no answer within 5s' env DBUS_SESSION_BUS_ADDRESS="unix:path=$PWD/bus" \
  sbx --memory=64M -- true
kill $!

# Two side by side do not disturb each other.
mkfifo first
sbx --memory=64M --rw=first -- sh -c 'read -r word <first' &
says 0 '' sbx --memory=32M -- true
echo on >first
wait $! || fail "a sandbox ended with another"

# What a killed sbx leaves in a delegated cgroup the next one removes.
cat >direct.sh <<'END'
sbx --cgroup=direct -- sleep 1000 &
until pgrep -x sleep >/dev/null; do :; done
kill -KILL $!
wait $!
while pgrep -x sleep >/dev/null; do :; done
sbx --cgroup=direct -- true
find "/sys/fs/cgroup$(sed -n 's/^0:://p' /proc/self/cgroup)" -name 'sbx-*'
END
says 0 '' systemd-run --user --scope --quiet --property=Delegate=yes bash direct.sh
left=$(systemd-run --user --scope --quiet --property=Delegate=yes bash direct.sh 2>/dev/null)
[[ -z $left ]] || fail "a leaf stayed: $left"
until_true nothing_left
finish
