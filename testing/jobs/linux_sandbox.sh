# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
#
# Bazel with sbx in the place of its linux-sandbox.
# shellcheck disable=SC2034  # Whoever sources this reads them.

ORIGINAL=$(readlink --canonicalize /usr/share/bazel/linux-sandbox)
readonly ORIGINAL OURS=$PWD/linux-sandbox
export HOME=$PWD

# The only strategies that are allowed: nothing is fallen back to.
readonly strategies=(
  --spawn_strategy=linux-sandbox
  --genrule_strategy=linux-sandbox
  --strategy=TestRunner=linux-sandbox
)
# What Bazel is run in for its linux-sandbox to be ours.
readonly instead=(sbx bwrap --dev-bind / / --ro-bind "$OURS" "$ORIGINAL")

# Ours writes a line into the file "used" each time.
install_linux_sandbox() {
  printf '#!/bin/bash\necho used >>%q\nexec %q linux-sandbox "$@"\n' \
    "$PWD/used" "$(command -v sbx)" >"$OURS"
  chmod +x "$OURS"
}
