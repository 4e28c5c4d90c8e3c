// SPDX-License-Identifier: Apache-2.0

#include "sandbox/launch.h"

#include <unistd.h>

#include "idmap/apply.h"
#include "sandbox/child.h"
#include "sandbox/sys/chroot.h"
#include "sandbox/sys/self.h"
#include "sandbox/sys/status.h"

namespace sbx {
namespace {

// A pidfd tells the end of the whole process; PR_SET_PDEATHSIG would tell that
// of the thread that started sbx.
absl::StatusOr<sys::Fd> WatchParent(const Plan& plan) {
  if (plan.parent_death == ParentDeath::kIsIgnored) return sys::Fd();
  const pid_t parent = getppid();
  // It lies outside this pid namespace: nothing here can watch it.
  if (parent == 0) return sys::Fd();
  return sys::OpenPidfd(parent);
}

absl::Status MapIds(const Plan& plan, const Sandbox& sandbox) {
  if (plan.ids.writer == idmap::Writer::kChild) return absl::OkStatus();
  SBX_RETURN_IF_ERROR(idmap::MapChild(plan.ids, sandbox.process_one.pid()));
  return sandbox.channel.Send({.word = Word::kIdsMapped});
}

}  // namespace

absl::StatusOr<Sandbox> Launch(const Plan& plan, const Caller& caller) {
  SBX_RETURN_IF_ERROR(sys::BlockSignals());
  SBX_ASSIGN_OR_RETURN(auto ends, Channel::New());
  Sandbox sandbox = {.channel = std::move(ends.first)};
  SBX_ASSIGN_OR_RETURN(sandbox.signals, sys::OpenSignals());
  SBX_ASSIGN_OR_RETURN(sandbox.parent, WatchParent(plan));
  if (plan.leave_chroot) {
    const absl::Status left = sys::BecomeRootOfNamespace();
    if (!left.ok()) return sys::While("leaving the chroot", left);
  }
  absl::StatusOr<sys::Child> child = sys::Fork(plan.namespaces);
  if (!child.ok()) return sys::While("making namespaces", child.status());
  if (child->pid() == 0) {
    // So that the end of the parent can be seen from here.
    sandbox.channel = Channel();
    RunChild(plan, caller, std::move(ends.second));
  }
  sandbox.process_one = *std::move(child);
  // Whoever reads the command's output is to see its end.  Standard error stays
  // for what sbx itself has to say.
  SBX_RETURN_IF_ERROR(sys::LeaveStandardInputAndOutput());
  const absl::Status mapped = MapIds(plan, sandbox);
  if (!mapped.ok()) return sys::While("mapping ids", mapped);
  return sandbox;
}

}  // namespace sbx
