#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# sbx as the host's root runs it, whom file permissions alone do not keep from
# anything.  Only root can run this: for anybody else there is nothing to test.

set -u
sbx=$(realpath "$1")
old_landlock=$(realpath "$2")
failures=0

# check SENTENCE COMMAND...: the command has to succeed.
check() {
  local sentence=$1
  shift
  if "$@"; then
    echo "ok: $sentence"
  else
    echo "FAILED: $sentence"
    failures=$((failures + 1))
  fi
}

# The rest is called through check.
# shellcheck disable=SC2317
{
  refuses() { ! "$sbx" -- sh -c "$1" 2>/dev/null; }
  says() { [ "$("$sbx" -- sh -c "$2" 2>&1)" = "$1" ]; }
  has_no_capabilities() {
    says 0 'grep -c -E "^Cap...:.*[1-9a-f]" /proc/self/status'
  }
}

if [ "$(id -u)" -ne 0 ]; then
  echo "not root: nothing to test here"
  exit 0
fi

work=$(mktemp -d "${HOME:-/root}/sbx-root-test.XXXXXX")
trap 'rm -rf "$work"' EXIT
mkdir "$work/inside"
echo old >"$work/outside"
chmod 600 "$work/outside"
cd "$work/inside" || exit 1

check "the default sandbox runs a command" says works 'echo works'
check "the command has no capabilities" has_no_capabilities
check "it writes in the current directory" \
  says 0 'echo new >file; stat -c %u file'
check "a file of root elsewhere cannot be written" \
  refuses "echo new >>'$work/outside'"
check "nor made" refuses "echo new >'$work/new'"
check "nor can /etc/passwd" refuses ': >>/etc/passwd'
for file in /proc/sys/kernel/core_pattern /proc/sysrq-trigger \
  /proc/sys/kernel/hostname /proc/sys/vm/drop_caches; do
  [ -e "$file" ] || continue
  check "$file cannot be opened for writing" refuses ": >>'$file'"
  check "$file cannot with every capability either" \
    eval "! '$sbx' --user=0 --cap=ALL --ids=self -- sh -c ': >>$file' 2>/dev/null"
done
check "what root wrote outside is as it was" [ "$(cat "$work/outside")" = old ]
check "nothing was made there" [ ! -e "$work/new" ]

# Privileges of its file are none that it wants.
public=$(mktemp -d)
chmod 755 "$public"
for privilege in 'chmod 4755' 'chmod 2755' 'setcap cap_chown+ep'; do
  cp "$sbx" "$public/sbx"
  $privilege "$public/sbx"
  said=$(setpriv --reuid=65534 --regid=65534 --clear-groups \
    "$public/sbx" --version 2>&1)
  check "after $privilege it refuses to run" \
    [ "${said#*privileges of somebody else}" != "$said" ]
done
rm -r "$public"
# As bubblewrap, which gives root what root has anyway.
as_bwrap() {
  ( exec -a bwrap "$sbx" "$@" )
}
check "bwrap keeps root's capabilities" [ "$(grep CapEff /proc/self/status)" = \
  "$(as_bwrap --bind / / grep CapEff /proc/self/status)" ]
check "bwrap drops all of them" [ "$(as_bwrap --bind / / --cap-drop ALL \
  grep -c -E '^Cap...:.*[1-9a-f]' /proc/self/status)" = 0 ]
check "bwrap without a user namespace mounts nothing on the host" eval '
  as_bwrap --bind / / --tmpfs /mnt --dir /mnt/inside true && [ ! -e /mnt/inside ]'
check "bwrap as root maps one user where asked" [ "$(as_bwrap --bind / / \
  --unshare-user --uid 5 id -u)" = 5 ]

# Devices: root loads a filter of its own, or writes to the controller of
# version 1 where that is all there is.  /dev/loop-control does nothing when it
# is opened.
opens() {
  "$@" -- sh -c ': <>/dev/null && : </dev/zero && exec 3</dev/loop-control' 2>&1
}
readonly limited=("$sbx" --device=/dev/loop-control --device-limit=require)
check "a device that is given can be opened" \
  [ -z "$(opens "${limited[@]}")" ]
