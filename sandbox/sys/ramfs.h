// SPDX-License-Identifier: Apache-2.0
//
// In the initial ramfs, as small machines stay in it: the kernel's first file
// system, which pivot_root(2) does not move.

#ifndef SBX_SANDBOX_SYS_RAMFS_H_
#define SBX_SANDBOX_SYS_RAMFS_H_

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace sbx::sys {

// Whether the root directory of this process is in it.
absl::StatusOr<bool> InInitialRamfs();

// Makes a copy of it, with everything mounted in it, the root directory of this
// process.  That lies over the first one, which nobody can reach from there,
// and is a mount like any other.
absl::Status LeaveInitialRamfs();

}  // namespace sbx::sys

#endif  // SBX_SANDBOX_SYS_RAMFS_H_
