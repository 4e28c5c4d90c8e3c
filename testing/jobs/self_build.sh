#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# Bazel builds and tests a part of this project from clean, with its own
# linux-sandbox and with sbx in its place: what comes out has the same digests.

set -euo pipefail
source job.sh
source linux_sandbox.sh

# Tests that make namespaces of their own have no place in an action.
build() {
  local base=$1
  shift
  (cd project &&
    "$@" bazel --batch --output_user_root="$HOME/$base" \
      test --noshow_progress "${strategies[@]}" --symlink_prefix="$HOME/$base-" \
      --test_tag_filters=-kernel,-command,-job //idmap/... //policy/seccomp/...) \
    >"$base.log" 2>&1 || fail "$base: $(tail -n 40 "$base.log")"
  grep -E '^Executed ' "$base.log"
}

digests() {
  (cd "$1-bin/" && find . -type f \( -name '*.[aoh]' -o -name '*.inc' -o -name '*_test' \) \
    -exec sha256sum {} + | sort)
}

mkdir project
tar --extract --file="$(command -v project.tar)" --directory=project
install_linux_sandbox

step "With Bazel's own linux-sandbox."
build theirs env
[[ ! -e used ]] || fail "It was ours."

step "With ours."
build ours "${instead[@]}"
[[ $(wc -l <used) -ge 80 ]] || fail "Only $(wc -l <used) actions were run with ours."
expect "what was executed" "$(grep -E '^Executed ' theirs.log)" "$(grep -E '^Executed ' ours.log)"

step "The same has come out."
digests theirs >theirs.sums
[[ $(wc -l <theirs.sums) -ge 60 ]] || fail "Only $(wc -l <theirs.sums) files were built."
digests ours | diff theirs.sums - || fail "It has not."
