// SPDX-License-Identifier: Apache-2.0

#include "sandbox/sys/signals.h"

#include <unistd.h>

#include "sandbox/sys/status.h"

namespace sbx::sys {
namespace {

absl::Status SetMask(const sigset_t* mask, sigset_t* before) {
  if (sigprocmask(SIG_SETMASK, mask, before) == 0) return absl::OkStatus();
  return CallFailed("sigprocmask", "SIG_SETMASK");
}

absl::Status SetAction(int signal, const struct sigaction& action,
                       struct sigaction* before) {
  if (sigaction(signal, &action, before) == 0) return absl::OkStatus();
  return CallFailed("sigaction", signal);
}

}  // namespace

absl::StatusOr<SignalState> TakeSignals() {
  SignalState before;
  SBX_RETURN_IF_ERROR(SetMask(nullptr, &before.mask));
  struct sigaction reported = {};
  reported.sa_handler = SIG_DFL;
  SBX_RETURN_IF_ERROR(SetAction(SIGCHLD, reported, &before.child));
  return before;
}

absl::Status BlockSignals() {
  sigset_t all;
  sigfillset(&all);
  return SetMask(&all, nullptr);
}

absl::Status RestoreMask(const SignalState& before) {
  return SetMask(&before.mask, nullptr);
}

absl::Status RestoreSignals(const SignalState& before) {
  SBX_RETURN_IF_ERROR(SetAction(SIGCHLD, before.child, nullptr));
  return RestoreMask(before);
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
