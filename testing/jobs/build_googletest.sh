#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# A developer builds a C++ library in the sandbox, with nothing configured, and
# gets what the same build makes outside, byte for byte.  Nothing else changes.

set -euo pipefail
source job.sh

readonly SOURCES=/usr/src/googletest
readonly PROJECT=$PWD/project
readonly KEPT=$TMPDIR/kept
readonly MARKER=marker-of-job-$$
readonly OUTPUTS=(
  lib/libgtest.a
  lib/libgtest_main.a
  lib/libgmock.a
  googletest/sample1_unittest
)
readonly MARKED_DIRECTORIES=(/tmp /var/tmp "$HOME" "$PWD/home")

make_project() {
  mkdir "$PROJECT" "$KEPT"
  cp -r "$SOURCES" "$PROJECT/src"
  write_build_script
  write_probe_script
}

# Archives without times and owners, which is what Debian's ar makes anyway.
write_build_script() {
  cat >"$PROJECT/build.sh" <<'EOF'
set -eu
cmake -S src -B build -G Ninja -Dgtest_build_samples=ON \
  -DCMAKE_CXX_ARCHIVE_CREATE='<CMAKE_AR> qcD <TARGET> <LINK_FLAGS> <OBJECTS>' \
  -DCMAKE_CXX_ARCHIVE_FINISH='<CMAKE_RANLIB> -D <TARGET>'
cmake --build build -j2 --target gtest gtest_main gmock sample1_unittest
build/googletest/sample1_unittest
EOF
}

# What else a build might do: write elsewhere, use the network, start a daemon.
write_probe_script() {
  cat >"$PROJECT/probe.sh" <<'EOF'
marker=$1 port=$2
shift 2
for directory; do
  { echo build >"$directory/$marker"; } 2>/dev/null &&
    echo "wrote to $directory"
done
{ : >"/dev/tcp/127.0.0.1/$port"; } 2>/dev/null && echo "reached the server"
cut -d : -f 1 -s /proc/net/dev | tr -d ' '
setsid sleep 1000 >/dev/null 2>&1 &
EOF
}

# A home with things in it that a build has no business with.
make_home() {
  mkdir -p home/.config home/notes
  echo 'color = always' >home/.config/tool
  echo 'buy milk' >home/notes/list
  ln -s notes/list home/today
}

# All that is not the project, with what changes if somebody touches it.
snapshot() {
  find "$PWD" -path "$PROJECT" -prune -o \
    -printf '%p %y %m %U:%G %s %l modified %T@ changed %C@\n' | sort
}

start_server() {
  exec {port_of}< <(exec python3 -c '
import socket
server = socket.create_server(("127.0.0.1", 0))
print(server.getsockname()[1], flush=True)
while True:
    server.accept()[0].close()')
  SERVER=$!
  trap 'kill "$SERVER"' EXIT
  read -r PORT <&"$port_of"
  exec {port_of}<&-
}

# Whether the probe means anything: outside the server can be reached.
check_server() {
  (: >"/dev/tcp/127.0.0.1/$PORT") ||
    fail "The server cannot be reached outside, so it proves nothing inside."
}

# Prints what the probe, in the same sandbox, has done and seen.
build_inside() {
  cd "$PROJECT"
  # shellcheck disable=SC2016
  HOME=$1 in_sandbox -- bash -c 'bash build.sh &>build.log && bash probe.sh "$@"' \
    build "$MARKER" "$PORT" "${MARKED_DIRECTORIES[@]}" ||
    fail "The build inside ended with status $?: $(cat build.log)"
}

build_outside() {
  (cd "$PROJECT" && bash build.sh &>build.log) ||
    fail "The build outside ended with status $?: $(cat "$PROJECT/build.log")"
}

check_test_ran() {
  grep -qF '[  PASSED  ]' "$PROJECT/build.log" ||
    fail "No test ran: $(cat "$PROJECT/build.log")"
}

check_no_marker() {
  local directory
  for directory in "${MARKED_DIRECTORIES[@]}"; do
    [[ ! -e "$directory/$MARKER" ]] ||
      fail "The sandbox wrote $directory/$MARKER."
  done
}

check_untouched() {
  snapshot >"$KEPT/after"
  diff "$KEPT/before" "$KEPT/after" ||
    fail "Files outside of the project have changed."
}

# Both builds had the same names for everything, one after the other.
move_aside() {
  mv "$PROJECT/build" "$KEPT/$1"
}

check_same_outputs() {
  local output
  for output in "${OUTPUTS[@]}"; do
    cmp "$KEPT/inside/$output" "$KEPT/outside/$output" ||
      fail "$output built inside differs from the one built outside."
  done
}

check_library_links() {
  cat >"$KEPT/user.cc" <<'EOF'
#include "gtest/gtest.h"
TEST(Library, WorksForAProgramOutside) { EXPECT_EQ(6 * 7, 42); }
EOF
  g++ -I "$PROJECT/src/googletest/include" "$KEPT/user.cc" -o "$KEPT/user" \
    "$KEPT"/inside/lib/libgtest_main.a "$KEPT"/inside/lib/libgtest.a -pthread
  "$KEPT/user" >"$KEPT/user.log" || fail "$(cat "$KEPT/user.log")"
  grep -qF '[  PASSED  ] 1 test.' "$KEPT/user.log" ||
    fail "The program linked outside ran no test: $(cat "$KEPT/user.log")"
}

main() {
  local found
  step "Preparing a project, a home and a server"
  make_project
  make_home
  start_server
  check_server
  snapshot >"$KEPT/before"

  step "Building inside"
  found=$(build_inside "$PWD/home")
  refuse_leftovers
  check_test_ran
  # The sandbox's own /tmp and /var/tmp can be written, so that looking for the
  # markers outside means something; both homes cannot, and lo is all there is.
  expect "What the build could do inside" \
    $'wrote to /tmp\nwrote to /var/tmp\nlo' "$found"
  check_no_marker
  check_untouched
  move_aside inside

  step "Building outside, with the same paths"
  build_outside
  check_test_ran
  move_aside outside

  step "Comparing and using the results"
  check_same_outputs
  check_library_links
}

main
