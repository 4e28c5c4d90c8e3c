// SPDX-License-Identifier: Apache-2.0
//
// Why nobody inside lifts a limit or leaves it.  The cgroups belong to the
// user, as whom the command runs too; so what keeps them from it is what it
// sees of their file system, and how.

#ifndef SBX_SANDBOX_LIMITS_HOLD_H_
#define SBX_SANDBOX_LIMITS_HOLD_H_

#include <vector>

#include "absl/status/status.h"
#include "fs/spec.h"
#include "sandbox/spec.h"

namespace sbx {

// Whether there are limits of a cgroup.
bool HasLimits(const Spec& spec);

// Refuses limits that the command could lift, in a sentence.  Follows links of
// the host.
absl::Status CheckLimitsHold(const Spec& spec);

// What is covered besides so that nobody leaves a limit.
std::vector<fs::Item> CoversOfCgroups(const Spec& spec);

}  // namespace sbx

#endif  // SBX_SANDBOX_LIMITS_HOLD_H_
