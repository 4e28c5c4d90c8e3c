// SPDX-License-Identifier: Apache-2.0

#ifndef SBX_SANDBOX_RUN_H_
#define SBX_SANDBOX_RUN_H_

#include "absl/status/statusor.h"
#include "sandbox/caller.h"
#include "sandbox/newborn.h"
#include "sandbox/plan.h"
#include "sandbox/report.h"
#include "sandbox/spec.h"

namespace sbx {

// What `spec` comes to on this host: asks it, does nothing.
absl::StatusOr<Plan> Prepare(const Spec& spec, const Caller& caller);

// Runs the command of `plan` in its sandbox, to the end.  If its birth is to be
// announced, `announce` does so.
absl::StatusOr<Report> Run(const Plan& plan, const Caller& caller,
                           Announce announce = AnnounceToNobody);

}  // namespace sbx

#endif  // SBX_SANDBOX_RUN_H_
