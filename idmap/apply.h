// SPDX-License-Identifier: Apache-2.0
//
// Writes the id maps of a new user namespace (user_namespaces(7)).

#ifndef SBX_IDMAP_APPLY_H_
#define SBX_IDMAP_APPLY_H_

#include <sys/types.h>

#include "absl/status/status.h"
#include "idmap/plan.h"
#include "sandbox/sys/fd.h"

namespace sbx::idmap {

// In the sandbox's first process: writes its own maps, where the plan leaves
// that to it (Writer::kChild).
absl::Status MapSelf(const Plan& plan);

// In the parent: writes the maps of `child`, for the other writers.  Until it
// is done the child is to be dumpable (prctl(2)), for else its files in /proc
// are root's.
absl::Status MapChild(const Plan& plan, pid_t child);

// In the sandbox's first process, once the maps are there: becomes the user
// and the group that the plan names, where it is not already.  It keeps its
// capabilities for the steps to come; a change makes it non-dumpable and ends
// DieWithParent, which therefore comes later.
absl::Status BecomeUser(const Plan& plan);

// For a process in a user namespace of its own that is to be in another one
// below it, the last: the limit, and then the entering.  `proc` is /proc, which
// may be out of sight by then.
absl::Status AllowOneMoreNamespace(const sys::Fd& proc);
absl::Status EnterLastNamespace(const Plan& plan, const sys::Fd& proc);

}  // namespace sbx::idmap

#endif  // SBX_IDMAP_APPLY_H_
