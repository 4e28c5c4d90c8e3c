#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# A CI runner makes a Debian of its own, installs a package with a user of its
# own in it, and one with sbx, and throws all of it away again, without root
# anywhere.

set -euo pipefail
source job.sh

readonly PACKAGE=uuid-runtime
readonly PACKAGE_USER=uuidd
readonly ARCHIVE=$TMPDIR/debian.tar
readonly ROOT=$PWD/debian

# Root of our subordinate ids, with just what tar and rm need to handle files
# of all of them, and nothing to write but this directory.
as_owner_of_all() {
  in_sandbox --ids=range --user=0 --bare --ro=/ --rw="$PWD" --proc --dev \
    --cap=CHOWN,DAC_OVERRIDE,FOWNER,FSETID,SETFCAP --cwd="$PWD" -- "$@"
}

inside() {
  in_sandbox --root="$ROOT" --net=host "${SANDBOX_OPTIONS[@]}" -- "$@"
}

suite() (
  source /etc/os-release
  echo "$VERSION_CODENAME"
)

# The machine's sources that name the suite and Debian's main component; other
# people's lie beside them, with keys that a Debian does not have.
sources_of() {
  local file
  for file in /etc/apt/sources.list /etc/apt/sources.list.d/*.{list,sources}; do
    if grep -qsE "^(Suites:|deb ).* $1( |\$)" "$file" &&
      grep -qE '^(Components:|deb ).* main( |$)' "$file"; then
      echo "$file"
    fi
  done
}

# How this machine's apt reaches its mirror: proxies, retries, certificates,
# and what a mirror that is a copy needs.
apt_options() {
  apt-config dump --no-empty |
    grep -E '^Acquire::(https?|ftp|Retries|Check-(Valid-Until|Date)|ForceIPv[46])\b'
}

# The same for programs that know only the environment, and the files that any
# of it names.
collect_sandbox_options() {
  local name file
  SANDBOX_OPTIONS=()
  for name in http_proxy https_proxy no_proxy; do
    [[ -z "${!name-}" ]] || SANDBOX_OPTIONS+=(--setenv="$name=${!name}")
  done
  for file in /etc/ssl/certs/ca-certificates.crt $(apt_options | grep -oP '"\K/[^"]+'); do
    [[ ! -f "$file" ]] || SANDBOX_OPTIONS+=(--ro="$file")
  done
}

make_archive() {
  local options=() sources suite line
  suite=$(suite)
  mapfile -t sources < <(sources_of "$suite")
  ((${#sources[@]})) || fail "apt on this machine has no source for $suite."
  while read -r line; do options+=(--aptopt="$line"); done < <(apt_options)
  mmdebstrap --quiet --mode=unshare --variant=apt --format=tar \
    --aptopt='Acquire::Languages "none"' "${options[@]}" \
    "$suite" "$ARCHIVE" "${sources[@]}"
}

# Without the device nodes, which the kernel keeps from us; the sandbox has a
# /dev of its own.
unpack() {
  mkdir "$ROOT"
  as_owner_of_all tar --directory "$ROOT" --extract --preserve-permissions \
    --numeric-owner --xattrs --xattrs-include='*' --exclude='./dev/*' \
    --file - <"$ARCHIVE"
}

# Mode and ids, as the archive has them: of a program that is set-user-ID, one
# that is set-group-ID for a group of Debian's, and a file of another group.
check_unpacked() {
  local file
  for file in ./usr/bin/su ./usr/bin/chage ./etc/shadow; do
    expect "Mode and owner of $file" "$(in_archive "$file")" \
      "$(as_owner_of_all stat --format='%A %u/%g' "$ROOT/$file")"
  done
}

in_archive() {
  tar --list --verbose --numeric-owner --file "$ARCHIVE" "$1" |
    awk '{ print $1, $2 }'
}

install_package() {
  inside bash -c '
    set -e
    apt-get -qq update
    DEBIAN_FRONTEND=noninteractive apt-get -qq install \
      --no-install-recommends "$@"' install "$@" &>"$TMPDIR/install.log" ||
    fail "Installing ended with status $?: $(cat "$TMPDIR/install.log")"
}

# Gives the package's user a file, and makes another as that user, whose name it
# prints.
use_package_user() {
  # shellcheck disable=SC2016
  inside bash -c '
    set -e
    touch /srv/of-root /srv/given
    chown "$1:$1" /srv/given
    install -d -o "$1" -g "$1" /srv/its
    su -s /bin/sh -c "id -un && touch /srv/its/made" "$1"
  ' use "$PACKAGE_USER"
}

# Prints the first subordinate id in the file $1.
first_id() {
  awk -F : -v name="$USER" -v uid="$UID" \
    '$1 == name || $1 == uid { print $2; exit }' "$1"
}

# expect_owner FILE UID GID
expect_owner() {
  expect "The owner of $1 outside" "$2 $3" "$(stat --format='%u %g' "$ROOT/$1")"
}

# Id 0 inside is the caller; id 1 is the first subordinate one.
check_owners_outside() {
  local uid gid
  uid=$(inside id -u "$PACKAGE_USER")
  gid=$(inside id -g "$PACKAGE_USER")
  uid=$(($(first_id /etc/subuid) + uid - 1))
  gid=$(($(first_id /etc/subgid) + gid - 1))
  expect_owner srv/given "$uid" "$gid"
  expect_owner srv/its/made "$uid" "$gid"
  expect_owner srv/of-root "$UID" "$(id -g)"
}

check_package() {
  local found
  found=$(inside dpkg --verify) || fail "dpkg --verify says: $found"
  expect "What dpkg --verify says" "" "$found"
}

# A capability of a file counts for root of the sandbox alone, and is there.
check_file_capability() {
  local found
  found=$(inside bash -c '
    set -e
    cp /bin/true /srv/true
    setcap cap_net_raw+ep /srv/true
    getcap /srv/true')
  expect "The file's capability" "/srv/true cap_net_raw=ep" "$found"
}

# Makes the package of sbx in the directory $1.
make_sbx_package() {
  mkdir "$1" "$TMPDIR/tree"
  tar --extract --file "$(command -v tree.tar)" --directory "$TMPDIR/tree"
  (cd "$TMPDIR/tree" && tools/package --built=built "$1")
}

# All files of the Debian, without what dpkg writes down of each package.
files_inside() {
  as_owner_of_all find "$ROOT" ! -path '*/var/lib/dpkg/status*' \
    ! -path '*/var/log/dpkg.log' -printf '%P %y %m %U:%G %l\n' | sort
}

