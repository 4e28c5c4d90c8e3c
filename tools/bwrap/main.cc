// SPDX-License-Identifier: Apache-2.0

#include "tools/bwrap/main.h"

#include <fcntl.h>
#include <unistd.h>

#include <utility>

#include "absl/strings/str_cat.h"
#include "sandbox/report.h"
#include "sandbox/run.h"
#include "sandbox/sys/fd.h"
#include "sandbox/sys/file.h"
#include "sandbox/sys/self.h"
#include "sandbox/sys/status.h"
#include "tools/bwrap/complete.h"
#include "tools/bwrap/draft.h"
#include "tools/bwrap/table.h"
#include "tools/bwrap/words.h"

namespace sbx::bwrap {
namespace {

constexpr char kVersion[] = "bubblewrap 0.11.1\n";
constexpr int kOwnFailure = 1;
constexpr int kSignalBase = 128;

void Print(int descriptor, const std::string& text) {
  const sys::Fd copy(fcntl(descriptor, F_DUPFD_CLOEXEC, 0));
  // Whoever reads it may be gone; there is nobody else to tell.
  (void)sys::WriteAll(copy, text, "output");
}

Prefix PrefixOf(const Draft& draft) {
  return draft.levels ? Prefix::kLevelAndName : Prefix::kName;
}

int Fail(const Draft& draft, const absl::Status& failure) {
  Print(STDERR_FILENO,
        Line(Level::kError, PrefixOf(draft), Words(failure, draft.spec)));
  return kOwnFailure;
}

int ExitStatusOf(const Report& report) {
  if (report.status.exited()) return report.status.exit_status();
  return kSignalBase + report.status.signal();
}

// The descriptors that the sandbox is described to.
struct Listeners {
  sys::Fd info = {};
  sys::Fd status = {};
};

// A listener is to see the end when all is said, and so the caller's descriptor
// is taken, unless it is one that somebody else still writes to.
absl::StatusOr<sys::Fd> Listener(std::optional<int> number) {
  if (!number) return sys::Fd();
  absl::StatusOr<sys::Fd> copy = sys::Copy(*number);
  if (copy.ok() && *number > STDERR_FILENO) close(*number);
  return copy;
}

absl::StatusOr<Listeners> OpenListeners(const Draft& draft) {
  Listeners listeners;
  SBX_ASSIGN_OR_RETURN(listeners.info, Listener(draft.info));
  if (draft.status == draft.info && draft.info) {
    SBX_ASSIGN_OR_RETURN(listeners.status, sys::Copy(listeners.info));
  } else {
    SBX_ASSIGN_OR_RETURN(listeners.status, Listener(draft.status));
  }
  return listeners;
}

absl::Status Tell(Listeners& listeners, const Newborn& newborn) {
  if (listeners.info) {
    SBX_RETURN_IF_ERROR(
        sys::WriteAll(listeners.info, InfoJson(newborn), "--info-fd"));
    listeners.info = sys::Fd();
  }
  if (!listeners.status) return absl::OkStatus();
  return sys::WriteAll(listeners.status, StatusJson(newborn),
                       "--json-status-fd");
}

int RunSandbox(const Plan& plan, const Draft& draft, const Caller& caller) {
  absl::StatusOr<Listeners> listeners = OpenListeners(draft);
  if (!listeners.ok()) {
    return Fail(draft, sys::While("Write to info_fd", listeners.status()));
  }
  const absl::StatusOr<Report> report =
      Run(plan, caller,
          [&](const Newborn& newborn) { return Tell(*listeners, newborn); });
  if (!report.ok()) return Fail(draft, report.status());
  const int status = ExitStatusOf(*report);
  if (listeners->status) {
    // A listener that is gone needs to know nothing.
    (void)sys::WriteAll(listeners->status, ExitJson(status), "status");
  }
  sys::EndProcess(status);
}

int RunDraft(Draft& draft, const Caller& caller) {
  absl::StatusOr<Spec> spec = Complete(draft, caller);
  if (!spec.ok()) return Fail(draft, spec.status());
  draft.spec = *std::move(spec);
  const absl::StatusOr<Plan> plan = Prepare(draft.spec, caller);
  return plan.ok() ? RunSandbox(*plan, draft, caller)
                   : Fail(draft, plan.status());
}

absl::Status Read(const std::vector<std::string>& arguments, Draft& draft) {
  SBX_RETURN_IF_ERROR(sys::OccupyStandardDescriptors());
  absl::Status parsed = Parse(arguments, draft);
  // --args may have taken one of them.
  SBX_RETURN_IF_ERROR(sys::OccupyStandardDescriptors());
  for (const std::string& warning : draft.warnings) {
    Print(STDERR_FILENO, Line(Level::kWarning, PrefixOf(draft), warning));
  }
  return parsed;
}

}  // namespace

int Main(absl::string_view program, const std::vector<std::string>& arguments,
         const Caller& caller) {
  Draft draft;
  const absl::Status read = Read(arguments, draft);
  if (!read.ok()) return Fail(draft, read);
  if (draft.instead == Instead::kVersion) {
    Print(STDOUT_FILENO, kVersion);
    return EXIT_SUCCESS;
  }
  if (draft.instead == Instead::kHelp) {
    Print(STDOUT_FILENO, Usage(program));
    return EXIT_SUCCESS;
  }
  const absl::Status checked = CheckDraft(draft);
  if (!checked.ok()) return Fail(draft, checked);
  if (draft.spec.command.empty()) {
    Print(STDERR_FILENO, Usage(program));
    return kOwnFailure;
  }
  return RunDraft(draft, caller);
}

}  // namespace sbx::bwrap
