// SPDX-License-Identifier: Apache-2.0

#include "sandbox/child.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstring>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/types/span.h"
#include "fs/apply.h"
#include "fs/confine.h"
#include "idmap/apply.h"
#include "policy/apply.h"
#include "sandbox/broker.h"
#include "sandbox/init.h"
#include "sandbox/mode.h"
#include "sandbox/report.h"
#include "sandbox/steps.h"
#include "sandbox/sys/descendants.h"
#include "sandbox/sys/file.h"
#include "sandbox/sys/mount.h"
#include "sandbox/sys/path.h"
#include "sandbox/sys/process.h"
#include "sandbox/sys/process_table.h"
#include "sandbox/sys/ramfs.h"
#include "sandbox/sys/self.h"
#include "sandbox/sys/signals.h"
#include "sandbox/sys/status.h"

namespace sbx {
namespace {

// What the steps share.
struct Stage {
  const Plan& plan;
  const Caller& caller;
  sys::Fd chroot;
  Channel parent;
  sys::Program command = {plan.command, plan.environment};
  // The /proc of outside, as long as it is needed inside.
  sys::Fd proc = {};
  fs::Root root = {};
  std::vector<sys::Fd> locks = {};
  // The end that tells a waiting command to go.
  Channel waiting = {};
  // Where no pid namespace ends them.
  sys::Descendants descendants = {};
  policy::Supervisors supervisors = {};
  // Where process 1 is asked about signals: whom it knows, and the two ends by
  // which it gets the listener from the command's process.
  sys::ProcessTable processes = {};
  std::pair<Channel, Channel> asking = {};
};

struct Step {
  // Those that have it.
  Modes modes;
  absl::string_view doing;
  absl::Status (*run)(Stage& stage);
};

constexpr Modes kNamespaces = In(Mode::kNamespace);

absl::Status AwaitIds(Stage& stage) {
  if (WaitsForParent(stage.plan)) {
    SBX_ASSIGN_OR_RETURN(const auto message, stage.parent.Receive());
    // The parent is gone, and so will be this: nobody is left to be told.
    if (!message) _exit(EXIT_FAILURE);
  }
  return idmap::MapSelf(stage.plan.ids);
}

absl::Status CutCgroups(Stage& stage) {
  if (!stage.plan.namespaces.cgroup ||
      stage.plan.cgroup.route == cgroup::Route::kNone) {
    return absl::OkStatus();
  }
  return sys::UnshareCgroups();
}

absl::Status BecomeUser(Stage& stage) {
  return idmap::BecomeUser(stage.plan.ids);
}

absl::Status TieLife(Stage& stage) {
  if (stage.plan.leftovers == Leftovers::kLiveOn) return absl::OkStatus();
  SBX_RETURN_IF_ERROR(sys::DieWithParent());
  // It may have died before this was set.
  if (stage.parent.Abandoned()) _exit(EXIT_FAILURE);
  return absl::OkStatus();
}

absl::Status HideSelf(Stage&) { return sys::SetDumpable(false); }

absl::Status WipeArguments(Stage& stage) {
  const absl::Span<char> memory = stage.caller.arguments_and_environment;
  std::memset(memory.data(), 0, memory.size());
  return absl::OkStatus();
}

// In a user namespace of their own the mounts are cut off from those that they
// were copied from.
absl::Status KeepMounts(Stage& stage) {
  if (stage.plan.namespaces.user) return absl::OkStatus();
  return sys::KeepMountsToOurselves();
}

absl::Status LimitUserNamespaces(Stage& stage) {
  if (stage.plan.user_namespaces != UserNamespacesInside::kPrevented) {
    return absl::OkStatus();
  }
  SBX_ASSIGN_OR_RETURN(stage.proc, sys::Open("/proc", O_PATH | O_DIRECTORY));
  return idmap::AllowOneMoreNamespace(stage.proc);
}

absl::Status NameHost(Stage& stage) {
  const Plan& plan = stage.plan;
  if (!plan.host_name.empty()) {
    SBX_RETURN_IF_ERROR(sys::SetHostName(plan.host_name));
  }
  if (plan.domain_name.empty()) return absl::OkStatus();
  return sys::SetDomainName(plan.domain_name);
}

absl::Status RaiseNetwork(Stage& stage) {
  if (stage.plan.network == Network::kHost ||
      stage.plan.loopback == Loopback::kDown) {
    return absl::OkStatus();
  }
  return sys::RaiseLoopback();
}

absl::Status LeaveInitialRamfs(Stage& stage) {
  if (!stage.plan.leave_initial_ramfs) return absl::OkStatus();
  return sys::LeaveInitialRamfs();
}

absl::Status BuildRoot(Stage& stage) {
  SBX_ASSIGN_OR_RETURN(stage.root, fs::BuildRoot(stage.plan.files));
  return absl::OkStatus();
}

absl::Status EnterRoot(Stage& stage) {
  const fs::Plan& files = stage.plan.files;
  SBX_ASSIGN_OR_RETURN(const std::string cwd, fs::EnterRoot(stage.root, files));
  if (cwd != files.cwd) {
    stage.command.Replace(absl::StrCat("PWD=", files.cwd),
                          absl::StrCat("PWD=", cwd));
  }
  return absl::OkStatus();
}

bool AsksProcessOne(const Plan& plan) {
  return plan.policy.boundary == policy::Boundary::kBroker;
}

// While the /proc of outside is in sight.
absl::Status LearnProcesses(Stage& stage) {
  stage.supervisors = {.sbx = getppid(), .process_one = getpid()};
  if (stage.supervisors.sbx <= 0) return sys::CallFailed("getppid");
  if (stage.supervisors.process_one <= 0) return sys::CallFailed("getpid");
  if (!AsksProcessOne(stage.plan)) return absl::OkStatus();
  SBX_ASSIGN_OR_RETURN(stage.processes, sys::ProcessTable::Open());
  SBX_ASSIGN_OR_RETURN(stage.descendants, sys::Descendants::KeepByGroups());
  SBX_ASSIGN_OR_RETURN(stage.asking, Channel::New());
  return absl::OkStatus();
}

absl::Status ChangeRoot(Stage& stage) { return sys::ChangeRoot(stage.chroot); }

absl::Status EnterDirectory(Stage& stage) {
  return fs::GoTo(stage.plan.files.cwd);
}

absl::Status LockFiles(Stage& stage) {
  for (const std::string& path : stage.plan.locks) {
    SBX_ASSIGN_OR_RETURN(sys::Fd file,
                         sys::OpenInRoot(stage.root.root, path, O_RDONLY));
    SBX_RETURN_IF_ERROR(sys::LockShared(file, path));
    stage.locks.push_back(std::move(file));
  }
  return absl::OkStatus();
}

absl::Status JoinUserNamespace(Stage& stage) {
  const std::optional<int> joined = stage.plan.joined.user_of_command;
  if (!joined) return absl::OkStatus();
  return sys::JoinNamespace(*joined, sys::NamespaceKind::kUser);
}

absl::Status EnterUserNamespace(Stage& stage) {
  const Plan& plan = stage.plan;
  if (stage.proc) {
    SBX_RETURN_IF_ERROR(idmap::EnterLastNamespace(plan.ids, stage.proc));
  }
  if (plan.user_namespaces != UserNamespacesInside::kPerhaps) {
    SBX_RETURN_IF_ERROR(sys::CheckNoUserNamespaces());
  }
  // Whoever gains capabilities, as one does here, is untied (prctl(2)).
  return TieLife(stage);
}

absl::Status AwaitGoAhead(Stage& stage) {
  if (stage.plan.go_ahead) sys::AwaitByte(*stage.plan.go_ahead);
  return absl::OkStatus();
}

absl::Status LockCapabilities(Stage& stage) {
  return policy::LockCapabilities(stage.plan.policy);
}

absl::Status ForbidNewPrivileges(Stage&) { return sys::ForbidNewPrivileges(); }

absl::Status KeepDescendants(Stage& stage) {
  if (AsksProcessOne(stage.plan)) return absl::OkStatus();
  SBX_ASSIGN_OR_RETURN(stage.descendants, sys::Descendants::KeepByScope());
  return absl::OkStatus();
}

// What process 1 does between its birth and that of the command.  The order is
// the design: each step uses a right that a later one gives away.
constexpr Step kProcessOneSteps[] = {
    // Before any file is made: an id that is not mapped can make none.
    {kNamespaces, "mapping ids", AwaitIds},
    // By clone3(2), where there is no leaf to be born into.
    {kNamespaces, "cutting cgroups off from the host's", CutCgroups},
    {kNamespaces, "becoming the command's user", BecomeUser},
    // After the change of user, which unties it.  Elsewhere the end of sbx is
    // for process 1 to see, and to end everybody else.
    {kNamespaces, "tying the sandbox's life to ours", TieLife},
    // After the maps: the files of a process that cannot be traced in /proc
    // are root's, and newuidmap(1) would refuse it.
    {kAllModes, "making the set-up untraceable", HideSelf},
    {kAllModes, "wiping arguments and environment", WipeArguments},
    {kNamespaces, "cutting mounts off from the host's", KeepMounts},
    {kNamespaces, "limiting user namespaces", LimitUserNamespaces},
    {kNamespaces, "setting the host name", NameHost},
    {kNamespaces, "bringing up the loopback", RaiseNetwork},
    {kNamespaces, "leaving the initial ramfs", LeaveInitialRamfs},
    {kNamespaces, "building the root", BuildRoot},
    {kNamespaces, "entering the root", EnterRoot},
    {kConfinedModes, "learning of processes", LearnProcesses},
    {In(Mode::kChroot), "changing the root", ChangeRoot},
    {kConfinedModes, "entering the directory", EnterDirectory},
    // After the last step that needs rights over the mounts.
    {kNamespaces, "joining the command's user namespace", JoinUserNamespace},
    {kNamespaces, "entering the last user namespace", EnterUserNamespace},
    {kNamespaces, "locking files", LockFiles},
    {kAllModes, "waiting for the caller", AwaitGoAhead},
    // Before the command is born, which inherits both: it never runs beside a
    // process 1 that may do more than it.
    {kAllModes, "locking capabilities", LockCapabilities},
    {kAllModes, "forbidding new privileges", ForbidNewPrivileges},
    {kConfinedModes, "keeping processes together", KeepDescendants},
};

absl::Status EnterSession(Stage& stage) {
  if (stage.plan.session == Session::kCallers) return absl::OkStatus();
  return sys::StartSession();
}

absl::Status SetLimits(Stage& stage) {
  return policy::SetLimits(stage.plan.policy);
}

// A process of a pid namespace ends with its process 1.
absl::Status TieCommand(Stage& stage) {
  if (stage.plan.namespaces.pid) return absl::OkStatus();
  return TieLife(stage);
}

absl::Status KeepDescriptors(Stage& stage) {
  if (stage.plan.inheritance == Inheritance::kAll) return absl::OkStatus();
  SBX_RETURN_IF_ERROR(sys::CloseOnExecFrom(STDERR_FILENO + 1));
  for (const int number : stage.plan.descriptors) {
    if (fcntl(number, F_SETFD, 0) != 0) return sys::CallFailed("fcntl", number);
  }
  return absl::OkStatus();
}

absl::Status RestoreInherited(Stage& stage) {
  umask(stage.caller.umask);
  return sys::RestoreSignals(stage.caller.signals);
}

absl::Status ConfineFiles(Stage& stage) {
  if (stage.plan.kept_rights == 0) return absl::OkStatus();
  return fs::Confine(stage.plan.grants, stage.plan.kept_rights);
}

absl::Status RestrictReach(Stage& stage) {
  return policy::RestrictReach(stage.plan.policy);
}

// Process 1 takes the listener once this process is the command, which has no
// copy of it.
absl::Status AskAboutSignals(Stage& stage) {
  if (!AsksProcessOne(stage.plan)) return absl::OkStatus();
  SBX_ASSIGN_OR_RETURN(sys::Fd listener, policy::AskAboutSignals());
  return stage.asking.second.Send(
      {.word = Word::kListener, .target = std::move(listener)});
}

absl::Status FilterSystemCalls(Stage& stage) {
  SBX_ASSIGN_OR_RETURN(
      sys::Fd listener,
      policy::FilterSystemCalls(stage.plan.policy, stage.supervisors,
                                stage.parent.fd().get()));
  if (!listener) return absl::OkStatus();
  return stage.parent.Send(
      {.word = Word::kListener, .target = std::move(listener)});
}

// What the process that becomes the command does to itself, in the memory of
// process 1, which waits meanwhile.
constexpr Step kCommandSteps[] = {
    {kAllModes, "tying the command's life to ours", TieCommand},
    {kAllModes, "starting a session", EnterSession},
    {kAllModes, "setting limits", SetLimits},
    {kAllModes, "closing descriptors", KeepDescriptors},
    {kConfinedModes, "confining files", ConfineFiles},
    // Of the command alone: process 1 gives its parent pidfds to signal by.
    {kAllModes, "restricting what it reaches outside", RestrictReach},
    // A signal may end this process from here on, as it may the command; so
    // nothing is half done in the memory that it shares.
    {kAllModes, "restoring signals", RestoreInherited},
    {kConfinedModes, "keeping signals inside", AskAboutSignals},
    // Last, for it may refuse every call that is made above.
    {kAllModes, "filtering system calls", FilterSystemCalls},
};

absl::Status Do(absl::Span<const Step> steps, Stage& stage) {
  Steps told(stage.plan.telling);
  for (const Step& step : steps) {
    if (!Has(step.modes, stage.plan.mode)) continue;
    const absl::Status status = step.run(stage);
    if (!status.ok()) return sys::While(step.doing, status);
    told.Done(step.doing);
  }
  return absl::OkStatus();
}

[[noreturn]] void ReportFailure(const Channel& parent,
                                const absl::Status& failure) {
  // If the parent cannot be told, it sees the end of the channel.
  (void)parent.Send({.word = Word::kFailed, .failure = failure});
  _exit(EXIT_FAILURE);
}

[[noreturn]] void RunCommand(Stage& stage) {
  absl::Status status = Do(kCommandSteps, stage);
  if (status.ok()) {
    status = sys::While(kRunning, stage.command.Exec(stage.plan.program));
  }
  // The command's own filters may refuse whatever else there is to say it with.
  if (stage.plan.policy.filters.given > 0) {
    (void)stage.parent.SendPlainly(
        {.word = Word::kFailed, .failure = std::move(status)});
    _exit(EXIT_FAILURE);
  }
  ReportFailure(stage.parent, status);
}

// A command that is let go by process 1 finds that as it will stay: without
// rights, and under the command's own filters.
absl::StatusOr<sys::Child> StartWaiting(Stage& stage) {
  SBX_ASSIGN_OR_RETURN(auto ends, Channel::New());
  SBX_ASSIGN_OR_RETURN(sys::Child command, sys::Fork({}));
  if (command.pid() > 0) {
    stage.waiting = std::move(ends.first);
    return command;
  }
  ends.first = Channel();
  const auto go = ends.second.Receive();
  // Process 1 is gone, and nobody is left to be told.
  if (!go.ok() || !*go) _exit(EXIT_FAILURE);
  RunCommand(stage);
}

// Whether the command could otherwise look into a process 1 that has more than
// it.  Nobody in a user namespace of the sandbox's own can, with whatever
// capabilities, unless it is announced and so becomes traceable; and where the
// command brings filters, those are to be its own before anything else runs.
bool WaitsForProcessOne(const Plan& plan) {
  return plan.signals == Signals::kActOnSbx &&
         (!plan.namespaces.user || plan.birth == Birth::kAnnounced ||
          plan.policy.filters.given > 0);
}

absl::StatusOr<sys::Child> StartCommand(Stage& stage) {
  if (WaitsForProcessOne(stage.plan)) return StartWaiting(stage);
  return sys::StartSharingMemory([&stage] { RunCommand(stage); });
}

// Nothing, if the command's process has failed before it came to that.
absl::StatusOr<Broker> TakeBroker(Stage& stage) {
  stage.asking.second = Channel();
  if (!AsksProcessOne(stage.plan)) return Broker();
  SBX_ASSIGN_OR_RETURN(auto message, stage.asking.first.Receive());
  if (!message) return Broker();
  return Broker(std::move(message->target), std::move(stage.processes));
}

absl::Status WatchCommand(Stage& stage, sys::Child command) {
  if (stage.plan.signals == Signals::kActOnSbx) {
    return RunQuietInit(std::move(command), stage.plan, stage.locks,
                        stage.waiting, stage.parent);
  }
  const Witness witness =
      stage.plan.session == Session::kCallers ? Witness::kYes : Witness::kNo;
  SBX_ASSIGN_OR_RETURN(Broker broker, TakeBroker(stage));
  return RunInit(std::move(command), witness, std::move(stage.descendants),
                 std::move(broker), stage.parent);
}

}  // namespace

void RunChild(const Plan& plan, const Caller& caller, sys::Fd chroot,
              Channel parent) {
  umask(0);
  Stage stage = {plan, caller, std::move(chroot), std::move(parent)};
  absl::Status status = Do(kProcessOneSteps, stage);
  if (!status.ok()) ReportFailure(stage.parent, status);
  if (plan.process_one == ProcessOne::kCommand) RunCommand(stage);
  absl::StatusOr<sys::Child> command = StartCommand(stage);
  if (!command.ok()) {
    ReportFailure(stage.parent,
                  sys::While("starting the command", command.status()));
  }
  status = WatchCommand(stage, *std::move(command));
  ReportFailure(stage.parent, sys::While("watching the command", status));
}

}  // namespace sbx
