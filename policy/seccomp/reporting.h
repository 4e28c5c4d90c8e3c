// SPDX-License-Identifier: Apache-2.0

#ifndef SBX_POLICY_SECCOMP_REPORTING_H_
#define SBX_POLICY_SECCOMP_REPORTING_H_

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "policy/seccomp/program.h"

namespace sbx::policy::seccomp {

// Returns one program that does what `filters` do together, but for every
// refusal, which becomes a question to whoever listens
// (SECCOMP_RET_USER_NOTIF).  sendmsg(2) by the descriptor `channel` is always
// let through: when the listener is sent away by it, nobody listens yet.
//
// A filter whose answers are no constants, and filters that are too long
// together, are errors.
absl::StatusOr<Program> Reporting(absl::Span<const Instructions> filters,
                                  int channel);

}  // namespace sbx::policy::seccomp

#endif  // SBX_POLICY_SECCOMP_REPORTING_H_
