#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# What is installed works, and is gone when it is uninstalled; so does the
# package.  Run as an ordinary user, in a copy of what tools/install reads.
set -u
failures=0
tree=$PWD/tree
mkdir "$tree" && tar -xf "$(command -v tree.tar)" -C "$tree" || exit 1
cd "$tree" || exit 1
home=$(mktemp -d -p "$HOME")
trap 'chmod -R u+w "$home"; rm -rf "$home"' EXIT

# check SENTENCE COMMAND...
check() {
  local sentence=$1
  shift
  "$@" && return
  echo "FAILED: $sentence"
  failures=$((failures + 1))
}
list() { find "$1" -printf '%P %y %m\n' | sort; }

mkdir -p "$home/prefix/share/man"
echo kept >"$home/prefix/share/man/other"
before=$(list "$home/prefix")
check "it installs" tools/install --prefix="$home/prefix" --built=built
check "it runs" [ "$("$home/prefix/bin/sbx" -- echo works)" = works ]
export PATH=$home/prefix/libexec/sbx/bin:$PATH
check "bwrap by that name" [ "$(bwrap --ro-bind / / echo works)" = works ]
check "linux-sandbox by that name" [ "$(linux-sandbox -- /bin/echo works)" = works ]
# It is started, and says that there is no bus.
check "the helper is found" grep -q 'reaching systemd over the bus' <<<"$(
  DBUS_SESSION_BUS_ADDRESS=unix:path=/nonexistent \
    "$home/prefix/bin/sbx" --cgroup=systemd -- true 2>&1)"
check "the manual is found" grep -q 'SBX(1)' <<<"$(
  MANPATH=$home/prefix/share/man man -P cat sbx 2>&1)"
check "it installs once more" tools/install --prefix="$home/prefix" --built=built
check "it uninstalls" tools/install --uninstall --prefix="$home/prefix"
check "nothing of it is left" [ "$(list "$home/prefix")" = "$before" ]
check "a relative prefix is refused" eval '! tools/install --prefix=here --built=built 2>/dev/null'

mkdir "$home/package" "$home/root"
check "it is packaged" tools/package --built=built "$home/package"
package=$(echo "$home"/package/sbx_*.deb)
check "under its version" [ "$(dpkg-deb -f "$package" Version)" = "$(built/tools/sbx/sbx --version | cut -d' ' -f2)" ]
check "as root's" eval "! dpkg-deb -c '$package' | grep -v ' root/root '"
check "the package unpacks" dpkg-deb -x "$package" "$home/root"
check "and what is in it works" [ "$("$home/root/usr/bin/sbx" -- echo works)" = works ]
check "AppArmor's profile names its program" \
  grep -q '^profile sbx /usr{,/local}/bin/sbx flags=(unconfined) {$' \
  "$home/root/usr/share/sbx/apparmor/sbx"
exit $((failures > 0))
