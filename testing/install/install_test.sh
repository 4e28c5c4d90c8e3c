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
# shellcheck disable=SC2317  # check calls it.
refuses() { ! "$@" 2>/dev/null; }
list() { find "$1" -printf '%P %y %m\n' | sort; }

mkdir -p "$home/prefix/share/man" "$home/prefix/bin" "$home/prefix/libexec"
echo kept >"$home/prefix/share/man/other"
before=$(list "$home/prefix")
# What is installed is for everybody, also if what its owner makes is not.
umask 077
check "it installs" tools/install --prefix="$home/prefix" --built=built
check "everybody can read it" [ -z "$(find "$home/prefix" -newer "$tree" \
  -path '*/share/*' -not -perm -o=r)" ]
check "AppArmor's profile names it" grep -qF \
  "profile sbx \"$home/prefix/bin/sbx\" flags=(unconfined) {" \
  "$home/prefix/share/sbx/apparmor/sbx"
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
check "a prefix of its own" tools/install --prefix="$home/a {b}*" --built=built
check "in AppArmor's words" grep -qF "\"$home/a \\{b\\}\\*/bin/sbx\"" \
  "$home/a {b}*/share/sbx/apparmor/sbx"
check "is removed" tools/install --uninstall --prefix="$home/a {b}*"
check "with all of it" [ ! -e "$home/a {b}*" ]
check "what is not there is not removed" refuses tools/install --uninstall \
  --prefix="$home/nowhere"
check "a relative prefix is refused" refuses tools/install --prefix=here --built=built

mkdir "$home/package" "$home/root"
check "it is packaged" tools/package --built=built "$home/package"
package=$(echo "$home"/package/sbx_*.deb)
check "under its version" [ "$(dpkg-deb -f "$package" Version)" = "$(built/tools/sbx/sbx --version | cut -d' ' -f2)" ]
check "as root's" eval "! dpkg-deb -c '$package' | grep -v ' root/root '"
check "needs what its helper is linked with" grep -q libsystemd0 <<<"$(dpkg-deb -f "$package" Depends)"
check "asks for the helpers of ids" [ "$(dpkg-deb -f "$package" Recommends)" = uidmap ]
check "readable for all" eval "! dpkg-deb -c '$package' | grep -v '^[-dl]......r'"
check "the package unpacks" dpkg-deb -x "$package" "$home/root"
check "and what is in it works" [ "$("$home/root/usr/bin/sbx" -- echo works)" = works ]
check "AppArmor's profile names its program" \
  grep -q '^profile sbx "/usr/bin/sbx" flags=(unconfined) {$' \
  "$home/root/usr/share/sbx/apparmor/sbx"

# dpkg, as root of a sandbox, and with a database of its own.
mkdir -p "$home/debian/var/lib/dpkg/updates" "$home/debian/var/lib/dpkg/info"
touch "$home/debian/var/lib/dpkg/status"
# shellcheck disable=SC2317  # check calls it.
in_debian() {
  PATH=$PATH:/usr/sbin:/sbin built/tools/sbx/sbx --user=0 --rw="$home/debian" \
    --ro="$home/package" -- dpkg --root="$home/debian" \
    --log="$home/debian/log" --force-depends "$@"
}
check "dpkg installs it" in_debian --install "$package"
check "and finds it whole" in_debian --verify sbx
check "it is there" [ -x "$home/debian/usr/bin/sbx" ]
check "dpkg removes it" in_debian --purge sbx
check "and nothing is left but what is dpkg's" \
  [ "$(cd "$home/debian" && echo * var/* var/lib/* var/lib/dpkg/info/*)" = \
  "log var var/lib var/lib/dpkg var/lib/dpkg/info/format" ]
exit $((failures > 0))
