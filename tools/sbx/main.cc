// SPDX-License-Identifier: Apache-2.0
//
// sbx [OPTIONS] [--] COMMAND [ARGUMENT…]

#include "tools/bwrap/main.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/types/span.h"
#include "sandbox/caller.h"
#include "sandbox/explain.h"
#include "sandbox/report.h"
#include "sandbox/run.h"
#include "sandbox/sys/capabilities.h"
#include "sandbox/sys/fd.h"
#include "sandbox/sys/file.h"
#include "sandbox/sys/self.h"
#include "sandbox/sys/signals.h"
#include "sandbox/sys/status.h"
#include "sandbox/try_mode.h"
#include "tools/doctor/main.h"
#include "tools/linux_sandbox/main.h"
#include "tools/sbx/caps.h"
#include "tools/sbx/defaults.h"
#include "tools/sbx/draft.h"
#include "tools/sbx/help.h"
#include "tools/sbx/hints.h"
#include "tools/sbx/options.h"
#include "tools/sbx/refusals.h"
#include "tools/sbx/report_json.h"
#include "tools/sbx/table.h"

namespace sbx::tools {
namespace {

// What sbx itself exits with; README.md promises these.
enum Exit : int {
  kTimedOut = 124,
  kOwnFailure = 125,
  kNotExecutable = 126,
  kNotFound = 127,
  kSignalBase = 128,
};

// Whoever reads our output may be gone; there is nobody else to tell.
void Print(int descriptor, const std::string& text) {
  const sys::Fd copy(fcntl(descriptor, F_DUPFD_CLOEXEC, 0));
  (void)sys::WriteAll(copy, text, "output");
}

void Complain(absl::string_view words) {
  Print(STDERR_FILENO, absl::StrCat("sbx: ", words, "\n"));
}

int ExitStatusOf(const absl::Status& failure) {
  if (sys::StepOf(failure) != kRunning) return kOwnFailure;
  return sys::ErrnoOf(failure) == ENOENT ? kNotFound : kNotExecutable;
}

int ExitStatusOf(const Report& report) {
  if (report.cause == Cause::kTimeLimit) return kTimedOut;
  if (report.status.exited()) return report.status.exit_status();
  return kSignalBase + report.status.signal();
}

// The file for the report, opened before anything runs: what runs could put a
// symbolic link in its place.
absl::StatusOr<sys::Fd> OpenReport(const ReportTarget& target) {
  if (target.descriptor >= 0) {
    sys::Fd copy(fcntl(target.descriptor, F_DUPFD_CLOEXEC, 0));
    if (!copy) return sys::CallFailed("fcntl", target.descriptor);
    return copy;
  }
  return sys::Open(target.path, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW,
                   0666);
}

int Fail(const absl::Status& failure) {
  Complain(failure.message());
  const std::string hint = HintFor(failure, {.is_root = geteuid() == 0});
  if (!hint.empty()) Complain(absl::StrCat("hint: ", hint));
  return ExitStatusOf(failure);
}

int WriteReport(const sys::Fd& target, const std::string& json, int status) {
  if (!target) return status;
  const absl::Status written = sys::WriteAll(target, json, "the report");
  return written.ok() ? status : Fail(written);
}

void TellRefusals(const Plan& plan, const Report& report) {
  if (plan.policy.refusals == policy::Refusals::kAnswered) return;
  if (report.refusals.empty()) Complain("the profile would refuse no call");
  for (const CountedRefusal& row : report.refusals) {
    Complain(absl::StrCat("the profile would refuse ", RefusalText(row.refusal),
                          ", ", row.count,
                          row.count == 1 ? " time" : " times"));
  }
}

void TellLimits(const Report& report) {
  if (!report.shortfall.empty()) {
    Complain(absl::StrCat("some limits did not hold: ", report.shortfall));
  }
  if (report.cause == Cause::kOutOfMemory) {
    Complain("the command was killed, for it needed more memory than allowed");
  }
}

// A shell that runs a loop stops it if a key at the terminal killed what it
// waits for, and not if that merely exited.
void DieAsInterrupted(const Report& report) {
  if (report.interrupted) sys::TakeDefault(report.status.signal());
}

int Finish(const Plan& plan, const absl::StatusOr<Report>& report,
           const sys::Fd& target) {
  if (!report.ok()) {
    const int status = Fail(report.status());
    return WriteReport(target, FailureJson(&plan, report.status(), status),
                       status);
  }
  int status = ExitStatusOf(*report);
  TellRefusals(plan, *report);
  TellLimits(*report);
  if (target) {
    status = WriteReport(target, ReportJson(plan, *report, status), status);
  }
  DieAsInterrupted(*report);
  sys::EndProcess(status);
}

// Another root is what chroot has and landlock has not.
absl::Status ChooseMode(Draft& draft) {
  constexpr Mode kWithRoot[] = {Mode::kNamespace, Mode::kChroot};
  constexpr Mode kWithHost[] = {Mode::kNamespace, Mode::kLandlock};
  if (draft.mode_choice == ModeChoice::kGiven) return absl::OkStatus();
  const bool has_root = std::holds_alternative<DirectoryRoot>(draft.root);
  const Needs needs = {
      .proc = draft.proc.value_or(ProcKind::kFresh) == ProcKind::kFresh
                  ? FreshProc::kNeeded
                  : FreshProc::kNotNeeded,
      .landlock = draft.spec.policy.landlock};
  SBX_ASSIGN_OR_RETURN(Obtained obtained,
                       StrongestOf(has_root ? kWithRoot : kWithHost, needs));
  draft.spec.mode = obtained.mode;
  draft.spec.mode_reason = std::move(obtained.reason);
  return absl::OkStatus();
}

void ChooseProc(Draft& draft) {
  if (draft.proc != ProcKind::kAuto) return;
  const absl::Status fresh = TryFreshProc();
  draft.proc = fresh.ok() ? ProcKind::kFresh : ProcKind::kOuter;
  if (!fresh.ok()) {
    draft.proc_reason =
        absl::StrCat("no fresh one can be mounted here: ", fresh.message());
  }
}

absl::StatusOr<Spec> SpecOf(Draft draft, const Caller& caller) {
  SBX_RETURN_IF_ERROR(ChooseMode(draft));
  ChooseProc(draft);
  return Complete(std::move(draft), caller);
}

int RunSandbox(Draft draft, const Caller& caller) {
  sys::Fd target;
  const Instead instead = draft.instead;
  if (draft.report && instead == Instead::kNothing) {
    absl::StatusOr<sys::Fd> opened = OpenReport(*draft.report);
    if (!opened.ok()) return Fail(sys::While("the report", opened.status()));
    target = *std::move(opened);
  }
  // This stays, though nobody needs it beside the plan: what is freed before
  // process 1 is made it would use anew, and so have pages of its own.
  const absl::StatusOr<Spec> spec = SpecOf(std::move(draft), caller);
  const absl::StatusOr<Plan> plan =
      spec.ok() ? Prepare(*spec, caller) : spec.status();
  if (!plan.ok()) {
    const int status = Fail(plan.status());
    if (!target) return status;
    return WriteReport(target, FailureJson(nullptr, plan.status(), status),
                       status);
  }
  if (instead == Instead::kExplain) {
    Print(STDOUT_FILENO, Explain(*plan) + ExplainWeakness(*plan));
    return EXIT_SUCCESS;
  }
  return Finish(*plan, Run(*plan, caller), target);
}

int SayCapabilities() {
  const absl::StatusOr<std::string> text = DescribeCapabilities();
  if (!text.ok()) return Fail(text.status());
  Print(STDOUT_FILENO, *text);
  return EXIT_SUCCESS;
}

int RunDraft(Draft draft, const Caller& caller) {
  switch (draft.instead) {
    case Instead::kHelp:
      Print(STDOUT_FILENO, Help(Options()));
      return EXIT_SUCCESS;
    case Instead::kVersion:
      Print(STDOUT_FILENO, absl::StrCat("sbx ", kVersion, "\n"));
      return EXIT_SUCCESS;
    default:
      return RunSandbox(std::move(draft), caller);
  }
}

absl::StatusOr<Draft> Read(absl::Span<const std::string> arguments) {
  Draft draft;
  SBX_RETURN_IF_ERROR(sys::OccupyStandardDescriptors());
  SBX_ASSIGN_OR_RETURN(draft.here, sys::CurrentDirectory());
  SBX_RETURN_IF_ERROR(Parse(Options(), arguments, draft));
  return draft;
}

int RunCommand(absl::Span<const std::string> arguments, const Caller& caller) {
  absl::StatusOr<Draft> draft = Read(arguments);
  return draft.ok() ? RunDraft(*std::move(draft), caller)
                    : Fail(draft.status());
}

int Caps(absl::Span<const std::string> arguments, const Caller& caller) {
  if (arguments.size() == 1 && arguments[0] == kHere) return SayCapabilities();
  absl::StatusOr<Draft> draft = Read(arguments);
  if (!draft.ok()) return Fail(draft.status());
  if (!draft->spec.command.empty()) {
    return Fail(absl::InvalidArgumentError(
        "sbx caps takes options alone, and no command"));
  }
  draft->spec.command = CapsCommand();
  return RunDraft(*std::move(draft), caller);
}

int Bwrap(absl::Span<const std::string> arguments, const Caller& caller) {
  return bwrap::Main("sbx bwrap", {arguments.begin(), arguments.end()}, caller);
}

int Doctor(absl::Span<const std::string> arguments, const Caller& caller) {
  return doctor::Main({arguments.begin(), arguments.end()}, caller);
}

int LinuxSandbox(absl::Span<const std::string> arguments,
                 const Caller& caller) {
  return linux_sandbox::Main("sbx linux-sandbox",
                             {arguments.begin(), arguments.end()}, caller);
}

// What sbx does besides running a command; a command with such a name is run
// as `sbx -- caps`.
constexpr struct {
  absl::string_view name;
  int (*run)(absl::Span<const std::string> arguments, const Caller& caller);
} kSubcommands[] = {
    {"bwrap", Bwrap},
    {"caps", Caps},
    {doctor::kName, Doctor},
    {"linux-sandbox", LinuxSandbox},
};

// Whatever sbx opens or writes, it does with the rights of its caller.
absl::Status RefusePrivileges() {
  SBX_ASSIGN_OR_RETURN(const bool privileged, sys::FileGivesPrivileges());
  if (!privileged) return absl::OkStatus();
  return absl::FailedPreconditionError(
      "its file gives sbx the privileges of somebody else (a setuid or setgid "
      "bit, or capabilities), and anybody could use them: take them away with "
      "chmod u-s,g-s or setcap -r");
}

// The last part of the name that this program was started by.
absl::string_view BaseName(absl::string_view path) {
  const size_t slash = path.rfind('/');
  return slash == absl::string_view::npos ? path : path.substr(slash + 1);
}

int Main(int argc, char** argv, char** environment) {
  const absl::Status refused = RefusePrivileges();
  if (!refused.ok()) return Fail(refused);
  const absl::StatusOr<Caller> caller = CallerOf(argc, argv, environment);
  if (!caller.ok()) return Fail(caller.status());
  const std::vector<std::string> words(argv + (argc > 0 ? 1 : 0), argv + argc);
  if (argc > 0 && BaseName(argv[0]) == "bwrap") {
    return bwrap::Main(argv[0], words, *caller);
  }
  if (argc > 0 && BaseName(argv[0]) == "linux-sandbox") {
    return linux_sandbox::Main(argv[0], words, *caller);
  }
  const absl::Span<const std::string> arguments = words;
  for (const auto& row : kSubcommands) {
    if (!arguments.empty() && arguments[0] == row.name) {
      return row.run(arguments.subspan(1), *caller);
    }
  }
  return RunCommand(arguments, *caller);
}

}  // namespace
}  // namespace sbx::tools

int main(int argc, char** argv, char** environment) {
  return sbx::tools::Main(argc, argv, environment);
}
