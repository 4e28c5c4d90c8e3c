// SPDX-License-Identifier: Apache-2.0

#include "sandbox/sys/process_table.h"

#include <dirent.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <string>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"
#include "sandbox/sys/file.h"
#include "sandbox/sys/process.h"
#include "sandbox/sys/status.h"

namespace sbx::sys {

// A process on the way up to this one.
struct ProcessTable::Link {
  pid_t pid = 0;
  pid_t parent = 0;
  // From before `parent` was read.
  Fd pidfd = {};
};

absl::StatusOr<ProcessTable> ProcessTable::Open() {
  SBX_ASSIGN_OR_RETURN(Fd proc, sys::Open("/proc", O_RDONLY | O_DIRECTORY));
  const pid_t pid = getpid();
  struct statfs found = {};
  char self[16] = {};
  if (fstatfs(proc.get(), &found) != 0) return CallFailed("fstatfs", "/proc");
  if (found.f_type != PROC_SUPER_MAGIC ||
      readlinkat(proc.get(), "self", self, sizeof(self) - 1) < 0 ||
      self != absl::StrCat(pid)) {
    return absl::FailedPreconditionError(
        "\"/proc\" does not tell of the processes here");
  }
  return ProcessTable(std::move(proc), pid);
}

absl::StatusOr<std::vector<pid_t>> ProcessTable::All() const {
  SBX_ASSIGN_OR_RETURN(const std::vector<std::string> names,
                       NamesIn(proc_, "/proc"));
  std::vector<pid_t> all;
  for (const std::string& name : names) {
    pid_t pid = 0;
    if (absl::SimpleAtoi(name, &pid)) all.push_back(pid);
  }
  return all;
}

absl::StatusOr<pid_t> ProcessTable::Number(pid_t pid,
                                           absl::string_view field) const {
  const std::string path = absl::StrCat(pid, "/status");
  const Fd file(openat(proc_.get(), path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file) return CallFailed("openat", path);
  SBX_ASSIGN_OR_RETURN(const std::string text, ReadAll(file, path));
  // The name of the process comes first, with its line ends escaped.
  for (absl::string_view line : absl::StrSplit(text, '\n')) {
    pid_t number = 0;
    if (absl::ConsumePrefix(&line, field) && absl::SimpleAtoi(line, &number)) {
      return number;
    }
  }
  return ErrnoStatus(ESRCH, path);
}

absl::StatusOr<pid_t> ProcessTable::ProcessOf(pid_t thread) const {
  return Number(thread, "Tgid:");
}

absl::StatusOr<std::vector<ProcessTable::Link>> ProcessTable::LineOf(
    pid_t pid) const {
  std::vector<Link> line;
  for (pid_t next = pid; next != self_; next = line.back().parent) {
    // The parent of whoever comes from outside of this pid namespace.
    if (next <= 0) return ErrnoStatus(EPERM, "a process of somebody else");
    Link link = {.pid = next};
    SBX_ASSIGN_OR_RETURN(link.pidfd, OpenPidfd(next));
    SBX_ASSIGN_OR_RETURN(link.parent, Number(next, "PPid:"));
    line.push_back(std::move(link));
  }
  return line;
}

// A number is nobody else's as long as the process has not been waited for,
// though it may have ended.  So those that are there still have been there all
// the time, and what was read last is so.
bool ProcessTable::IsTrue(const std::vector<Link>& line) const {
  for (const Link& link : line) {
    const absl::StatusOr<pid_t> parent = Number(link.pid, "PPid:");
    if (!parent.ok() || *parent != link.parent) return false;
  }
  for (const Link& link : line) {
    if (!SendSignal(link.pidfd, 0).ok()) return false;
  }
  return true;
}

absl::StatusOr<Fd> ProcessTable::OpenDescendant(pid_t pid) const {
  SBX_RETURN_IF_ERROR(OpenPidfd(pid).status());
  const absl::Status not_ours = ErrnoStatus(EPERM, absl::StrCat("pid ", pid));
  if (pid == self_) return not_ours;
  // A parent that ends meanwhile makes the line another one.
  constexpr int kTries = 10;
  for (int tries = 0; tries < kTries; ++tries) {
    absl::StatusOr<std::vector<Link>> line = LineOf(pid);
    if (ErrnoOf(line.status()) == EPERM) break;
    if (line.ok() && IsTrue(*line)) {
      return std::move(line->front().pidfd);
    }
  }
  return not_ours;
}

}  // namespace sbx::sys
