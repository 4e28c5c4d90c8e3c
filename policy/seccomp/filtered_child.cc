// SPDX-License-Identifier: Apache-2.0

#include "policy/seccomp/filtered_child.h"

#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <functional>

#include "absl/types/span.h"
#include "policy/seccomp/filter.h"
#include "policy/seccomp/groups.h"

namespace sbx::policy::seccomp {
namespace {

bool LoadDefaultFilter(Grants grants) {
  const absl::Span<const sock_filter> filter =
      BuiltInFilter(BuiltIn::kDefault, grants);
  // The kernel copies the program and changes nothing.
  const sock_fprog program = {
      .len = static_cast<unsigned short>(filter.size()),
      .filter = const_cast<sock_filter*>(filter.data())};
  return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
         syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &program) == 0;
}

}  // namespace

int InChild(const std::function<int()>& run) {
  const pid_t child = fork();
  if (child == 0) _exit(run());
  int status = 0;
  if (child < 0 || waitpid(child, &status, 0) != child) return kDied;
  return WIFEXITED(status) ? WEXITSTATUS(status) : kDied;
}

int InFilteredChild(Grants grants, const std::function<int()>& run) {
  return InChild([&] { return LoadDefaultFilter(grants) ? run() : kNoFilter; });
}

int ErrnoIfFailed(long result) { return result == -1 ? errno : 0; }

}  // namespace sbx::policy::seccomp