check "one that is given to be written cannot be read" [ -n "$(opens \
  "$sbx" --device=/dev/loop-control:w)" ]
check "one that is given to be read can be read" [ -z "$(opens \
  "$sbx" --device=/dev/loop-control:r)" ]
report=$work/devices.json
"$sbx" --device-limit=prefer --report="$report" -- true
check "the report says what closes them" \
  grep -q '"filter": "bpf"' "$report"
check "and that they are closed" grep -q '"cgroup": "closed"' "$report"
check "nothing of it is left" \
  [ -z "$(find /sys/fs/cgroup -name 'sbx-*')" ]
if grep -q devices /proc/self/cgroup; then
  # As where no unified hierarchy is mounted.
  by_version_1() {
    # shellcheck disable=SC2016  # For the inner shell to expand.
    unshare --mount sh -c 'findmnt -n -t cgroup2 -o TARGET |
      while read -r place; do umount "$place" || exit; done && exec "$@"' sh "$@"
  }
  check "version 1: a device that is given can be opened" \
    [ -z "$(opens by_version_1 "${limited[@]}")" ]
  check "version 1: not in a way that is not" [ -n "$(opens \
    by_version_1 "$sbx" --device=/dev/loop-control:w)" ]
  by_version_1 "$sbx" --device-limit=require --report="$report" -- true
  check "version 1: the report says so" \
    grep -q '"filter": "cgroup-v1"' "$report"
  check "version 1: sbx is back where it was" \
    [ -z "$(find /sys/fs/cgroup/devices -name 'sbx-*')" ]
fi

# In a chroot, whose root directory is no mount point: the kernel makes no user
# namespace there, and pivot_root(2) would refuse it.
new_root=$work/chroot
mkdir -p "$new_root"/{bin,dev,proc,tmp,usr}
for file in /bin/sh /bin/ls /bin/cat; do
  ldd "$file" | grep -o '/[^ ]*' | xargs cp -L --parents -t "$new_root" "$file"
done
cp "$sbx" "$new_root/bin/sbx"
for device in null zero full random urandom tty; do
  cp -a "/dev/$device" "$new_root/dev/"
done
chrooted() {
  # shellcheck disable=SC2016  # For the inner shell to expand.
  unshare --mount sh -c 'mount --rbind /proc "$1/proc" &&
    exec chroot "$1" /bin/sbx -- /bin/sh -c "$2"' sh "$new_root" "$1"
}
check "in a chroot it runs a command" [ "$(chrooted 'echo works')" = works ]
check "whose root is that of the chroot" \
  [ "$(chrooted 'cd ..; /bin/ls -d usr home')" = usr ]
check "which nothing is below" \
  [ "$(chrooted '/bin/cat /proc/self/mountinfo' | cut -d' ' -f5 | grep -c '^/$')" = 1 ]

# The mode of that name, without Landlock.  The host's root could write to what
# speaks for the kernel in that root, without any capability.
# says_in_mode SETPRIV-OPTIONS SCRIPT
says_in_mode() {
  # shellcheck disable=SC2016  # For the inner shell to expand.
  unshare --mount sh -c 'mount --rbind /proc "$1/proc" && exec setpriv $2 \
    "$3" 0 "$4" --mode=chroot --root="$1" --landlock=prefer -- /bin/sh -c "$5"' \
    sh "$new_root" "$1" "$old_landlock" "$sbx" "$2" 2>&1
}
readonly set_core_pattern='{ : >>/proc/sys/kernel/core_pattern; } && echo open'
readonly no_mounts='--bounding-set=-sys_admin --inh-caps=-sys_admin'
check "a root that is a mount has no writable core_pattern" grep -q \
  'core_pattern: Read-only file system' <<<"$(says_in_mode '' "$set_core_pattern")"
check "a plain one is refused for it" grep -q 'can be written .*without Landlock' \
  <<<"$(says_in_mode "$no_mounts" "$set_core_pattern")"
check "and nothing is left mounted" [ -z "$(grep "$new_root" /proc/self/mountinfo)" ]

exit $((failures > 0))
