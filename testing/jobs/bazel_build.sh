#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# Bazel builds with sbx in the place of its linux-sandbox: the same outputs, and
# an action that writes where it may not fails.

set -euo pipefail
source job.sh
source linux_sandbox.sh

make_project() {
  mkdir project
  touch project/WORKSPACE
  cat >project/BUILD <<'END'
genrule(
    name = "source",
    outs = ["answer.c"],
    cmd = "echo 'int main(void) { return 42; }' >$@",
)
genrule(
    name = "program",
    srcs = ["answer.c"],
    outs = ["answer"],
    cmd = "gcc -o $@ $<",
)
genrule(
    name = "rights",
    outs = ["rights.txt"],
    cmd = "grep -E 'NoNewPrivs|CapEff' /proc/self/status >$@",
)
genrule(
    name = "writes_elsewhere",
    outs = ["nothing"],
    cmd = "touch $@ && touch /var/tmp/written_by_an_action",
)
sh_test(
    name = "lonely_test",
    srcs = ["lonely_test.sh"],
)
END
  # shellcheck disable=SC2016  # For the shell of the test.
  printf '%s\n' '#!/bin/sh' 'test "$(cat /proc/1/comm)" = sbx &&
    echo tested >"$TEST_UNDECLARED_OUTPUTS_DIR/file"' >project/lonely_test.sh
  chmod +x project/lonely_test.sh
}

build() {
  local base=$1
  shift
  (cd project &&
    "${in[@]}" bazel --batch --bazelrc=/dev/null --output_user_root="$HOME/$base" \
      build --noshow_progress "${strategies[@]}" \
      --symlink_prefix="$HOME/$base-" "$@")
}

step "Bazel builds with its own linux-sandbox."
make_project
in=()
build theirs :program
expect "what the program answers" 42 "$(theirs-bin/answer || echo $?)"

step "Bazel builds with ours."
install_linux_sandbox
in=("${instead[@]}")
build ours :program :rights
[[ $(wc -l <used) -ge 3 ]] || fail "Bazel has run another linux-sandbox."
expect "what was built" "$(sha256sum <theirs-bin/answer)" "$(sha256sum <ours-bin/answer)"
expect "rights of an action" "CapEff: 0000000000000000 NoNewPrivs: 1" \
  "$(tr '\t' ' ' <ours-bin/rights.txt | xargs)"

step "An action that writes elsewhere fails."
! build ours :writes_elsewhere 2>messages || fail "It was built."
grep -q "Read-only file system" messages || fail "It failed otherwise: $(cat messages)"
[[ ! -e /var/tmp/written_by_an_action ]] || fail "It has written."

# What Bazel wants of others for any test, from Debian: as WORKSPACE has it.
copy_rules() {
  cp --recursive --dereference /usr/share/bazel/rules/cc rules_cc
  sed -i -e 's|use_cpp_toolchain()|["@bazel_tools//tools/cpp:toolchain_type"]|' \
    -e 's|, "use_cpp_toolchain")|)|' \
    rules_cc/cc/private/rules_impl/{cc_flags_supplier,compiler_flag}.bzl
  cp --recursive --dereference /usr/share/bazel/rules/java rules_java
  mkdir coverage
  printf '%s\n' 'filegroup(' '    name = "coverage_report_generator",' \
    '    visibility = ["//visibility:public"],' ')' >coverage/BUILD
  touch {rules_cc,rules_java,coverage}/WORKSPACE
}

run_test() {
  (cd project &&
    bazel --batch --bazelrc=/dev/null --output_user_root="$HOME/theirs" \
      test --noshow_progress --strategy=TestRunner=local --cache_test_results=no \
      --override_repository=rules_cc="$HOME/rules_cc" \
      --override_repository=rules_java="$HOME/rules_java" \
      --override_repository=remote_coverage_tools="$HOME/coverage" \
      --symlink_prefix="$HOME/theirs-" "$@" :lonely_test)
}

step "A test is run under sbx."
copy_rules
run_test --run_under="$(command -v sbx) --rw=$HOME --" >messages 2>&1 ||
  fail "It failed: $(cat messages) $(cat theirs-testlogs/lonely_test/test.log)"
! run_test >messages 2>&1 || fail "It passes without sbx, and so shows nothing."
