#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
#   threat_model_test.sh THREAT_MODEL ATTACKS FILE…
#
# Every test that the threat model names is there: an attack in the table of
# attacks, or one of the FILEs.
#
# The backquotes are those of the page.
# shellcheck disable=SC2016
set -u
page=$1 attacks=$2
shift 2
failures=0
names=0
while read -r name; do
  names=$((names + 1))
  case $name in
    */*) printf '%s\n' "$@" | grep -qx -- "$name" ;;
    *) grep -q "^| \`$name\` |" "$attacks" ;;
  esac && continue
  echo "FAILED: the threat model names $name, which is no test"
  failures=$((failures + 1))
done < <(sed -n 's/^|.*| \(`.*`\) |$/\1/p' "$page" | grep -o '`[^`]*`' | tr -d '`')
[[ $names -ge 20 ]] || { echo "FAILED: only $names names" && exit 1; }
exit $((failures > 0))
