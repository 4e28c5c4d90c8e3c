// SPDX-License-Identifier: Apache-2.0
//
// Signals that are read like messages instead of interrupting (signalfd(2)).

#ifndef SBX_SANDBOX_SYS_SIGNALS_H_
#define SBX_SANDBOX_SYS_SIGNALS_H_

#include <signal.h>
#include <sys/signalfd.h>

#include <optional>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "sandbox/sys/fd.h"

namespace sbx::sys {

// How this process was started, as far as signals go.
struct SignalState {
  sigset_t mask = {};
  struct sigaction child = {};
};

// Returns how this process was started, and has its children reported from now
// on even if the caller ignored SIGCHLD, which execve(2) passes on.
absl::StatusOr<SignalState> TakeSignals();
// Blocks every signal that can be blocked.
absl::Status BlockSignals();
// Sets the mask alone back to what TakeSignals returned.
absl::Status RestoreMask(const SignalState& before);
// Sets everything back to what TakeSignals returned.
absl::Status RestoreSignals(const SignalState& before);

// Opens a descriptor from which every signal can be read, non-blocking.
// Signals are to be blocked first.
absl::StatusOr<Fd> OpenSignals();
// Returns the next signal that has arrived, or nothing.
std::optional<signalfd_siginfo> NextSignal(const Fd& signals);

// Whether the kernel sent it: for a key at the terminal, say, to everybody in
// the foreground (sigaction(2): SI_KERNEL).
bool FromKernel(const signalfd_siginfo& signal);

// Lets `signal` do to this process what it does by default, while all signals
// are blocked: stop it, or end it.
void TakeDefault(int signal);

}  // namespace sbx::sys

#endif  // SBX_SANDBOX_SYS_SIGNALS_H_
