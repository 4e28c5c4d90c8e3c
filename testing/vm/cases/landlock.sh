#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# --mode=landlock on a kernel whose Landlock is of 2022, with ABI 2.
#
# What stands in single quotes is for the shells inside; until_true calls the
# function.
# shellcheck disable=SC2016,SC2317
source ./check.sh

readonly less=(sbx --mode=landlock --landlock=prefer)

says 125 'and here is ABI 2; --landlock=prefer' sbx --mode=landlock -- true
says 0 'weaker    sandboxes without namespaces' sbx doctor
says 0 'refused besides, for the kernel has ABI 2' "${less[@]}" --explain -- true

# Files.
says 0 hello "${less[@]}" -- sh -c 'mkdir d; echo hello >d/f; mv d/f .; cat f; rm -r f d'
says 1 'Permission denied' "${less[@]}" -- touch ../mine
says 1 'not permitted' "${less[@]}" -- chmod 777 check.sh
echo text >kept
attack() { says 1 "stopped by $1" "${less[@]}" --ro=. -- attacks "${@:2}"; }
attack EACCES open kept w
attack EPERM truncate kept
attack EPERM open-to-truncate kept 0
attack EPERM open-to-truncate kept 3
says 0 text cat kept

# Processes.
sleep 1000 &
readonly victim=$!
[[ $(ps -o pgid= $$) -eq $$ ]] || fail "the script leads no process group"
attack EPERM signal $victim
attack EPERM signal -$$
attack EPERM signal-thread $victim
attack EPERM queue-signal $victim
attack ENOSYS signal-by-descriptor $victim
attack EPERM signal-by-file $victim
attack EPERM signal-parent
attack EPERM slow-parent
attack EPERM delay-grandparent
attack EPERM trace $victim
attack EPERM limit $victim
says 0 '' "${less[@]}" -- bash -c 'sleep 1000 & kill $!; wait; timeout 1 sleep 1000; [ $? = 124 ]'
holds kill $victim
wait $victim 2>/dev/null

# The end.
gone() { ! pgrep -x 'sleep|probe' >/dev/null; }
says 7 '' "${less[@]}" -- sh -c '(setsid sleep 1000 &); exit 7'
holds gone
says 124 '' "${less[@]}" --timeout=1 --kill-after=1 -- \
  sh -c 'trap "" TERM; setsid sleep 1000 & sleep 1000'
holds gone
says 4 '' "${less[@]}" --rlimit=nproc=60 -- sh -c 'probe multiply-in-groups; exit 4'
holds gone
says 4 '' "${less[@]}" --rlimit=nproc=60 -- sh -c 'probe multiply-in-one-group; exit 4'
holds gone
"${less[@]}" -- sh -c '(setsid sleep 1000 &); sleep 1000' &
until_true pgrep -x sleep
kill -KILL $!
wait $! 2>/dev/null
until_true gone
finish
