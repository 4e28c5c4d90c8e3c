// SPDX-License-Identifier: Apache-2.0

#ifndef SBX_SANDBOX_CHROOT_PLAN_H_
#define SBX_SANDBOX_CHROOT_PLAN_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "sandbox/facts.h"
#include "sandbox/plan.h"
#include "sandbox/spec.h"

namespace sbx {

// The places where `files` are mounted, each once.
std::vector<std::string> MountsOf(const std::vector<KernelFiles>& files);

// Plans the root of Mode::kChroot.  Without Landlock, what only that or a mount
// could keep is an error, as far as it can be seen from here.
absl::StatusOr<ChrootPlan> PlanChroot(const Spec& spec, const Facts& facts);

}  // namespace sbx

#endif  // SBX_SANDBOX_CHROOT_PLAN_H_
