// SPDX-License-Identifier: Apache-2.0

#include <stdlib.h>
#include <unistd.h>

#include <filesystem>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "testing/command.h"

namespace sbx::test {
namespace {

namespace fs = std::filesystem;

TEST(KernelTest, RunsAsAnOrdinaryUser) { EXPECT_NE(geteuid(), 0u); }

TEST(KernelTest, HasAFreshDirectoryForItsFiles) {
  EXPECT_EQ(access(".", W_OK), 0);
  EXPECT_TRUE(fs::is_directory(::testing::TempDir()));
  EXPECT_EQ(access(::testing::TempDir().c_str(), W_OK), 0);
}

TEST(KernelTest, CanMakeNamespacesWithSubordinateIds) {
  EXPECT_THAT(RunCommand({.argv = {"unshare", "--map-auto", "--map-root-user",
                                   "--mount", "--pid", "--fork", "true"}}),
              ExitsWith(0));
}

TEST(KernelTest, FindsTheProgramsThatItAskedFor) {
  EXPECT_THAT(RunCommand({.argv = {"asked_for", "--", "true"}}), ExitsWith(0));
}

// What follows makes the program fail; as_user_test runs it.

TEST(KernelTest, DISABLED_EndsTheProgram) { exit(0); }

TEST(KernelTest, DISABLED_LeavesAProcess) {
  EXPECT_THAT(RunCommand({.argv = {"bash", "-c", "sleep 1000 &"}}),
              ExitsWith(0));
}

}  // namespace
}  // namespace sbx::test
