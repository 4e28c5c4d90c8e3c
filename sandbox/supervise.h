// SPDX-License-Identifier: Apache-2.0

#ifndef SBX_SANDBOX_SUPERVISE_H_
#define SBX_SANDBOX_SUPERVISE_H_

#include "absl/status/statusor.h"
#include "sandbox/launch.h"
#include "sandbox/plan.h"
#include "sandbox/report.h"

namespace sbx {

// Passes signals on, stops and continues with the command, keeps the time limit
// and waits for the end.  Fails if the command could not be run, with the step
// that failed.
absl::StatusOr<Report> Supervise(Sandbox sandbox, const Plan& plan);

}  // namespace sbx

#endif  // SBX_SANDBOX_SUPERVISE_H_
