#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# Each limit, against a command that tries to exceed it.
#
# What stands in single quotes is for the shells inside.
# shellcheck disable=SC2016

source ./check.sh

readonly hog='import sys; x = bytearray(int(sys.argv[1]) << 20); print(len(x))'
readonly all_limits=(--memory=64M --pids=50 --cpus=0.5 --cpu-weight=50)

says 0 0::/ sbx "${all_limits[@]}" -- cat /proc/self/cgroup
says 7 '' sbx "${all_limits[@]}" -- sh -c 'exit 7'

# Memory.
says 0 8388608 sbx --memory=64M -- python3 -c "$hog" 8
says 137 'needed more memory than allowed' \
  sbx --memory=64M --report=memory.json -- python3 -c "$hog" 200
says 0 out-of-memory figure memory.json outcome.kind
holds test "$(figure memory.json cgroup.out_of_memory_kills)" -ge 1
says 0 "'memory.max': '67108864', 'memory.swap.max': '0'" figure memory.json enforced.cgroup.limits
says 137 'needed more memory than allowed' \
  sbx --memory=64M --as-pid-1 -- python3 -c "$hog" 200
# What is killed is all of it, whichever process needed too much.
says 137 '' sbx --memory=64M -- sh -c 'python3 -c "$1" 200; echo lived on' sh "$hog"
# Files in memory are memory.
says 137 '' sbx --memory=64M -- dd if=/dev/zero of=/tmp/file bs=1M count=200 status=none

# Processes: a fork bomb ends at the limit.
says 0 '' sbx --pids=30 --timeout=60 --report=pids.json -- python3 -c '
import os, signal
made = 0
try:
    while made < 100:
        if os.fork() == 0:
            signal.pause()
        made += 1
except BlockingIOError:
    pass
assert made < 30, made'
holds test "$(figure pids.json cgroup.pids_limit_hits)" -ge 1

# Processors: what it had in two seconds, as the kernel counted it.
says 124 '' sbx --cpus=0.2 --timeout=2 --report=cpu.json -- sh -c 'while :; do :; done'
holds test "$(figure cpu.json cgroup.cpu_periods_throttled)" -ge 1
# In each period of 0.1 s at most 0.02 s, and a tick more in the last.
holds test "$(figure cpu.json cgroup.cpu_microseconds)" -le \
  $((($(figure cpu.json cgroup.cpu_periods) + 2) * 30000))

# Nothing inside can raise them: the cgroups are read-only, and sharing them
# writable is refused.
says 2 'Read-only file system' sbx --memory=64M -- \
  sh -c 'echo max >"$(find /sys/fs/cgroup -path "*sbx-*" -name memory.max | head -1)"'
says 125 'could lift the limit --memory' sbx --memory=64M --rw=/sys/fs/cgroup -- true
says 125 'lift the limit --memory' sbx --memory=64M --user=0 --cap=SYS_ADMIN -- true
# Not by a cgroup file system of its own either, looked at from a cgroup further
# down, against which the kernel guards nothing above.
readonly lift='
import ctypes, glob, os, sys
libc = ctypes.CDLL(None)
user, mounts, cgroups = 0x10000000, 0x20000, 0x2000000
def write(path, text):
    with open(path, "w") as file: file.write(text)
ids = os.getuid(), os.getgid()
if "nested" in sys.argv:
    assert libc.unshare(user | mounts | cgroups) == 0
    write("/proc/self/setgroups", "deny")
    write("/proc/self/uid_map", f"0 {ids[0]} 1")
    write("/proc/self/gid_map", f"0 {ids[1]} 1")
os.mkdir("/tmp/cgroup")
assert libc.mount(b"cgroup2", b"/tmp/cgroup", b"cgroup2", 0, None) == 0
os.makedirs("/tmp/cgroup/a/b")
write("/tmp/cgroup/a/b/cgroup.procs", "0")
assert libc.unshare(cgroups) == 0
for name in "memory.max", "memory.swap.max":
    for path in glob.glob("/tmp/cgroup/**/" + name, recursive=True):
        write(path, "max")
'"$hog"
says 137 'needed more memory than allowed' \
  sbx --nested --memory=64M -- python3 -c "$lift" 200 nested
says 0 8388608 sbx --nested --memory=64M -- python3 -c "$lift" 8 nested
says 137 'needed more memory than allowed' \
  sbx --memory=64M --bare --ro=/usr --symlink=usr/lib:/lib --tmpfs=/tmp \
  --symlink=usr/lib64:/lib64 --user=0 --cap=SYS_ADMIN -- /usr/bin/python3 -c "$lift" 200

# Nor by clone3(2) into a cgroup above, which asks only who owns it.
holds [ "$(sbx --nested --memory=64M -- ls -A /sys/fs/cgroup | wc -l)" = 0 ]
says 125 'could leave the limit --memory' sbx --nested --memory=64M --ro=/sys:/other -- true

# What is not delegated is an error that names the controller and the remedy.
says 125 'the controller io is not delegated' sbx --io-weight=50 -- true
says 125 'delegate.conf' sbx --cpuset=0 -- true
says 0 'some limits did not hold' sbx --cpuset=0 --limits=best-effort -- true

# The ways to a cgroup.
says 125 'Permission denied' sbx --cgroup=direct --memory=64M -- true
says 125 'systemd-run --user --scope' sbx --cgroup=direct --memory=64M -- true
says 0 0::/ systemd-run --user --scope --quiet --property=Delegate=yes \
  sbx --cgroup=direct --memory=64M -- cat /proc/self/cgroup
says 0 '' sbx --slice=build --memory=64M -- true
says 0 loaded systemctl --user list-units --all --no-legend build.slice
says 0 '' env --unset=DBUS_SESSION_BUS_ADDRESS --unset=XDG_RUNTIME_DIR sbx --memory=64M -- true
says 125 'reaching systemd over the bus' \
  env DBUS_SESSION_BUS_ADDRESS=unix:path=/nonexistent sbx --memory=64M -- true
until_true nothing_left
finish
