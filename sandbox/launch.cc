// SPDX-License-Identifier: Apache-2.0

#include "sandbox/launch.h"

#include <fcntl.h>
#include <unistd.h>

#include "absl/strings/str_cat.h"
#include "idmap/apply.h"
#include "sandbox/child.h"
#include "sandbox/chroot.h"
#include "sandbox/steps.h"
#include "sandbox/sys/chroot.h"
#include "sandbox/sys/file.h"
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

absl::StatusOr<std::vector<NamespaceId>> ReadNamespaces(const Plan& plan,
                                                        pid_t pid) {
  const struct {
    bool own;
    const char* name;
  } rows[] = {
      {plan.namespaces.cgroup, "cgroup"}, {plan.namespaces.ipc, "ipc"},
      {plan.namespaces.mount, "mnt"},     {plan.namespaces.network, "net"},
      {plan.namespaces.pid, "pid"},       {plan.namespaces.uts, "uts"}};
  std::vector<NamespaceId> ids;
  for (const auto& row : rows) {
    if (!row.own) continue;
    SBX_ASSIGN_OR_RETURN(
        const sys::Identity identity,
        sys::IdentityOf(absl::StrCat("/proc/", pid, "/ns/", row.name)));
    ids.push_back({.name = row.name, .number = identity.inode});
  }
  return ids;
}

absl::Status AnnounceBirth(const Plan& plan, const Sandbox& sandbox,
                           Announce announce) {
  if (plan.birth == Birth::kUnannounced) return absl::OkStatus();
  Newborn newborn = {.pid = sandbox.process_one.pid()};
  SBX_ASSIGN_OR_RETURN(newborn.namespaces, ReadNamespaces(plan, newborn.pid));
  SBX_RETURN_IF_ERROR(announce(newborn));
  if (plan.ids_ready) sys::AwaitByte(*plan.ids_ready);
  return absl::OkStatus();
}

absl::Status MapIds(const Plan& plan, const Sandbox& sandbox) {
  if (!WaitsForParent(plan)) return absl::OkStatus();
  SBX_RETURN_IF_ERROR(idmap::MapChild(plan.ids, sandbox.process_one.pid()));
  return sandbox.channel.Send({.word = Word::kGo});
}

absl::Status Join(std::optional<int> namespace_, sys::NamespaceKind kind,
                  absl::string_view doing) {
  if (!namespace_) return absl::OkStatus();
  const absl::Status joined = sys::JoinNamespace(*namespace_, kind);
  return joined.ok() ? joined : sys::While(doing, joined);
}

absl::Status JoinNamespaces(const JoinedNamespaces& joined) {
  // The first gives the rights that the second needs.
  SBX_RETURN_IF_ERROR(Join(joined.user, sys::NamespaceKind::kUser,
                           "joining the user namespace"));
  return Join(joined.pid, sys::NamespaceKind::kPid,
              "joining the pid namespace");
}

// In the process between: makes the one that is wanted, and tells of it.
absl::StatusOr<sys::Child> ForkSibling(const Plan& plan,
                                       const Channel& parent) {
  absl::StatusOr<sys::Child> child =
      sys::Fork(plan.namespaces, sys::ChildOf::kItsParent);
  if (child.ok() && child->pid() == 0) return child;
  Message born = {.word = Word::kFailed, .failure = child.status()};
  if (child.ok()) {
    SBX_ASSIGN_OR_RETURN(born.target, sys::Copy(child->pidfd()));
    child->Release();
  }
  // Without a message the parent sees the end of the channel.
  (void)parent.Send(born);
  _exit(EXIT_SUCCESS);
}

// A process makes a pid namespace below the one that it is in itself; setns(2)
// moves only its children.  So there is one between, for a moment.
absl::StatusOr<sys::Child> ForkBelowJoined(const Plan& plan) {
  SBX_ASSIGN_OR_RETURN(auto ends, Channel::New());
  SBX_ASSIGN_OR_RETURN(sys::Child between, sys::Fork({}));
  if (between.pid() == 0) return ForkSibling(plan, ends.second);
  ends.second = Channel();
  SBX_ASSIGN_OR_RETURN(auto born, ends.first.Receive());
  SBX_RETURN_IF_ERROR(between.Wait().status());
  if (!born) return sys::ErrnoStatus(ECHILD, "clone3()");
  if (!born->target) return born->failure;
  SBX_ASSIGN_OR_RETURN(const pid_t pid, sys::PidOf(born->target));
  return sys::Child(pid, std::move(born->target));
}

