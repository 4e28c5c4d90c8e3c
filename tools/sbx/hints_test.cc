// SPDX-License-Identifier: Apache-2.0

#include "tools/sbx/hints.h"

#include <cerrno>
#include <string>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "sandbox/sys/status.h"

namespace sbx::tools {
namespace {

using ::testing::HasSubstr;

// The failure of `call` in the step `doing`, as it comes out of the sandbox.
absl::Status Failure(absl::string_view doing, absl::string_view call,
                     int error) {
  return sys::While(doing, sys::ErrnoStatus(error, call));
}

// What each says, and that it is said, is shown where its situation is made
// (testing/commands/hints_test.cc).
TEST(HintFor, IsFoundByStepCallAndErrno) {
  for (const HintRow& row : Hints()) {
    EXPECT_EQ(HintFor(Failure(row.step, absl::StrCat(row.call, "(\"/a\")"),
                              row.error),
                      {.is_root = row.is_for != nullptr}),
              row.hint);
  }
}

TEST(HintFor, KnowsWhatRootOfANamespaceLacks) {
  const absl::Status failure =
      Failure("mapping ids", "write(\"/proc/self/uid_map\")", EPERM);
  EXPECT_THAT(HintFor(failure, {.is_root = true}), HasSubstr("--cap=setfcap"));
}

TEST(HintFor, HasNothingToSayOfOtherFailures) {
  const absl::Status rows[] = {
      absl::OkStatus(),
      absl::InvalidArgumentError("--net: \"x\" is not none or host"),
      // Another errno, another call, another step.
      Failure("making namespaces", "clone3()", EINVAL),
      Failure("making namespaces", "unshare()", EPERM),
      Failure("mapping ids", "clone3()", EPERM),
      Failure("building the root", "move_mount()", EPERM),
      Failure("running the command", "execve(\"/a\")", ENOENT),
      Failure("entering the root", "openat2(\"/a\")", ENOTDIR),
      // The step is the outermost one.
      sys::While("outside", Failure("making namespaces", "clone3()", EPERM)),
  };
  for (const absl::Status& failure : rows) {
    EXPECT_EQ(HintFor(failure, {}), "") << failure;
  }
}

}  // namespace
}  // namespace sbx::tools
