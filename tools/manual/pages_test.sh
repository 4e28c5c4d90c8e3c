#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# The manual pages are read without a warning, and show what they should.
set -u
failures=0

fail() {
  echo "FAILED: $*"
  failures=$((failures + 1))
}

for page in "$@"; do
  warnings=$(mandoc -T lint -W warning "$page" 2>&1 | grep -v 'missing date')
  [[ -z $warnings ]] || fail "$warnings"
  text=$(MANWIDTH=80 mandoc -T ascii "$page" | col -b)
  for section in NAME SYNOPSIS DESCRIPTION OPTIONS 'EXIT STATUS' 'SEE ALSO'; do
    grep -q "^$section" <<<"$text" || fail "$page has no $section"
  done
  # What roff would take for its own.
  ! grep -n '@[A-Z]*@\|\\f' <<<"$text" || fail "$page shows what is roff's"
done
# As they are looked for.
mandoc -T ascii "$1" | col -b | grep -q -- '--device-limit=require|prefer|off' ||
  fail "sbx(1) lacks an option"
exit $((failures > 0))
