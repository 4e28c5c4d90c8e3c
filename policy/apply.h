// SPDX-License-Identifier: Apache-2.0
//
// Sets the policy on this process, for good.

#ifndef SBX_POLICY_APPLY_H_
#define SBX_POLICY_APPLY_H_

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "policy/plan.h"
#include "sandbox/sys/fd.h"

namespace sbx::policy {

absl::Status SetLimits(const Plan& plan);

// Needs CAP_SETPCAP in this process's user namespace, and mostly gives it away.
absl::Status LockCapabilities(const Plan& plan);

// Needs no_new_privs.
absl::Status RestrictReach(const Plan& plan);

// Everything that a supervising process could do with capabilities, away.
absl::Status DropAllCapabilities();

// The filters that the command gets besides its profile, for a supervising
// process that it may look into.
absl::Status LoadGivenFilters(const Plan& plan);

// Loads the filter of Boundary::kBroker and returns its listener: whoever has
// that is asked before a signal is sent.
absl::StatusOr<sys::Fd> AskAboutSignals();

// The last thing of all: the filter may refuse any call that is made before.
// Filters are told which processes are `supervisors`.
//
// Returns the listener where refusals are reported, else nothing.  Whoever gets
// it is asked about every call that is refused; before that it can be sent by
// the descriptor `channel`, and by no other.
absl::StatusOr<sys::Fd> FilterSystemCalls(const Plan& plan,
                                          const Supervisors& supervisors,
                                          int channel);

}  // namespace sbx::policy

#endif  // SBX_POLICY_APPLY_H_
