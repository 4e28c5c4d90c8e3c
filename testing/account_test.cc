// SPDX-License-Identifier: Apache-2.0

#include "testing/account.h"

#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <functional>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "testing/command.h"
#include "testing/status.h"

namespace sbx::test {
namespace {

namespace fs = std::filesystem;

using ::testing::StartsWith;

TEST(HasSubordinateIds, WantsEnoughInOneRange) {
  EXPECT_TRUE(HasSubordinateIds("a:1:2\nana:100000:65536\n", "ana"));
  EXPECT_TRUE(HasSubordinateIds("ana:1:5\nana:100000:70000\n", "ana"));
  EXPECT_FALSE(HasSubordinateIds("ana:100000:65535\n", "ana"));
  EXPECT_FALSE(HasSubordinateIds("anna:100000:65536\n", "ana"));
  EXPECT_FALSE(HasSubordinateIds("", "ana"));
}

TEST(FreeSubordinateId, LiesBehindAllRanges) {
  EXPECT_EQ(FreeSubordinateId(""), 100000);
  EXPECT_EQ(FreeSubordinateId("# note\na:300000:10\nb:100000:65536\n"), 300010);
}

TEST(OrdinaryAccount, IsTheSameEachTime) {
  ASSERT_OK_AND_ASSIGN(const Account first, OrdinaryAccount());
  ASSERT_OK_AND_ASSIGN(const Account second, OrdinaryAccount());
  EXPECT_NE(first.uid, 0u);
  EXPECT_EQ(first.uid, second.uid);
}

TEST(OrdinaryAccount, ManyMayAskAtOnce) {
  std::vector<pid_t> children;
  for (int i = 0; i < 8; ++i) {
    children.push_back(fork());
    if (children.back() == 0) _exit(OrdinaryAccount().ok() ? 0 : 1);
  }
  for (pid_t child : children) {
    int status = -1;
    ASSERT_EQ(waitpid(child, &status, 0), child);
    EXPECT_EQ(status, 0);
  }
}

// Becoming the account cannot be undone, so it happens in a child.
int ExitStatusAfterBecoming(const std::function<void()>& check) {
  const pid_t child = fork();
  if (child == 0) {
    EXPECT_OK(BecomeAccount());
    check();
    exit(::testing::Test::HasFailure() ? 1 : 0);
  }
  int status = -1;
  waitpid(child, &status, 0);
  return status;
}

TEST(BecomeAccount, LeavesAnOrdinaryUserWithFreshDirectories) {
  EXPECT_EQ(ExitStatusAfterBecoming([] {
              EXPECT_NE(getuid(), 0u);
              EXPECT_NE(geteuid(), 0u);
              EXPECT_EQ(access(".", W_OK), 0);
              EXPECT_EQ(access(getenv("TMPDIR"), W_OK), 0);
              EXPECT_TRUE(fs::is_empty(fs::current_path()));
              EXPECT_THAT(fs::current_path().string(),
                          StartsWith(fs::path(getenv("TMPDIR")).parent_path()));
            }),
            0);
}

TEST(BecomeAccount, KeepsProcSelfOurs) {
  EXPECT_EQ(ExitStatusAfterBecoming([] {
              EXPECT_TRUE(std::ifstream("/proc/self/environ").good());
              EXPECT_EQ(access("/proc/self/ns/user", R_OK), 0);
            }),
            0);
}

TEST(BecomeAccount, GivesSubordinateIds) {
  EXPECT_EQ(ExitStatusAfterBecoming([] {
              EXPECT_THAT(RunCommand({.argv = {"unshare", "--map-auto",
                                               "--map-root-user", "chown",
                                               "7:8", "."}}),
                          ExitsWith(0));
            }),
            0);
}

TEST(InstallForAccount, CopyCanBeRunByTheAccount) {
  ASSERT_OK_AND_ASSIGN(const std::string copy, InstallForAccount("/bin/echo"));
  EXPECT_EQ(fs::path(copy).filename(), "echo");
  EXPECT_EQ(ExitStatusAfterBecoming([&copy] {
              EXPECT_EQ(RunCommand({.argv = {copy, "hello"}}).out, "hello\n");
            }),
            0);
}

TEST(InstallForAccount, CopyIsRemovedAtExit) {
  int ends[2];
  ASSERT_EQ(pipe(ends), 0);
  const pid_t child = fork();
  if (child == 0) {
    const std::string copy = InstallForAccount("/bin/echo").value_or("");
    exit(write(ends[1], copy.data(), copy.size()) > 0 ? 0 : 1);
  }
  waitpid(child, nullptr, 0);
  char path[4096];
  const ssize_t size = read(ends[0], path, sizeof path);
  ASSERT_GT(size, 0);
  EXPECT_FALSE(fs::exists(std::string(path, size)));
}

TEST(InstallForAccount, CopyOutlivesAForkedChild) {
  ASSERT_OK_AND_ASSIGN(const std::string copy, InstallForAccount("/bin/echo"));
  const pid_t child = fork();
  if (child == 0) exit(0);
  waitpid(child, nullptr, 0);
  EXPECT_TRUE(fs::exists(copy));
}

TEST(InstallForAccount, MissingProgramIsAnError) {
  EXPECT_THAT(InstallForAccount("/no/such"), FailsWith(ENOENT));
}

}  // namespace
}  // namespace sbx::test
