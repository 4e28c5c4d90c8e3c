// SPDX-License-Identifier: Apache-2.0
//
// Cgroups whose sbx was killed: nobody is in them, and nobody holds their lock.

#ifndef SBX_SANDBOX_CGROUP_ABANDONED_H_
#define SBX_SANDBOX_CGROUP_ABANDONED_H_

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "sandbox/sys/fd.h"

namespace sbx::cgroup {

// Takes a lock of flock(2) on a directory, which ends with the descriptor: on
// the cgroup above while others come and go below it, on one of ours as long as
// its sandbox lives.
absl::StatusOr<sys::Fd> OpenLocked(const std::string& path, int lock);

// What a cgroup of this process's below `directory` is called.
std::string NewName(const std::string& directory);

// Removes the cgroup `path`, in which nobody is any more, with those that were
// made in it.
absl::Status RemoveWithAllBelow(const std::string& path);

// Removes those below `directory` that sandboxes have left.
void RemoveAbandoned(const std::string& directory);

}  // namespace sbx::cgroup

#endif  // SBX_SANDBOX_CGROUP_ABANDONED_H_
