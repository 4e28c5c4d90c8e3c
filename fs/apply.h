// SPDX-License-Identifier: Apache-2.0
//
// Builds the new root in this process's own mount namespace, and enters it.

#ifndef SBX_FS_APPLY_H_
#define SBX_FS_APPLY_H_

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "fs/builder.h"
#include "fs/plan.h"
#include "sandbox/sys/fd.h"

namespace sbx::fs {

// Does the steps of `plan` and returns the root, which lies where nobody else
// can name it.
absl::StatusOr<Root> BuildRoot(const Plan& plan);

// Makes what was `built` the root, takes the old one away and goes where the
// command starts, which is returned.
absl::StatusOr<std::string> EnterRoot(const Root& built, const Plan& plan);

}  // namespace sbx::fs

#endif  // SBX_FS_APPLY_H_
