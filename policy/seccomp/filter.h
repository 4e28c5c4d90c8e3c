// SPDX-License-Identifier: Apache-2.0
//
// The built-in system call filters, compiled when sbx was built.

#ifndef SBX_POLICY_SECCOMP_FILTER_H_
#define SBX_POLICY_SECCOMP_FILTER_H_

#include <linux/filter.h>

#include "absl/types/span.h"
#include "policy/seccomp/groups.h"

namespace sbx::policy::seccomp {

// Returns `profile` as `grants` change it, ready for seccomp(2).  It lives as
// long as the program.
absl::Span<const sock_filter> BuiltInFilter(BuiltIn profile, Grants grants);

}  // namespace sbx::policy::seccomp

#endif  // SBX_POLICY_SECCOMP_FILTER_H_
