// SPDX-License-Identifier: Apache-2.0

#include "sandbox/sys/signals.h"

#include <unistd.h>

#include "sandbox/sys/status.h"

namespace sbx::sys {

SignalState TakeSignals() {
  SignalState before;
  sigprocmask(SIG_SETMASK, nullptr, &before.mask);
  struct sigaction reported = {};
  reported.sa_handler = SIG_DFL;
  sigaction(SIGCHLD, &reported, &before.child);
  return before;
}

void BlockSignals() {
  sigset_t all;
  sigfillset(&all);
  sigprocmask(SIG_SETMASK, &all, nullptr);
}

void RestoreMask(const SignalState& before) {
  sigprocmask(SIG_SETMASK, &before.mask, nullptr);
}

void RestoreSignals(const SignalState& before) {
  sigaction(SIGCHLD, &before.child, nullptr);
  RestoreMask(before);
}

absl::StatusOr<Fd> OpenSignals() {
  sigset_t all;
  sigfillset(&all);
  Fd signals(signalfd(-1, &all, SFD_CLOEXEC | SFD_NONBLOCK));
  if (!signals) return CallFailed("signalfd");
  return signals;
}

std::optional<signalfd_siginfo> NextSignal(const Fd& signals) {
  signalfd_siginfo signal;
  if (read(signals.get(), &signal, sizeof(signal)) != sizeof(signal)) {
    return std::nullopt;
  }
  return signal;
}

bool FromKernel(const signalfd_siginfo& signal) {
  return signal.ssi_code == SI_KERNEL;
}

void TakeDefault(int signal) {
  struct sigaction chosen = {}, before;
  chosen.sa_handler = SIG_DFL;
  sigaction(signal, &chosen, &before);
  raise(signal);
  sigset_t only;
  sigemptyset(&only);
  sigaddset(&only, signal);
  sigprocmask(SIG_UNBLOCK, &only, nullptr);
  // It has acted by now; whoever goes on has been continued.
  sigprocmask(SIG_BLOCK, &only, nullptr);
  sigaction(signal, &before, nullptr);
}

}  // namespace sbx::sys
