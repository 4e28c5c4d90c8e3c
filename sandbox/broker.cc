// SPDX-License-Identifier: Apache-2.0

#include "sandbox/broker.h"

#include <signal.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <climits>

#include "absl/status/statusor.h"
#include "sandbox/sys/process.h"
#include "sandbox/sys/seccomp.h"
#include "sandbox/sys/status.h"

namespace sbx {
namespace {

// The kernel takes numbers of processes and signals as 32 bits.
int Number(const seccomp_notif& call, int argument) {
  return static_cast<int>(call.data.args[argument]);
}

// What kill(2) says of a process that could not be held.
int ErrnoFor(const absl::Status& failure) {
  return sys::ErrnoOf(failure) == ESRCH ? ESRCH : EPERM;
}

}  // namespace

struct Broker::Row {
  int call;
  Verdict (Broker::*judge)(pid_t caller, const seccomp_notif& call) const;
};

constexpr Broker::Row Broker::kRows[] = {
    {SYS_kill, &Broker::Kill},
    {SYS_tkill, &Broker::KillThread},
    {SYS_tgkill, &Broker::KillThreadOfGroup},
    {SYS_rt_sigqueueinfo, &Broker::Queue},
    {SYS_rt_tgsigqueueinfo, &Broker::Queue},
    // The kernel lets nobody out of a session, and so they stay inside.  What
    // matters is that nobody answers any more once the sandbox is being ended.
    {SYS_setpgid, &Broker::LetThrough},
    {SYS_setsid, &Broker::LetThrough},
};

std::vector<int> Broker::held() const {
  if (!listener_) return {};
  return {listener_.get(), processes_.fd().get()};
}

absl::Status Broker::Answer() {
  SBX_ASSIGN_OR_RETURN(const auto call, sys::ReceiveCall(listener_));
  if (!call) return absl::OkStatus();
  const Verdict verdict = Judge(*call);
  return verdict.error ? sys::Answer(listener_, *call, *verdict.error)
                       : sys::LetThrough(listener_, *call);
}

// The caller's own number cannot become somebody else's while it waits.
Broker::Verdict Broker::Judge(const seccomp_notif& call) const {
  const auto caller = processes_.ProcessOf(static_cast<pid_t>(call.pid));
  if (!caller.ok() || !sys::StillWaits(listener_, call)) return {ESRCH};
  for (const Row& row : kRows) {
    if (row.call == call.data.nr) return (this->*row.judge)(*caller, call);
  }
  return {EPERM};
}

Broker::Verdict Broker::LetThrough(pid_t, const seccomp_notif&) const {
  return {};
}

// All of the caller's own group are in a session that has begun inside.
Broker::Verdict Broker::Kill(pid_t caller, const seccomp_notif& call) const {
  const pid_t target = Number(call, 0);
  const int signal = Number(call, 1);
  if (target == caller || target == 0) return {};
  if (target > 0) return SendTo(target, signal);
  if (target == -1) {
    return SendToEach([caller](pid_t pid) { return pid != caller; }, signal);
  }
  // Which has no opposite.
  if (target == INT_MIN) return {ESRCH};
  return SendToEach([target](pid_t pid) { return getpgid(pid) == -target; },
                    signal);
}

Broker::Verdict Broker::KillThread(pid_t, const seccomp_notif& call) const {
  const pid_t thread = Number(call, 0);
  if (thread == static_cast<pid_t>(call.pid)) return {};
  const auto process = processes_.ProcessOf(thread);
  if (!process.ok()) return {ESRCH};
  return SendToThread(*process, thread, Number(call, 1));
}

// To a thread of the caller's own the kernel sends it, and looks whether it is
// one.
Broker::Verdict Broker::KillThreadOfGroup(pid_t caller,
                                          const seccomp_notif& call) const {
  const pid_t process = Number(call, 0);
  if (process == caller) return {};
  return SendToThread(process, Number(call, 1), Number(call, 2));
}

// What is sent with it lies in the caller's memory, which nobody reads here.
Broker::Verdict Broker::Queue(pid_t caller, const seccomp_notif& call) const {
  if (Number(call, 0) == caller) return {};
  return {EPERM};
}

Broker::Verdict Broker::SendTo(pid_t pid, int signal) const {
  // kill(2) takes the number of any thread for its process.
  const auto process = processes_.ProcessOf(pid);
  const auto held = processes_.OpenDescendant(process.value_or(pid));
  if (!held.ok()) return {ErrnoFor(held.status())};
  return {sys::ErrnoOf(sys::SendSignal(*held, signal))};
}

// As kill(2) does, succeeds if one of them could be signalled.
Broker::Verdict Broker::SendToEach(absl::FunctionRef<bool(pid_t)> is_meant,
                                   int signal) const {
  const auto all = processes_.All();
  if (!all.ok()) return {EPERM};
  Verdict verdict = {ESRCH};
  for (const pid_t pid : *all) {
    if (!is_meant(pid)) continue;
    const Verdict one = SendTo(pid, signal);
    if (verdict.error != 0 && one.error != ESRCH) verdict = one;
  }
  return verdict;
}

// There is no descriptor of a thread before Linux 6.9.  It would take the end
// of all of that process, and its number given to somebody else, between two
// calls of this one for the signal to go astray.
Broker::Verdict Broker::SendToThread(pid_t process, pid_t thread,
                                     int signal) const {
  const auto held = processes_.OpenDescendant(process);
  if (!held.ok()) return {ErrnoFor(held.status())};
  return {syscall(SYS_tgkill, process, thread, signal) == 0 ? 0 : errno};
}

}  // namespace sbx
