// SPDX-License-Identifier: Apache-2.0

#include "sandbox/caller.h"

#include <sys/stat.h>

#include <cstring>

#include "sandbox/sys/status.h"

namespace sbx {

namespace {

mode_t ReadUmask() {
  const mode_t mask = umask(0);
  umask(mask);
  return mask;
}

}  // namespace

absl::StatusOr<Caller> CallerOf(int argc, char** argv, char** environment) {
  Caller caller = {.umask = ReadUmask()};
  SBX_ASSIGN_OR_RETURN(caller.signals, sys::TakeSignals());
  char* last = argc > 0 ? argv[argc - 1] : nullptr;
  for (char** variable = environment; *variable != nullptr; ++variable) {
    caller.environment.emplace_back(*variable);
    last = *variable;
  }
  // The kernel lays the strings of both out in one piece, in this order
  // (execve(2) and proc_pid_cmdline(5)).
  if (argc > 0 && last >= argv[0]) {
    const size_t size = static_cast<size_t>(last - argv[0]) + strlen(last);
    caller.arguments_and_environment = absl::MakeSpan(argv[0], size);
  }
  return caller;
}

}  // namespace sbx
