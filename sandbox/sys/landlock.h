// SPDX-License-Identifier: Apache-2.0
//
// Landlock (landlock(7)), as far as sbx uses it.  The constants are here, for
// older headers lack them.

#ifndef SBX_SANDBOX_SYS_LANDLOCK_H_
#define SBX_SANDBOX_SYS_LANDLOCK_H_

#include <cstdint>

#include "absl/status/status.h"

namespace sbx::sys {

// What this process and its children may reach only among themselves
// (linux/landlock.h: LANDLOCK_SCOPE_…).
inline constexpr uint64_t kScopeAbstractSockets = uint64_t{1} << 0;
inline constexpr uint64_t kScopeSignals = uint64_t{1} << 1;

// The first ABI that has scopes (Linux 6.12).
inline constexpr int kScopesAbi = 6;

// Returns the ABI of this kernel; 0 where Landlock is not there or switched
// off.
int LandlockAbi();

// Puts this process into a domain with such scopes, for good.  Needs
// no_new_privs or CAP_SYS_ADMIN.
absl::Status RestrictScopes(uint64_t scopes);

}  // namespace sbx::sys

#endif  // SBX_SANDBOX_SYS_LANDLOCK_H_
