// SPDX-License-Identifier: Apache-2.0

#ifndef SBX_SANDBOX_CALLER_H_
#define SBX_SANDBOX_CALLER_H_

#include <sys/types.h>

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "sandbox/sys/signals.h"

namespace sbx {

// What the process that runs sbx brings along.
struct Caller {
  std::vector<std::string> environment = {};
  // The memory that /proc/PID/cmdline and /proc/PID/environ show.  Process 1
  // of the sandbox is a copy of sbx and would show it to the command, so it
  // wipes this.
  absl::Span<char> arguments_and_environment = {};
  // The command gets these as sbx got them.
  sys::SignalState signals = {};
  mode_t umask = 0;
};

// Returns the Caller of a program with these arguments of main(), as the first
// thing that it does.
absl::StatusOr<Caller> CallerOf(int argc, char** argv, char** environment);

}  // namespace sbx

#endif  // SBX_SANDBOX_CALLER_H_
