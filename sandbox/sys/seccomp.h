// SPDX-License-Identifier: Apache-2.0
//
// Filters of system calls (seccomp(2)), as programs of classic BPF.

#ifndef SBX_SANDBOX_SYS_SECCOMP_H_
#define SBX_SANDBOX_SYS_SECCOMP_H_

#include <linux/filter.h>
#include <linux/seccomp.h>

#include <optional>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "sandbox/sys/fd.h"

namespace sbx::sys {

// Loads a filter, which every later system call of this process and its
// children has to pass.
absl::Status FilterSystemCalls(absl::Span<const sock_filter> filter);

// Loads a filter and returns the descriptor by which somebody else answers the
// calls for which it says SECCOMP_RET_USER_NOTIF (seccomp_unotify(2)).  They
// wait until that is done; only a signal that kills interrupts one that has
// been received (before Linux 5.19: any).
absl::StatusOr<Fd> FilterWithListener(absl::Span<const sock_filter> filter);

// Receives the next call that waits; nothing if its process has ended.
absl::StatusOr<std::optional<seccomp_notif>> ReceiveCall(const Fd& listener);

// Whether the call still waits, and so its process lives.
bool StillWaits(const Fd& listener, const seccomp_notif& call);

// Lets the call go on as if there were no filter.  Its process may have ended.
absl::Status LetThrough(const Fd& listener, const seccomp_notif& call);

// Returns from the call in its place: 0, or with `error`.  Its process may have
// ended.
absl::Status Answer(const Fd& listener, const seccomp_notif& call, int error);

}  // namespace sbx::sys

#endif  // SBX_SANDBOX_SYS_SECCOMP_H_
