// SPDX-License-Identifier: Apache-2.0

#include "tools/sbx/hints.h"

#include <cerrno>
#include <string>

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

TEST(HintFor, KnowsWhatHelpsAgainstEachFailure) {
  const struct {
    absl::Status failure;
    std::string words;
  } rows[] = {
      {Failure("making namespaces", "clone3()", EPERM),
       "kernel.unprivileged_userns_clone"},
      {Failure("making namespaces", "clone3()", ENOSPC),
       "user.max_user_namespaces"},
      {Failure("making namespaces", "clone3()", ENOSYS), "Linux 5.12"},
      {Failure("building the root", "open_tree(\"/\")", EPERM),
       "gives no power over its mounts"},
      {Failure("building the root", "fsopen(\"tmpfs\")", EPERM),
       "gives no power over its mounts"},
      {Failure("building the root", "fsmount()", EPERM),
       "systempaths=unconfined"},
      {Failure("building the root", "open_tree(\"/a\")", ENOENT),
       "the source does not exist"},
      {Failure("mapping ids", "write(\"/proc/self/uid_map\")", EPERM),
       "kernel.apparmor_restrict_unprivileged_userns"},
      {Failure("changing the root", "chroot(\".\")", EPERM), "CAP_SYS_CHROOT"},
      {Failure("confining files", "openat(\"/\")", EACCES), "--bare"},
      {Failure("entering the root", "openat2(\"/a\")", ENOENT), "--cwd"},
      {Failure("limiting the sandbox", "mkdir(\"/c/sbx-1\")", EACCES),
       "systemd-run --user --scope"},
      {Failure("limiting the sandbox", "write(\"/c/cgroup.procs\")", EACCES),
       "systemd-run --user --scope"},
      {Failure("limiting the sandbox", "mkdir(\"/c/sbx-1\")", EROFS),
       "read-only here"},
      {Failure("the report", "open(\"/dev/stdout\")", ELOOP), "fd:1"},
      {Failure("setting limits", "setrlimit(7)", EPERM), "ulimit -H -a"},
  };
  for (const auto& row : rows) {
    EXPECT_THAT(HintFor(row.failure, {}), HasSubstr(row.words)) << row.failure;
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
