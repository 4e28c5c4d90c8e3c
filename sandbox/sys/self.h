// SPDX-License-Identifier: Apache-2.0
//
// What a process sets on itself: prctl(2), ids, limits, host name, session.

#ifndef SBX_SANDBOX_SYS_SELF_H_
#define SBX_SANDBOX_SYS_SELF_H_

#include <sys/resource.h>
#include <sys/types.h>

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "sandbox/sys/fd.h"

namespace sbx::sys {

// Makes sure that 0, 1 and 2 are taken, by /dev/null where the caller has
// closed them: nothing that this process opens is to pass for one of them.  The
// command finds them closed all the same.
absl::Status OccupyStandardDescriptors();

// Puts /dev/null in the place of 0 and 1, for a process that reads and writes
// nothing there any more and is not to keep the other ends waiting.
absl::Status LeaveStandardInputAndOutput();

// No execve gives this process or its children privileges from now on.
absl::Status ForbidNewPrivileges();
absl::StatusOr<bool> NewPrivilegesForbidden();

// Sets whether others of this user may look into this process and trace it, and
// whether it may leave a core file (PR_SET_DUMPABLE).
absl::Status SetDumpable(bool dumpable);

// Sends this process SIGKILL when the thread that made it ends.
absl::Status DieWithParent();
// The same with SIGCONT, for while this process is stopped; or no longer.
absl::Status ContinueWithoutParent(bool continues);

// Sets real, effective and saved id.
absl::Status SetUser(uid_t uid);
absl::Status SetGroup(gid_t gid);

// Sets the limit `resource` (RLIMIT_…).
absl::Status SetLimit(int resource, const std::string& name,
                      const rlimit& limit);

absl::Status SetHostName(const std::string& name);
absl::Status SetDomainName(const std::string& name);
// Makes this process the leader of a new session (setsid(2)).
absl::Status StartSession();
// Brings up the loopback interface of the present network namespace.
absl::Status RaiseLoopback();
absl::Status ChangeDirectory(const Fd& directory);

// Ends this process without giving its memory back piece by piece: the kernel
// takes it as a whole, and each page freed here that was shared with a child is
// copied before.
[[noreturn]] void EndProcess(int status);

// The time on a clock that nobody sets (clock_gettime(2): CLOCK_MONOTONIC).
absl::Duration SinceBoot();

// The current directory by the name that the kernel knows it by.
absl::StatusOr<std::string> CurrentDirectory();

}  // namespace sbx::sys

#endif  // SBX_SANDBOX_SYS_SELF_H_
