#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# flatpak builds in a runtime of its own, with sbx in bubblewrap's place: its
# options by the hundred, data, locks, filters and descriptors.

set -euo pipefail
source job.sh

readonly RUNTIME=org.example.Runtime
readonly BIN=$PWD/bwrap
XDG_DATA_HOME=$PWD/data
FLATPAK_BWRAP=$BIN/bwrap
export XDG_DATA_HOME FLATPAK_BWRAP

# What flatpak runs says that it was run.
install_bwrap() {
  mkdir "$BIN"
  printf '#!/bin/bash\necho used >>%q\nexec %q bwrap "$@"\n' \
    "$BIN/used" "$(command -v sbx)" >"$BIN/bwrap"
  chmod +x "$BIN/bwrap"
}

# A runtime of a few of the machine's programs, with the libraries they need.
make_runtime() {
  local file
  mkdir -p runtime/files/{bin,lib,lib64,etc}
  for file in sh ls id touch; do
    cp -L "$(command -v "$file")" runtime/files/bin/
  done
  ldd runtime/files/bin/* | grep -o '/lib[^ ]*' | sort -u |
    while read -r file; do
      mkdir -p "runtime/files$(dirname "${file#/usr}")"
      cp -L "$file" "runtime/files${file#/usr}"
    done
  printf '[Runtime]\nname=%s\nruntime=%s/x86_64/1\nsdk=%s/x86_64/1\n' \
    "$RUNTIME" "$RUNTIME" "$RUNTIME" >runtime/metadata
  flatpak build-export --runtime --files=files repository runtime 1 >/dev/null
  flatpak --user remote-add --no-gpg-verify here repository
  flatpak --user install --assumeyes here "$RUNTIME//1" >/dev/null
}

inside() {
  flatpak build app "$@"
}

step "A runtime is made and installed."
install_bwrap
make_runtime
flatpak build-init app org.example.App "$RUNTIME" "$RUNTIME" 1

step "A command builds in it."
expect "the user inside" "$(id -u)" "$(inside id -u)"
expect "what is at the root of programs" "bin etc lib lib64" \
  "$(inside ls /usr | xargs)"
inside sh -c 'echo built >/app/result'
expect "what was built" built "$(cat app/files/result)"
expect "an exit status" 7 "$(inside sh -c 'exit 7' || echo $?)"
! inside touch /usr/new 2>/dev/null || fail "The runtime can be written."
# shellcheck disable=SC2016  # For the shell inside to expand.
expect "networks inside" lo \
  "$(inside sh -c 'while read -r name _; do echo $name; done </proc/net/dev' |
    grep -o 'lo\|eth.*' | xargs)"
[[ -s $BIN/used ]] || fail "flatpak has run another bwrap."
