// SPDX-License-Identifier: Apache-2.0
//
// Signals of a command that neither a pid namespace nor a scope of Landlock's
// keeps inside: process 1 is asked about each, and sends those that stay
// inside.  So no number can come to mean another process between the question
// and the signal.

#ifndef SBX_SANDBOX_BROKER_H_
#define SBX_SANDBOX_BROKER_H_

#include <linux/seccomp.h>

#include <optional>
#include <utility>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "sandbox/sys/fd.h"
#include "sandbox/sys/process_table.h"

namespace sbx {

class Broker {
 public:
  // Nobody's.
  Broker() = default;
  // Is asked by `listener`.  Everybody inside descends from this process.
  Broker(sys::Fd listener, sys::ProcessTable processes)
      : listener_(std::move(listener)), processes_(std::move(processes)) {}

  // Readable when a call waits.
  const sys::Fd& listener() const { return listener_; }
  // What it has open, which is to stay so.
  std::vector<int> held() const;

  // Answers the call that waits.
  absl::Status Answer();
  // Nobody is left who could make one.
  void Close() { listener_ = sys::Fd(); }

 private:
  // Of a call: the kernel goes on with it, or it has been done, or the errno.
  struct Verdict {
    std::optional<int> error = {};
  };
  struct Row;

  static const Row kRows[];

  Verdict Judge(const seccomp_notif& call) const;
  // `caller` is the process that waits.
  Verdict Kill(pid_t caller, const seccomp_notif& call) const;
  Verdict KillThread(pid_t caller, const seccomp_notif& call) const;
  Verdict KillThreadOfGroup(pid_t caller, const seccomp_notif& call) const;
  Verdict Queue(pid_t caller, const seccomp_notif& call) const;
  Verdict LetThrough(pid_t caller, const seccomp_notif& call) const;

  Verdict SendTo(pid_t pid, int signal) const;
  Verdict SendToEach(absl::FunctionRef<bool(pid_t)> is_meant, int signal) const;
  Verdict SendToThread(pid_t process, pid_t thread, int signal) const;

  sys::Fd listener_;
  sys::ProcessTable processes_;
};

}  // namespace sbx

#endif  // SBX_SANDBOX_BROKER_H_
