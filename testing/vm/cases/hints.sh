#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# Hints for what goes wrong with cgroups alone.
#
# What stands in single quotes is for the shells inside.
# shellcheck disable=SC2016,SC2317
source ./check.sh

readonly direct='sbx --cgroup=direct --memory=64M -- true'
in_scope() { systemd-run --user --scope --quiet --property=Delegate=yes bash -c "$*"; }

# A session's cgroup, which is root's.
says 125 'limiting the sandbox: mkdir("/sys/fs/cgroup/' bash -c "$direct"
says 125 'hint: --cgroup=direct needs a cgroup that is delegated to you, as in systemd-run --user --scope' \
  bash -c "$direct"
# One whose directory alone was given away.
says 125 'cgroup.procs"): Permission denied' in_scope \
  'chmod 444 /sys/fs/cgroup$(cut -d: -f3 /proc/self/cgroup)/cgroup.procs;' "$direct"
says 125 'systemd-run --user --scope' in_scope \
  'chmod 444 /sys/fs/cgroup$(cut -d: -f3 /proc/self/cgroup)/cgroup.procs;' "$direct"
# As containers have them.
says 125 'hint: the cgroups are read-only here' in_scope \
  "unshare --user --map-root-user --mount bash -c 'mount --bind /sys/fs/cgroup /sys/fs/cgroup &&
    mount -o remount,bind,ro /sys/fs/cgroup && $direct'"
finish
