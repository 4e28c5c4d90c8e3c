// SPDX-License-Identifier: Apache-2.0

#include "testing/workplace.h"

#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdio>
#include <filesystem>
#include <string>
#include <system_error>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "sandbox/sys/status.h"
#include "testing/tool.h"

namespace sbx::test {
namespace {

namespace fs = std::filesystem;

constexpr char kSystemPath[] = "/usr/local/bin:/usr/bin:/bin";

absl::Status Outcome(const std::error_code& error, absl::string_view doing) {
  if (!error) return absl::OkStatus();
  return sys::ErrnoStatus(error.value(), doing);
}

// Where an ordinary user's Bazel wants a test's files; root's lies in root's
// home.
std::string ParentFor(const Account& account) {
  const char* test_tmpdir = getenv("TEST_TMPDIR");
  return geteuid() != 0 && test_tmpdir != nullptr ? test_tmpdir : account.home;
}

absl::Status MakeDirectory(const std::string& path) {
  if (mkdir(path.c_str(), 0755) == 0) return absl::OkStatus();
  return sys::CallFailed("mkdir", path);
}

absl::Status CopyFile(const std::string& source, const std::string& target,
                      mode_t mode) {
  std::error_code error;
  fs::copy_file(source, target, error);
  SBX_RETURN_IF_ERROR(
      Outcome(error, absl::StrCat("copying ", source, " to ", target)));
  if (chmod(target.c_str(), mode) == 0) return absl::OkStatus();
  return sys::CallFailed("chmod", target);
}

// Only root of a user namespace with the caller's subordinate ids may remove
// what a sandbox with several users has made.
absl::Status RemoveAsNamespaceRoot(const std::string& path) {
  return sys::While(absl::StrCat("removing ", path),
                    RunTool({"unshare", "--map-auto", "--map-root-user", "rm",
                             "-rf", "--", path}));
}

}  // namespace

absl::StatusOr<Workplace> Workplace::Make(const Account& account) {
  std::string path = ParentFor(account) + "/sbx-test-XXXXXX";
  if (mkdtemp(path.data()) == nullptr) return sys::CallFailed("mkdtemp", path);
  Workplace workplace(account, path);
  if (chmod(path.c_str(), 0755) != 0) return sys::CallFailed("chmod", path);
  for (const std::string& directory :
       {workplace.programs(), workplace.work(), workplace.temporary()}) {
    SBX_RETURN_IF_ERROR(MakeDirectory(directory));
    SBX_RETURN_IF_ERROR(workplace.GiveToAccount(directory));
  }
  SBX_RETURN_IF_ERROR(workplace.GiveToAccount(path));
  return workplace;
}

Workplace::~Workplace() {
  if (path_.empty() || getpid() != maker_) return;
  const absl::Status status = Remove();
  if (!status.ok()) {
    std::fprintf(stderr, "%s\n", std::string(status.message()).c_str());
  }
}

absl::Status Workplace::Install(const std::string& name,
                                const std::string& program) {
  return CopyFile(program, absl::StrCat(programs(), "/", name), 0755);
}

absl::Status Workplace::Copy(const std::string& name,
                             const std::string& source) {
  const fs::path target = fs::path(work()) / name;
  std::error_code error;
  fs::create_directories(target.parent_path(), error);
  SBX_RETURN_IF_ERROR(
      Outcome(error, absl::StrCat("making ", target.parent_path().string())));
  SBX_RETURN_IF_ERROR(CopyFile(source, target, 0755));
  for (fs::path made = target; made != work(); made = made.parent_path()) {
    SBX_RETURN_IF_ERROR(GiveToAccount(made));
  }
  return absl::OkStatus();
}

absl::Status Workplace::GiveToAccount(const std::string& path) const {
  if (geteuid() != 0) return absl::OkStatus();
  if (lchown(path.c_str(), account_.uid, account_.gid) == 0) {
    return absl::OkStatus();
  }
  return sys::CallFailed("lchown", path, account_.uid, account_.gid);
}

absl::Status Workplace::Enter() const {
  setenv("PATH", absl::StrCat(programs(), ":", kSystemPath).c_str(), 1);
  setenv("TMPDIR", temporary().c_str(), 1);
  setenv("TEST_TMPDIR", temporary().c_str(), 1);
  setenv("PWD", work().c_str(), 1);
  unsetenv("OLDPWD");
  if (chdir(work().c_str()) == 0) return absl::OkStatus();
  return sys::CallFailed("chdir", work());
}

absl::Status Workplace::Remove() {
  const std::string path = std::exchange(path_, "");
  std::error_code error;
  fs::remove_all(path, error);
  if (!error) return absl::OkStatus();
  if (geteuid() == 0) return Outcome(error, absl::StrCat("removing ", path));
  return RemoveAsNamespaceRoot(path);
}

}  // namespace sbx::test
