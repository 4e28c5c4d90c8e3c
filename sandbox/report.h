// SPDX-License-Identifier: Apache-2.0
//
// What happened, as data.

#ifndef SBX_SANDBOX_REPORT_H_
#define SBX_SANDBOX_REPORT_H_

#include <sys/resource.h>

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "sandbox/cgroup/device.h"
#include "sandbox/cgroup/figures.h"
#include "sandbox/refusals.h"
#include "sandbox/sys/process.h"

namespace sbx {

// The step whose failure means that the sandbox stands but its command cannot
// be run (execve(2)).
inline constexpr absl::string_view kRunning = "running the command";

// Why the command ended.
enum class Cause {
  // By itself, or by a signal that was not ours.
  kItself,
  kTimeLimit,
  // The process that started sbx had ended.
  kParentDeath,
  // There was more in memory than the limit of its cgroup allows.
  kOutOfMemory,
  // Somebody killed process 1 of the sandbox, and so everything in it.
  kSandboxKilled,
};

struct Report {
  Cause cause = Cause::kItself;
  // How the command ended; SIGKILL if it was the sandbox that was ended.
  sys::WaitStatus status = {};
  // Whether the key at the terminal that makes this signal was pressed: the
  // shell that waits for sbx wants to see it die of it too.
  bool interrupted = false;
  absl::Time started = absl::InfinitePast();
  // From the start of the sandbox to the end of the last process in it.
  absl::Duration elapsed = absl::ZeroDuration();
  // Of the command and its descendants.
  rusage usage = {};
  // Of its cgroup, if it had one.
  std::vector<cgroup::Figure> figures = {};
  // Whether devices that the sandbox does not list could be opened, if that was
  // to be limited.
  cgroup::DeviceVerdict devices = cgroup::DeviceVerdict::kNotTried;
  // Why it had none, if one was planned and could be done without.
  std::string shortfall = {};
  // Calls that the profile would have refused, if it was to report them.
  std::vector<CountedRefusal> refusals = {};
};

}  // namespace sbx

#endif  // SBX_SANDBOX_REPORT_H_
