// SPDX-License-Identifier: Apache-2.0
//
// Runs sbx and makes one system call of its processes fail, as ptrace(2) lets
// whoever has started them do, dumpable or not.

#ifndef SBX_TESTING_FAULTS_TRACER_H_
#define SBX_TESTING_FAULTS_TRACER_H_

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "testing/command.h"

namespace sbx::test {

// The processes that a sandbox consists of before its command is one, by the
// order in which their parents make them.
struct ProcessRow {
  absl::string_view name;
  absl::string_view parent;
  int birth;
};

inline constexpr ProcessRow kProcesses[] = {
    {"sbx", "", 0},
    {"a trial", "sbx", 0},
    {"process 1", "sbx", 1},
    {"the command's process", "process 1", 1},
    {"newuidmap's process", "sbx", 2},
    {"newgidmap's process", "sbx", 3},
};

// In place of an errno: the process is killed.
inline constexpr int kKilled = -1;

// The `number`-th call (from 1) of a process is not made and ends with `error`.
struct Fault {
  absl::string_view process = {};
  int number = 0;
  int error = 0;
};

// Where sbx is started.
struct Place {
  // What is done in its process before, in words for a failure.
  std::function<absl::Status()> enter = nullptr;
  // The ABI of Landlock that it is told, if not this kernel's.
  std::optional<int> landlock_abi = {};
  // How many children it has before process 1, to try things in.
  int trials = 0;
};

struct FaultyRun {
  // The call that was failed; empty if the process has not made so many.
  std::string call = {};
  // Somebody has lived on, and had to be killed.
  bool hung = false;
  CommandResult result = {};
};

// Runs `options.argv`, which starts with sbx and whose command is a path, to
// its end.  Calls are counted from the execve of sbx; those of a child end with
// its own execve.  The command itself runs untraced.  The end of all is waited
// for, if this process is a child subreaper.
absl::StatusOr<FaultyRun> RunWithFault(const CommandOptions& options,
                                       const Place& place, const Fault& fault);

}  // namespace sbx::test

#endif  // SBX_TESTING_FAULTS_TRACER_H_
