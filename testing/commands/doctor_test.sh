#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# What sbx doctor finds, where things are as they should be and where they are
# not.
set -u
sbx=$(command -v sbx)
failures=0

# finds STATUS WORDS COMMAND...: the doctor exits with STATUS, and its words are
# among what it prints.
finds() {
  local status=$1 words=$2 output actual=0
  output=$("${@:3}" 2>&1) || actual=$?
  [[ $actual -eq $status && $output == *"$words"* ]] && return
  printf 'FAILED: %s\n  expected %s, %s\n  got %s, %s\n' \
    "${*:3}" "$status" "$words" "$actual" "$output"
  failures=$((failures + 1))
}

finds 0 'works     the default sandbox' "$sbx" doctor
finds 0 'works     a /proc of its own' "$sbx" doctor
finds 0 'works     overlays' "$sbx" doctor
finds 0 'works     sandboxes in a sandbox' "$sbx" doctor
finds 0 '"default_sandbox_works": true' "$sbx" doctor --json
finds 125 'takes --json or nothing' "$sbx" doctor --all
finds 0 'Usage: sbx doctor' "$sbx" doctor --help

# What newuidmap cannot do any more.
finds 0 'weaker    subordinate ids' setpriv --no-new-privs "$sbx" doctor
finds 0 'no_new_privs set' setpriv --no-new-privs "$sbx" doctor
# In a sandbox that lets nobody make another.
finds 1 'does not  user namespaces' "$sbx" -- "$sbx" doctor
finds 1 'The default sandbox does not work here' "$sbx" -- "$sbx" doctor
finds 1 'works     sandboxes without namespaces' "$sbx" -- "$sbx" doctor
finds 1 'newuidmap" is neither setuid root' "$sbx" -- "$sbx" doctor
# In a container whose /proc is covered in parts.
readonly container=(--nested --user=0 --cap=ALL --seccomp=none --tmpfs=/proc/sys)
finds 1 'does not  a /proc of its own' "$sbx" "${container[@]}" -- "$sbx" doctor
finds 1 'works     user namespaces' "$sbx" "${container[@]}" -- "$sbx" doctor
finds 1 'systempaths=unconfined' "$sbx" "${container[@]}" -- "$sbx" doctor
# In one whose root may not make another.
finds 1 'hint: in a sandbox whose user is root' "$sbx" --user=0 --nested -- sh -c "'$sbx' -- true || exit 1"
finds 0 0 "$sbx" --user=0 --nested --cap=setfcap -- "$sbx" -- id -u
exit $((failures > 0))
