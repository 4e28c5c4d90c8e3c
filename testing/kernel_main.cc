// SPDX-License-Identifier: Apache-2.0
//
// main() of kernel tests: runs GoogleTest as the ordinary account.  Fails where
// user namespaces cannot be made, and if a test leaves a process behind.
//
// Before the tests it takes --install NAME=PATH and --copy NAME=PATH, as
// as_user does.

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "sandbox/sys/fd.h"
#include "sandbox/sys/file.h"
#include "sandbox/sys/status.h"
#include "testing/account.h"
#include "testing/as_account.h"
#include "testing/workplace.h"

namespace sbx::test {
namespace {

// Returns 0, or the errno of the call that failed.
int TryUserNamespace() {
  if (unshare(CLONE_NEWUSER) != 0) return errno;
  // Some hosts make the namespace and then deny every right inside it.
  return unshare(CLONE_NEWNS) == 0 ? 0 : errno;
}

absl::Status CheckUserNamespaces() {
  const pid_t child = fork();
  if (child < 0) return sys::CallFailed("fork");
  if (child == 0) _exit(TryUserNamespace());
  int status = 0;
  if (waitpid(child, &status, 0) < 0) return sys::CallFailed("waitpid", child);
  if (status == 0) return absl::OkStatus();
  return sys::ErrnoStatus(
      WEXITSTATUS(status),
      "these tests need user namespaces, which cannot be made here (see the "
      "sysctls user.max_user_namespaces, kernel.unprivileged_userns_clone and "
      "kernel.apparmor_restrict_unprivileged_userns)");
}

int Refuse(const absl::Status& status) {
  std::fprintf(stderr, "%s\n", std::string(status.message()).c_str());
  return 1;
}

// The report that Bazel wants, in a directory that may be root's alone:
// GoogleTest writes it to memory, and who started the test saves it.
struct Report {
  std::string wanted = {};
  sys::Fd written = {};
};

// To be called before GoogleTest reads its flags, the only time that it looks
// where to write.
absl::StatusOr<Report> RedirectReport() {
  const std::string asked = ::testing::GTEST_FLAG(output);
  const std::pair<std::string, std::string> format_and_path =
      absl::StrSplit(asked, absl::MaxSplits(':', 1));
  Report report = {.wanted = format_and_path.second};
  if (report.wanted.empty()) return report;
  report.written = sys::Fd(memfd_create("report", MFD_CLOEXEC));
  if (!report.written) return sys::CallFailed("memfd_create", "report");
  ::testing::GTEST_FLAG(output) = absl::StrCat(
      format_and_path.first, ":/proc/self/fd/", report.written.get());
  return report;
}

absl::Status Save(const Report& report) {
  if (!report.written) return absl::OkStatus();
  if (lseek(report.written.get(), 0, SEEK_SET) < 0) {
    return sys::CallFailed("lseek", "report");
  }
  SBX_ASSIGN_OR_RETURN(const std::string text,
                       sys::ReadAll(report.written, "report"));
  SBX_ASSIGN_OR_RETURN(
      const sys::Fd file,
      sys::Open(report.wanted, O_WRONLY | O_CREAT | O_TRUNC, 0644));
  return sys::WriteAll(file, text, report.wanted);
}

// GoogleTest and Bazel tell each other that shards are understood.
void AcknowledgeSharding() {
  const char* file = getenv("GTEST_SHARD_STATUS_FILE");
  if (file == nullptr) return;
  if (FILE* touched = std::fopen(file, "w")) std::fclose(touched);
  unsetenv("GTEST_SHARD_STATUS_FILE");
}

int RunTests() {
  const absl::Status namespaces = CheckUserNamespaces();
  if (!namespaces.ok()) return Refuse(namespaces);
  return RUN_ALL_TESTS();
}

absl::StatusOr<int> Run(std::vector<std::string> arguments) {
  SBX_ASSIGN_OR_RETURN(const Luggage luggage, TakeLuggage(arguments));
  if (!arguments.empty()) {
    return absl::InvalidArgumentError(
        absl::StrCat("no such option: ", arguments[0]));
  }
  SBX_ASSIGN_OR_RETURN(const Account account, OrdinaryAccount());
  SBX_ASSIGN_OR_RETURN(Workplace workplace, Pack(account, luggage));
  AcknowledgeSharding();
  // GoogleTest makes it at the start and removes it when all tests have run.
  const std::string unfinished = workplace.temporary() + "/unfinished";
  setenv("TEST_PREMATURE_EXIT_FILE", unfinished.c_str(), 1);

  SBX_ASSIGN_OR_RETURN(const int status,
                       RunAsAccount(account, workplace, RunTests));
  if (status == 0 && std::filesystem::exists(unfinished)) {
    return absl::InternalError("a test has ended the program before its end");
  }
  SBX_RETURN_IF_ERROR(workplace.Remove());
  return status;
}

}  // namespace
}  // namespace sbx::test

int main(int argc, char** argv) {
  const auto report = sbx::test::RedirectReport();
  if (!report.ok()) return sbx::test::Refuse(report.status());
  ::testing::InitGoogleMock(&argc, argv);
  const absl::StatusOr<int> status = sbx::test::Run({argv + 1, argv + argc});
  if (!status.ok()) return sbx::test::Refuse(status.status());
  const absl::Status saved = sbx::test::Save(*report);
  return saved.ok() ? *status : sbx::test::Refuse(saved);
}
