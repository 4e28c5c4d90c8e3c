// SPDX-License-Identifier: Apache-2.0

#include "sandbox/sys/descendants.h"

#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>

#include <cerrno>

#include "sandbox/sys/landlock.h"
#include "sandbox/sys/status.h"

namespace sbx::sys {
namespace {

bool HasChildren() {
  siginfo_t ended = {};
  return waitid(P_ALL, 0, &ended, WEXITED | WNOHANG | WNOWAIT) == 0;
}

}  // namespace

absl::StatusOr<Descendants> Descendants::Keep() {
  if (prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) != 0) {
    return CallFailed("prctl", "PR_SET_CHILD_SUBREAPER");
  }
  SBX_RETURN_IF_ERROR(Restrict({.files = kMayMove, .scopes = kScopeSignals}));
  return Descendants(HasChildren() ? Kept::kBesideOthers : Kept::kAlone);
}

void Descendants::End() {
  if (!kept()) return;
  // Fails where nobody is left, and says nothing otherwise.
  (void)kill(-1, SIGKILL);
  // Nobody of ours is waited for where that could be somebody else, who lives.
  const int flags = kept_ == Kept::kAlone ? 0 : WNOHANG;
  kept_ = Kept::kNone;
  pid_t pid = 0;
  do {
    pid = waitpid(-1, nullptr, flags);
  } while (pid > 0 || (pid < 0 && errno == EINTR));
}

}  // namespace sbx::sys
