// SPDX-License-Identifier: Apache-2.0
//
// Capabilities by the names that people use.

#ifndef SBX_POLICY_CAPABILITIES_H_
#define SBX_POLICY_CAPABILITIES_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "policy/spec.h"

namespace sbx::policy {

// Parses "NET_RAW,CAP_CHOWN", "ALL,-SYS_ADMIN", "none", or "+KILL,-CHOWN",
// which changes the default: the kernel's names (capabilities(7)), with or
// without CAP_, in either case.
absl::StatusOr<CapabilityList> ParseCapabilities(absl::string_view text);

// "CAP_CHOWN,CAP_NET_RAW"; "none" for an empty set.
std::string CapabilityNames(CapabilitySet set);

// As libcap's tools call the bits that are set: "noroot", "noroot-locked".
std::vector<std::string> SecurebitNames(unsigned bits);

}  // namespace sbx::policy

#endif  // SBX_POLICY_CAPABILITIES_H_
