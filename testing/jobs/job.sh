# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
#
# What all jobs say and ask.  Found on PATH by `source job.sh`.

# People's shells do not have what Bazel tells its tests: files to write, which
# a sandbox refuses, and GoogleTest crashes if it cannot write them.
while read -r variable; do
  unset "$variable"
done < <(compgen -e | grep -E '^(TEST_|GTEST_|TESTBRIDGE_|XML_OUTPUT_FILE$)')

step() {
  printf '== %s\n' "$*"
}

fail() {
  printf 'FAILED: %s\n' "$*" >&2
  exit 1
}

# expect WHAT WANTED FOUND
expect() {
  [[ "$3" == "$2" ]] || fail "$1 should be '$2' and is '$3'."
}

# Runs a command in a sandbox with the options before the --, marked as ours for
# `refuse_leftovers`.  What it writes is read to the end by whoever calls: a
# process that outlived the sandbox and held its output would keep us waiting.
in_sandbox() {
  SBX_JOB="$$" sbx "$@"
}

# When sbx has ended, nothing of its sandbox is there any more: there is nothing
# to wait for.
refuse_leftovers() {
  local left
  left=$(grep -lsaxzF "SBX_JOB=$$" /proc/[0-9]*/environ || true)
  [[ -z "$left" ]] || fail "These processes outlived their sandbox: $left"
}
