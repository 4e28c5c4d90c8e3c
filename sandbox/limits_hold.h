// SPDX-License-Identifier: Apache-2.0
//
// Why nobody inside lifts a limit or leaves it.  The cgroups belong to the
// user, as whom the command runs too; so what keeps them from it is what it
// sees of their file system, and how.

#ifndef SBX_SANDBOX_LIMITS_HOLD_H_
#define SBX_SANDBOX_LIMITS_HOLD_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "fs/spec.h"
#include "sandbox/spec.h"

namespace sbx {

// Whether there are limits of a cgroup.
bool HasLimits(const Spec& spec);

// Looks where on the host each item's share lies, without links; empty for what
// is none, and all of it where there are no limits.
std::vector<std::string> PlacesOfShares(const Spec& spec);

// Refuses limits that the command could lift by shares that lie at `places`, in
// a sentence.
absl::Status CheckLimitsHold(const Spec& spec,
                             const std::vector<std::string>& places);

// What is covered besides so that nobody leaves a limit.
std::vector<fs::Item> CoversOfCgroups(const Spec& spec);

}  // namespace sbx

#endif  // SBX_SANDBOX_LIMITS_HOLD_H_
