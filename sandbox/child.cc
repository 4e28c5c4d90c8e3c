// SPDX-License-Identifier: Apache-2.0

#include "sandbox/child.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstring>

#include "absl/types/span.h"
#include "fs/apply.h"
#include "idmap/apply.h"
#include "policy/apply.h"
#include "sandbox/init.h"
#include "sandbox/report.h"
#include "sandbox/sys/process.h"
#include "sandbox/sys/self.h"
#include "sandbox/sys/signals.h"
#include "sandbox/sys/status.h"

namespace sbx {
namespace {

// What the steps share.
struct Stage {
  const Plan& plan;
  const Caller& caller;
  Channel parent;
  sys::Program command;
  sys::Fd root = {};
};

struct Step {
  absl::string_view doing;
  absl::Status (*run)(Stage& stage);
};

absl::Status AwaitIds(Stage& stage) {
  if (stage.plan.ids.writer == idmap::Writer::kChild) {
    return idmap::MapSelf(stage.plan.ids);
  }
  SBX_ASSIGN_OR_RETURN(const auto message, stage.parent.Receive());
  // The parent is gone, and so will be this: nobody is left to be told.
  if (!message) _exit(EXIT_FAILURE);
  return absl::OkStatus();
}

absl::Status BecomeUser(Stage& stage) {
  return idmap::BecomeUser(stage.plan.ids);
}

absl::Status TieLife(Stage& stage) {
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

absl::Status NameHost(Stage& stage) {
  if (stage.plan.host_name.empty()) return absl::OkStatus();
  return sys::SetHostName(stage.plan.host_name);
}

absl::Status RaiseNetwork(Stage& stage) {
  if (stage.plan.network == Network::kHost) return absl::OkStatus();
  return sys::RaiseLoopback();
}

absl::Status BuildRoot(Stage& stage) {
  SBX_ASSIGN_OR_RETURN(stage.root, fs::BuildRoot(stage.plan.files));
  return absl::OkStatus();
}

absl::Status EnterRoot(Stage& stage) {
  return fs::EnterRoot(stage.root, stage.plan.files.cwd);
}

absl::Status LockCapabilities(Stage& stage) {
  return policy::LockCapabilities(stage.plan.policy);
}

absl::Status ForbidNewPrivileges(Stage&) { return sys::ForbidNewPrivileges(); }

// What process 1 does between its birth and that of the command.  The order is
// the design: each step uses a right that a later one gives away.
constexpr Step kProcessOneSteps[] = {
    // Before any file is made: an id that is not mapped can make none.
    {"mapping ids", AwaitIds},
    {"becoming the command's user", BecomeUser},
    // After the change of user, which unties it.
    {"tying the sandbox's life to ours", TieLife},
    // After the maps: the files of a process that cannot be traced in /proc
    // are root's, and newuidmap(1) would refuse it.
    {"making the set-up untraceable", HideSelf},
    {"wiping arguments and environment", WipeArguments},
    {"setting the host name", NameHost},
    {"bringing up the loopback", RaiseNetwork},
    {"building the root", BuildRoot},
    {"entering the root", EnterRoot},
    // Before the command is born, which inherits both: it never runs beside a
    // process 1 that may do more than it.
    {"locking capabilities", LockCapabilities},
    {"forbidding new privileges", ForbidNewPrivileges},
};

absl::Status EnterSession(Stage& stage) {
  if (stage.plan.session == Session::kCallers) return absl::OkStatus();
  return sys::StartSession();
}

absl::Status SetLimits(Stage& stage) {
  return policy::SetLimits(stage.plan.policy);
}

absl::Status KeepDescriptors(Stage& stage) {
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

absl::Status RestrictReach(Stage& stage) {
  return policy::RestrictReach(stage.plan.policy);
}

absl::Status FilterSystemCalls(Stage& stage) {
  SBX_ASSIGN_OR_RETURN(
      sys::Fd listener,
      policy::FilterSystemCalls(stage.plan.policy, stage.parent.fd().get()));
  if (!listener) return absl::OkStatus();
  return stage.parent.Send(
      {.word = Word::kListener, .target = std::move(listener)});
}

// What the process that becomes the command does to itself, in the memory of
// process 1, which waits meanwhile.
constexpr Step kCommandSteps[] = {
    {"starting a session", EnterSession},
    {"setting limits", SetLimits},
    {"closing descriptors", KeepDescriptors},
    // Of the command alone: process 1 gives its parent pidfds to signal by.
    {"restricting what it reaches outside", RestrictReach},
    // A signal may end this process from here on, as it may the command; so
    // nothing is half done in the memory that it shares.
    {"restoring signals", RestoreInherited},
    // Last, for it may refuse every call that is made above.
    {"filtering system calls", FilterSystemCalls},
};

absl::Status Do(absl::Span<const Step> steps, Stage& stage) {
  for (const Step& step : steps) {
    const absl::Status status = step.run(stage);
    if (!status.ok()) return sys::While(step.doing, status);
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
    status =
        sys::While(kRunning, stage.command.Exec(stage.plan.command.front()));
  }
  ReportFailure(stage.parent, status);
}

}  // namespace

void RunChild(const Plan& plan, const Caller& caller, Channel parent) {
  umask(0);
  Stage stage = {plan, caller, std::move(parent),
                 sys::Program(plan.command, plan.environment)};
  absl::Status status = Do(kProcessOneSteps, stage);
  if (!status.ok()) ReportFailure(stage.parent, status);
  if (plan.process_one == ProcessOne::kCommand) RunCommand(stage);
  absl::StatusOr<sys::Child> command =
      sys::StartSharingMemory([&stage] { RunCommand(stage); });
  if (!command.ok()) {
    ReportFailure(stage.parent,
                  sys::While("starting the command", command.status()));
  }
  status =
      RunInit(*std::move(command),
              plan.session == Session::kCallers ? Witness::kYes : Witness::kNo,
              stage.parent);
  ReportFailure(stage.parent, sys::While("watching the command", status));
}

}  // namespace sbx
