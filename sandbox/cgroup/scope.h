// SPDX-License-Identifier: Apache-2.0
//
// A scope of systemd's for this process (systemd.scope(5)).

#ifndef SBX_SANDBOX_CGROUP_SCOPE_H_
#define SBX_SANDBOX_CGROUP_SCOPE_H_

#include <string>

#include "absl/status/status.h"

namespace sbx::cgroup {

// The program that speaks to systemd: libsystemd has no static archive, and
// whoever asks for no limits is not to pay for loading it.  It is installed
// beside sbx, or in ../libexec/sbx.
inline constexpr char kScopeProgram[] = "sbx-scope";

// Whether systemd runs here and has a bus on which this user reaches it.
bool HasSystemd();

// Has systemd move this process into a new scope below `slice`, which is
// delegated to the user.  `description` is what systemctl(1) shows.  Fails if
// there is no answer within a few seconds.
absl::Status EnterScope(const std::string& slice,
                        const std::string& description);

}  // namespace sbx::cgroup

#endif  // SBX_SANDBOX_CGROUP_SCOPE_H_
