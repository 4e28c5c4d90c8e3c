// SPDX-License-Identifier: Apache-2.0
//
// Other processes, as /proc tells of them (proc(5)).

#ifndef SBX_SANDBOX_SYS_PROCESS_TABLE_H_
#define SBX_SANDBOX_SYS_PROCESS_TABLE_H_

#include <sys/types.h>

#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "sandbox/sys/fd.h"

namespace sbx::sys {

// The processes of this pid namespace, as long as the /proc is held that was
// there when it was opened.
class ProcessTable {
 public:
  // Of nobody.
  ProcessTable() = default;
  // Fails where /proc is not there, or numbers processes in another way than
  // this process does.
  static absl::StatusOr<ProcessTable> Open();

  const Fd& fd() const { return proc_; }

  // Those that can be seen.
  absl::StatusOr<std::vector<pid_t>> All() const;

  // The process that the thread `thread` belongs to.
  absl::StatusOr<pid_t> ProcessOf(pid_t thread) const;

  // Holds the process `pid`, if it descends from this one; fails with ESRCH if
  // there is none, and with EPERM if it is somebody else's.  Nobody who is
  // given that number meanwhile passes for it.
  absl::StatusOr<Fd> OpenDescendant(pid_t pid) const;

 private:
  struct Link;

  ProcessTable(Fd proc, pid_t self) : proc_(std::move(proc)), self_(self) {}
  absl::StatusOr<pid_t> Number(pid_t pid, absl::string_view field) const;
  absl::StatusOr<std::vector<Link>> LineOf(pid_t pid) const;
  bool IsTrue(const std::vector<Link>& line) const;

  Fd proc_;
  // This process.
  pid_t self_ = -1;
};

}  // namespace sbx::sys

#endif  // SBX_SANDBOX_SYS_PROCESS_TABLE_H_
