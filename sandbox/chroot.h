// SPDX-License-Identifier: Apache-2.0
//
// The root of Mode::kChroot: what chroot(2) alone does not keep, and a mount of
// its own where that can be had.

#ifndef SBX_SANDBOX_CHROOT_H_
#define SBX_SANDBOX_CHROOT_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "sandbox/facts.h"
#include "sandbox/plan.h"
#include "sandbox/sys/fd.h"

namespace sbx {

// Looks at the root in `directory`, and at 0, 1, 2 and `descriptors`, which the
// command gets.
absl::StatusOr<ChrootFacts> ReadChrootFacts(
    const std::string& directory, const std::vector<int>& descriptors);

// Binds the root onto itself, in a mount namespace that this process gets,
// which nobody else sees and which ends with the last process in it.  Returns
// the root.
absl::StatusOr<sys::Fd> BindRoot(const ChrootPlan& plan);

}  // namespace sbx

#endif  // SBX_SANDBOX_CHROOT_H_
