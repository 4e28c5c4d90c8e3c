// SPDX-License-Identifier: Apache-2.0

#include "testing/namespaces.h"

#include <fcntl.h>
#include <sys/types.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "sandbox/sys/fd.h"
#include "sandbox/sys/file.h"
#include "sandbox/sys/process.h"
#include "sandbox/sys/status.h"

namespace sbx::test {
namespace {

constexpr sys::Namespaces kOwn = {
    .user = true, .mount = true, .pid = true, .ipc = true};

absl::Status MapOnly(uid_t uid, gid_t gid) {
  // Without this an ordinary user may not map a group (user_namespaces(7)).
  SBX_RETURN_IF_ERROR(sys::WriteFile("/proc/self/setgroups", "deny"));
  SBX_RETURN_IF_ERROR(
      sys::WriteFile("/proc/self/uid_map", absl::StrCat(uid, " ", uid, " 1")));
  return sys::WriteFile("/proc/self/gid_map",
                        absl::StrCat(gid, " ", gid, " 1"));
}

// A status as it crosses the pipe: errno, and the words unless it is OK.
std::string Pack(const absl::Status& status) {
  const int error = sys::ErrnoOf(status);
  std::string packed(reinterpret_cast<const char*>(&error), sizeof(error));
  return packed + (status.ok() ? "+" : "-") + std::string(status.message());
}

absl::Status Unpack(const std::string& packed) {
  int error = 0;
  if (packed.size() <= sizeof(error)) {
    return absl::InternalError("the child ended without a word");
  }
  std::memcpy(&error, packed.data(), sizeof(error));
  if (packed[sizeof(error)] == '+') return absl::OkStatus();
  const std::string words = packed.substr(sizeof(error) + 1);
  return sys::Reported("in namespaces of its own", error, words);
}

// How many EXPECTs have failed in this test until now.
int Failures() {
  const ::testing::TestResult& result =
      *::testing::UnitTest::GetInstance()->current_test_info()->result();
  int failures = 0;
  for (int i = 0; i < result.total_part_count(); ++i) {
    failures += result.GetTestPartResult(i).failed() ? 1 : 0;
  }
  return failures;
}

[[noreturn]] void RunChild(uid_t uid, gid_t gid, const sys::Fd& report,
                           absl::FunctionRef<absl::Status()> work) {
  const int failures = Failures();
  absl::Status status = MapOnly(uid, gid);
  if (status.ok()) status = work();
  std::fflush(stdout);
  (void)sys::WriteAll(report, Pack(status), "report");
  _exit(Failures() > failures ? EXIT_FAILURE : EXIT_SUCCESS);
}

}  // namespace

absl::Status InOwnNamespaces(absl::FunctionRef<absl::Status()> work) {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) return sys::CallFailed("pipe2");
  const sys::Fd read(ends[0]);
  sys::Fd write(ends[1]);
  const uid_t uid = getuid();
  const gid_t gid = getgid();
  // What is written twice would be printed twice.
  std::fflush(stdout);
  SBX_ASSIGN_OR_RETURN(sys::Child child, sys::Fork(kOwn));
  if (child.pid() == 0) RunChild(uid, gid, write, work);
  write = sys::Fd();
  SBX_ASSIGN_OR_RETURN(const std::string packed, sys::ReadAll(read, "report"));
  SBX_ASSIGN_OR_RETURN(const sys::WaitStatus status, child.Wait());
  EXPECT_TRUE(status.exited()) << "killed by signal " << status.signal();
  EXPECT_EQ(status.exit_status(), EXIT_SUCCESS)
      << "what failed in the child stands above";
  return Unpack(packed);
}

}  // namespace sbx::test