# Installs sbx as an administrator does, uses it there, and removes it.
install_sbx() {
  local before package
  package=$(make_sbx_package "$TMPDIR/packages")
  before=$(files_inside)
  SANDBOX_OPTIONS+=(--ro="$TMPDIR/packages:/mnt")
  inside dpkg --install "/mnt/$(basename "$package")" &>"$TMPDIR/install.log" ||
    fail "Installing sbx ended with status $?: $(cat "$TMPDIR/install.log")"
  check_package
  SANDBOX_OPTIONS+=(--nested --cap=SETFCAP)
  expect "What a sandbox says there" works "$(inside sbx -- echo works)"
  inside dpkg --purge sbx &>"$TMPDIR/purge.log" ||
    fail "Purging sbx ended with status $?: $(cat "$TMPDIR/purge.log")"
  expect "What purging sbx leaves" "" \
    "$(diff <(echo "$before") <(files_inside) || true)"
}

remove() {
  as_owner_of_all rm --recursive "$ROOT"
}

main() {
  step "Making a Debian in an archive"
  make_archive
  collect_sandbox_options

  step "Unpacking it for all of our ids"
  unpack
  refuse_leftovers
  check_unpacked

  step "Installing a package inside"
  install_package "$PACKAGE" libcap2-bin
  check_package
  check_file_capability

  step "Using the package's user"
  expect "The user that su becomes" "$PACKAGE_USER" "$(use_package_user)"
  check_owners_outside
  refuse_leftovers

  step "Installing and removing sbx itself"
  install_sbx
  refuse_leftovers

  step "Removing all of it"
  remove
  expect "What is left here" "" "$(ls -A)"
  refuse_leftovers
}

main
