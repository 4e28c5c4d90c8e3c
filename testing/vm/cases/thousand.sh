#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# A thousand sandboxes with limits, five hundred on each processor, leave
# nothing.
source ./check.sh

make_many() {
  local i
  for ((i = 0; i < 500; ++i)); do
    sbx --memory=64M --pids=50 -- true || return
  done
}

make_many &
holds make_many
wait $! || fail "one of the others"
until_true nothing_left
finish
