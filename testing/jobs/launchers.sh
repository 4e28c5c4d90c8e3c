#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# GoogleTest is built with each compilation in a sandbox of its own: by make, by
# Ninja, and by a launcher of CMake's.  What comes out is what comes out without.

set -euo pipefail
source job.sh

cp -r /usr/src/googletest/googletest src
readonly SOURCES=$PWD/src

# What starts a command in a sandbox, and counts; and a shell that does.
write_launchers() {
  printf '%s\n' '#!/bin/sh' "echo run >>'$PWD/runs'" \
    "exec sbx --profile=action --ro='$SOURCES' --rw=\"\${OUTPUT:-.}\" -- \"\$@\"" >launch
  # shellcheck disable=SC2016  # For the shell that is written.
  printf '%s\n' '#!/bin/sh' "exec '$PWD/launch' sh \"\$@\"" >shell
  chmod +x launch shell
}

# check_library DIRECTORY RUNS: there is a library, the same as without
# sandboxes, and so many commands were in one.
check_library() {
  local symbols
  symbols=$(nm --defined-only "$1/libgtest.a" | grep -v '^$' | sha256sum)
  [[ -n ${plain-} ]] || plain=$symbols
  expect "what is in $1/libgtest.a" "$plain" "$symbols"
  expect "sandboxes of $1" "$2" "$(sort runs 2>/dev/null | wc -l)"
  : >runs
}

write_makefile() {
  cat >Makefile <<END
libgtest.a: gtest-all.o gtest_main.o
	ar rcD \$@ \$^
%.o: $SOURCES/src/%.cc
	g++ -O0 -I$SOURCES/include -I$SOURCES -c -o \$@ \$<
END
}

write_ninja() {
  cat >build.ninja <<END
rule compile
  command = $1g++ -O0 -I$SOURCES/include -I$SOURCES -c -o \$out \$in
rule archive
  command = $1ar rcD \$out \$in
build gtest-all.o: compile $SOURCES/src/gtest-all.cc
build gtest_main.o: compile $SOURCES/src/gtest_main.cc
build libgtest.a: archive gtest-all.o gtest_main.o
END
}

build_with_cmake() {
  local directory=$1
  shift
  cmake -G Ninja -S "$SOURCES" -B "$directory" -DCMAKE_CXX_FLAGS=-O0 "$@" >cmake.log ||
    fail "CMake ended with status $?: $(cat cmake.log)"
  cmake --build "$directory" >build.log || fail "It was not built: $(cat build.log)"
}

write_launchers

step "make, without and with sandboxes"
mkdir plain sandboxed
(cd plain && write_makefile && make -j2 >/dev/null)
check_library plain 0
(cd sandboxed && write_makefile && make -j2 SHELL="$OLDPWD/shell" >/dev/null)
check_library sandboxed 3

step "Ninja"
mkdir ninja
(cd ninja && write_ninja "$OLDPWD/launch " && ninja >/dev/null)
check_library ninja 3

step "CMake's launcher"
unset plain
OUTPUT=$PWD/with_cmake build_with_cmake plain_cmake
mv plain_cmake/lib plain_cmake/archives
check_library plain_cmake/archives 0
OUTPUT=$PWD/cmake build_with_cmake cmake \
  -DCMAKE_CXX_COMPILER_LAUNCHER="$PWD/launch"
check_library cmake/lib 2
refuse_leftovers
