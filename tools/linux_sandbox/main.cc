// SPDX-License-Identifier: Apache-2.0

#include "tools/linux_sandbox/main.h"

#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

#include "absl/strings/str_cat.h"
#include "sandbox/explain.h"
#include "sandbox/report.h"
#include "sandbox/run.h"
#include "sandbox/sys/fd.h"
#include "sandbox/sys/file.h"
#include "sandbox/sys/self.h"
#include "sandbox/sys/status.h"
#include "tools/linux_sandbox/options.h"
#include "tools/linux_sandbox/statistics.h"

namespace sbx::linux_sandbox {
namespace {

constexpr int kOwnFailure = 1;
constexpr int kSignalBase = 128;
constexpr mode_t kUmask = 022;

// Whoever reads it may be gone; there is nobody else to tell.
void Complain(absl::string_view words) {
  const sys::Fd copy(fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 0));
  (void)sys::WriteAll(copy, words, "output");
}

int Fail(const absl::Status& failure) {
  Complain(absl::StrCat("linux-sandbox: ", failure.message(), "\n"));
  return kOwnFailure;
}

absl::Status Redirect(const std::optional<std::string>& path, int number) {
  if (!path) return absl::OkStatus();
  SBX_ASSIGN_OR_RETURN(
      const sys::Fd file,
      sys::Open(*path, O_WRONLY | O_CREAT | O_TRUNC | O_APPEND, 0666));
  if (dup2(file.get(), number) < 0) return sys::CallFailed("dup2", number);
  return absl::OkStatus();
}

// Files are opened before anything runs: what runs could put a symbolic link
// in their place.
absl::StatusOr<sys::Fd> OpenFile(const std::optional<std::string>& path,
                                 int flags) {
  if (!path) return sys::Fd();
  return sys::Open(*path, O_WRONLY | O_CREAT | flags, 0666);
}

// What is born of this process is where it is.
absl::Status JoinCgroups(const Draft& draft) {
  for (const std::string& directory : draft.cgroups) {
    SBX_RETURN_IF_ERROR(
        sys::WriteFile(absl::StrCat(directory, "/cgroup.procs"), "0"));
  }
  return absl::OkStatus();
}

int ExitStatusOf(const Plan& plan, const Report& report) {
  // Without a delay it is SIGKILL that ends it, whatever came first.
  if (report.cause == Cause::kTimeLimit && plan.grace == absl::ZeroDuration()) {
    return kSignalBase + SIGKILL;
  }
  if (report.status.exited()) return report.status.exit_status();
  return kSignalBase + report.status.signal();
}

absl::StatusOr<int> RunDraft(const Draft& draft, Caller caller) {
  caller.umask = kUmask;
  SBX_ASSIGN_OR_RETURN(const std::string here, sys::CurrentDirectory());
  SBX_ASSIGN_OR_RETURN(const Spec spec,
                       Complete(draft, {.directory = here, .uid = getuid()}));
  SBX_ASSIGN_OR_RETURN(const Plan plan, Prepare(spec, caller));
  SBX_ASSIGN_OR_RETURN(const sys::Fd debug, OpenFile(draft.debug, O_APPEND));
  SBX_ASSIGN_OR_RETURN(const sys::Fd statistics,
                       OpenFile(draft.statistics, O_TRUNC));
  SBX_RETURN_IF_ERROR(Redirect(draft.output, STDOUT_FILENO));
  SBX_RETURN_IF_ERROR(Redirect(draft.error, STDERR_FILENO));
  SBX_RETURN_IF_ERROR(JoinCgroups(draft));
  if (debug) SBX_RETURN_IF_ERROR(sys::WriteAll(debug, Explain(plan), "-D"));
  SBX_ASSIGN_OR_RETURN(const Report report, Run(plan, caller));
  const int status = ExitStatusOf(plan, report);
  if (debug) {
    SBX_RETURN_IF_ERROR(
        sys::WriteAll(debug, absl::StrCat("exit status ", status, "\n"), "-D"));
  }
  if (statistics) {
    SBX_RETURN_IF_ERROR(
        sys::WriteAll(statistics, Statistics(report.usage), "-S"));
  }
  sys::EndProcess(status);
}

}  // namespace

int Main(absl::string_view program, const std::vector<std::string>& arguments,
         const Caller& caller) {
  const absl::Status standard = sys::OccupyStandardDescriptors();
  if (!standard.ok()) return Fail(standard);
  Draft draft;
  const absl::Status read = Parse(arguments, draft);
  if (absl::IsInvalidArgument(read)) {
    Complain(absl::StrCat(read.message(), "\n", Usage(program)));
    return kOwnFailure;
  }
  if (!read.ok()) return Fail(read);
  const absl::StatusOr<int> status = RunDraft(draft, caller);
  return status.ok() ? *status : Fail(status.status());
}

}  // namespace sbx::linux_sandbox
