// SPDX-License-Identifier: Apache-2.0

#include "testing/account.h"

#include <fcntl.h>
#include <grp.h>
#include <pwd.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <deque>
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "sandbox/sys/fd.h"
#include "sandbox/sys/file.h"
#include "sandbox/sys/status.h"
#include "testing/tool.h"
#include "testing/workplace.h"

namespace sbx::test {
namespace {

constexpr char kTester[] = "sbx-tester";

// In a directory where only root can make files.
constexpr char kLock[] = "/run/sbx-tester.lock";

// Where distributions start to hand out subordinate ids.
constexpr int64_t kFirstSubordinateId = 100000;

// A line of subuid(5) or subgid(5).
struct Range {
  std::string name = {};
  int64_t first = 0;
  int64_t count = 0;
};

std::vector<Range> ParseRanges(absl::string_view text) {
  std::vector<Range> ranges;
  for (absl::string_view line : absl::StrSplit(text, '\n')) {
    const std::vector<std::string> fields = absl::StrSplit(line, ':');
    Range range;
    if (fields.size() == 3 && absl::SimpleAtoi(fields[1], &range.first) &&
        absl::SimpleAtoi(fields[2], &range.count)) {
      range.name = fields[0];
      ranges.push_back(range);
    }
  }
  return ranges;
}

// Holds the lock until the result is closed.
absl::StatusOr<sys::Fd> Lock() {
  SBX_ASSIGN_OR_RETURN(sys::Fd lock,
                       sys::Open(kLock, O_RDWR | O_CREAT | O_NOFOLLOW, 0600));
  if (flock(lock.get(), LOCK_EX) != 0) return sys::CallFailed("flock", kLock);
  return lock;
}

absl::StatusOr<Account> LookUp(const passwd* entry, absl::string_view who) {
  if (entry == nullptr) {
    return absl::NotFoundError(absl::StrCat("no account for ", who));
  }
  return Account{.name = entry->pw_name,
                 .uid = entry->pw_uid,
                 .gid = entry->pw_gid,
                 .home = entry->pw_dir};
}

absl::Status MakeUser() {
  if (getpwnam(kTester) != nullptr) return absl::OkStatus();
  return RunTool({"useradd", "--create-home", "--shell", "/bin/bash",
                  "--comment", "for the tests of sbx", kTester});
}

// useradd gives subordinate ids only where login.defs(5) says so.
absl::Status GiveSubordinateIds(const std::string& file,
                                const std::string& option) {
  const std::string ranges = sys::ReadFile(file).value_or("");
  if (HasSubordinateIds(ranges, kTester)) return absl::OkStatus();
  const int64_t first = FreeSubordinateId(ranges);
  return RunTool({"usermod", option,
                  absl::StrCat(first, "-", first + kSubordinateIds - 1),
                  kTester});
}

// An account that was deleted and made again may have found an old home.
absl::Status CheckHome(const Account& account) {
  struct stat home;
  if (stat(account.home.c_str(), &home) != 0) {
    return sys::CallFailed("stat", account.home);
  }
  if (home.st_uid == account.uid) return absl::OkStatus();
  return absl::FailedPreconditionError(absl::StrCat(
      account.home, " belongs to uid ", home.st_uid, " and not to ",
      account.name, "; remove it or give it to the account"));
}

absl::StatusOr<Account> MakeTester() {
  SBX_ASSIGN_OR_RETURN(const sys::Fd lock, Lock());
  SBX_RETURN_IF_ERROR(MakeUser());
  SBX_RETURN_IF_ERROR(GiveSubordinateIds("/etc/subuid", "--add-subuids"));
  SBX_RETURN_IF_ERROR(GiveSubordinateIds("/etc/subgid", "--add-subgids"));
  SBX_ASSIGN_OR_RETURN(Account account, LookUp(getpwnam(kTester), kTester));
  SBX_RETURN_IF_ERROR(CheckHome(account));
  return account;
}

absl::Status SetIds(const Account& account) {
  if (initgroups(account.name.c_str(), account.gid) != 0) {
    return sys::CallFailed("initgroups", account.name, account.gid);
  }
  if (setgid(account.gid) != 0) return sys::CallFailed("setgid", account.gid);
  if (setuid(account.uid) != 0) return sys::CallFailed("setuid", account.uid);
  // setuid(2) has made /proc/self root's, which no program that an ordinary
  // user starts would meet.
  if (prctl(PR_SET_DUMPABLE, 1) != 0) {
    return sys::CallFailed("prctl(PR_SET_DUMPABLE)", 1);
  }
  return absl::OkStatus();
}

void SetUserEnvironment(const Account& account) {
  setenv("HOME", account.home.c_str(), 1);
  setenv("USER", account.name.c_str(), 1);
  setenv("LOGNAME", account.name.c_str(), 1);
  setenv("SHELL", "/bin/bash", 1);
  for (const char* of_root :
       {"DBUS_SESSION_BUS_ADDRESS", "MAIL", "SUDO_COMMAND", "SUDO_GID",
        "SUDO_UID", "SUDO_USER", "XDG_CACHE_HOME", "XDG_CONFIG_HOME",
        "XDG_DATA_HOME", "XDG_RUNTIME_DIR", "XDG_SESSION_ID"}) {
    unsetenv(of_root);
  }
  const std::string runtime = absl::StrCat("/run/user/", account.uid);
  if (access(runtime.c_str(), X_OK) == 0) {
    setenv("XDG_RUNTIME_DIR", runtime.c_str(), 1);
  }
}

const Workplace& KeepUntilExit(Workplace workplace) {
  // A deque, for what has been handed out stays where it is.
  static std::deque<Workplace> kept;
  return kept.emplace_back(std::move(workplace));
}

}  // namespace

bool HasSubordinateIds(absl::string_view ranges, absl::string_view name) {
  const std::vector<Range> all = ParseRanges(ranges);
  return std::any_of(all.begin(), all.end(), [name](const Range& range) {
    return range.name == name && range.count >= kSubordinateIds;
  });
}

int64_t FreeSubordinateId(absl::string_view ranges) {
  int64_t free = kFirstSubordinateId;
  for (const Range& range : ParseRanges(ranges)) {
    free = std::max(free, range.first + range.count);
  }
  return free;
}

absl::StatusOr<Account> OrdinaryAccount() {
  if (geteuid() == 0) {
    absl::StatusOr<Account> tester = MakeTester();
    if (tester.ok()) return tester;
    return sys::While(
        absl::StrCat("making the account ", kTester, " that tests run as"),
        tester.status());
  }
  return LookUp(getpwuid(geteuid()), absl::StrCat("uid ", geteuid()));
}

absl::Status TakeIdsOf(const Account& account) {
  if (geteuid() != 0) return absl::OkStatus();
  SBX_RETURN_IF_ERROR(SetIds(account));
  SetUserEnvironment(account);
  return absl::OkStatus();
}

absl::Status BecomeAccount() {
  SBX_ASSIGN_OR_RETURN(const Account account, OrdinaryAccount());
  SBX_ASSIGN_OR_RETURN(Workplace made, Workplace::Make(account));
  const Workplace& workplace = KeepUntilExit(std::move(made));
  SBX_RETURN_IF_ERROR(TakeIdsOf(account));
  return workplace.Enter();
}

absl::StatusOr<std::string> InstallForAccount(const std::string& program) {
  SBX_ASSIGN_OR_RETURN(const Account account, OrdinaryAccount());
  SBX_ASSIGN_OR_RETURN(Workplace workplace, Workplace::Make(account));
  const std::string name = std::filesystem::path(program).filename();
  SBX_RETURN_IF_ERROR(workplace.Install(name, program));
  return absl::StrCat(KeepUntilExit(std::move(workplace)).programs(), "/",
                      name);
}

}  // namespace sbx::test
