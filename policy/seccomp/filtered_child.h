// SPDX-License-Identifier: Apache-2.0
//
// Runs a test's calls in a process that has the default filter, loaded as the
// sandbox loads it.

#ifndef SBX_POLICY_SECCOMP_FILTERED_CHILD_H_
#define SBX_POLICY_SECCOMP_FILTERED_CHILD_H_

#include <functional>

#include "policy/seccomp/groups.h"

namespace sbx::policy::seccomp {

// What InFilteredChild returns when the child was killed or got no filter.
inline constexpr int kDied = -1;
inline constexpr int kNoFilter = 255;

// Returns what `run`, in a child under the default filter and no_new_privs,
// returned: at most 254, so an errno fits.
int InFilteredChild(Grants grants, const std::function<int()>& run);

// The same without a filter.
int InChild(const std::function<int()>& run);

// Returns 0 if `result` is not -1, else errno.
int ErrnoIfFailed(long result);

}  // namespace sbx::policy::seccomp

#endif  // SBX_POLICY_SECCOMP_FILTERED_CHILD_H_
