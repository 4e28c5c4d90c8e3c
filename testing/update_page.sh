#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# update_page.sh PAGE COMMAND...
#
# Writes what COMMAND prints to PAGE in the workspace that `bazel run` was
# called in, if COMMAND succeeds.

set -eu

page=$BUILD_WORKSPACE_DIRECTORY/$1
shift

updated=$(mktemp)
trap 'rm -f "$updated"' EXIT
"$@" >"$updated"
cat "$updated" >"$page"