absl::StatusOr<sys::Child> ForkSandbox(const Plan& plan,
                                       const sys::Fd& cgroup) {
  if (plan.joined.pid && plan.namespaces.pid) return ForkBelowJoined(plan);
  sys::Namespaces namespaces = plan.namespaces;
  // The child makes it, once it is in there.
  if (cgroup) namespaces.cgroup = false;
  return sys::Fork(namespaces, sys::ChildOf::kThisProcess, cgroup);
}

absl::Status KeepDescendants(const Plan& plan, Sandbox& sandbox) {
  if (!IsConfined(plan.mode)) return absl::OkStatus();
  SBX_RETURN_IF_ERROR(sys::ForbidNewPrivileges());
  SBX_ASSIGN_OR_RETURN(sandbox.descendants,
                       plan.policy.boundary == policy::Boundary::kScope
                           ? sys::Descendants::KeepByScope()
                           : sys::Descendants::KeepByGroups());
  return absl::OkStatus();
}

// Before the scope, in which nothing can be mounted.
absl::StatusOr<sys::Fd> OpenRoot(const Plan& plan) {
  if (plan.mode != Mode::kChroot) return sys::Fd();
  absl::StatusOr<sys::Fd> root =
      plan.chroot.mount == Own::kYes
          ? BindRoot(plan.chroot)
          : sys::Open(plan.chroot.directory, O_PATH | O_DIRECTORY);
  if (!root.ok()) return sys::While("opening the root", root.status());
  return root;
}

}  // namespace

absl::StatusOr<Sandbox> Launch(const Plan& plan, const Caller& caller,
                               Announce announce, cgroup::Cgroup cgroup) {
  SBX_RETURN_IF_ERROR(sys::BlockSignals());
  SBX_ASSIGN_OR_RETURN(auto ends, Channel::New());
  Sandbox sandbox = {.cgroup = std::move(cgroup),
                     .channel = std::move(ends.first)};
  if (plan.signals == Signals::kPassedOn) {
    SBX_ASSIGN_OR_RETURN(sandbox.signals, sys::OpenSignals());
  }
  SBX_ASSIGN_OR_RETURN(sandbox.parent, WatchParent(plan));
  if (plan.leave_chroot) {
    const absl::Status left = sys::BecomeRootOfNamespace();
    if (!left.ok()) return sys::While("leaving the chroot", left);
  }
  SBX_RETURN_IF_ERROR(JoinNamespaces(plan.joined));
  SBX_ASSIGN_OR_RETURN(sys::Fd root, OpenRoot(plan));
  const absl::Status kept = KeepDescendants(plan, sandbox);
  if (!kept.ok()) return sys::While("keeping processes together", kept);
  Steps steps(plan.telling);
  absl::StatusOr<sys::Child> child =
      ForkSandbox(plan, sandbox.cgroup.leaf.inside());
  if (!child.ok()) return sys::While("making namespaces", child.status());
  if (child->pid() == 0) {
    // Told here, before any step that this process tells of.
    steps.Done("making namespaces");
    // So that the end of the parent can be seen from here.
    sandbox.channel = Channel();
    RunChild(plan, caller, std::move(root), std::move(ends.second));
  }
  sandbox.process_one = *std::move(child);
  if (plan.signals == Signals::kActOnSbx) {
    SBX_RETURN_IF_ERROR(sys::RestoreMask(caller.signals));
  }
  const absl::Status announced = AnnounceBirth(plan, sandbox, announce);
  if (!announced.ok()) return sys::While("announcing the sandbox", announced);
  // Whoever reads the command's output is to see its end.  Standard error stays
  // for what sbx itself has to say.
  SBX_RETURN_IF_ERROR(sys::LeaveStandardInputAndOutput());
  const absl::Status mapped = MapIds(plan, sandbox);
  if (!mapped.ok()) return sys::While("mapping ids", mapped);
  return sandbox;
}

}  // namespace sbx
