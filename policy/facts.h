// SPDX-License-Identifier: Apache-2.0
//
// What the policy needs to know of the host.

#ifndef SBX_POLICY_FACTS_H_
#define SBX_POLICY_FACTS_H_

#include <string>

#include "absl/status/statusor.h"
#include "policy/spec.h"

namespace sbx::policy {

struct Facts {
  // What the profile's file holds, and the kernel's release (uname(2)), which
  // its rules may depend on.
  std::string profile = {};
  std::string kernel = {};
  bool operator==(const Facts&) const = default;
};

// Reads what `spec` needs and no more.
absl::StatusOr<Facts> ReadFacts(const Spec& spec);

}  // namespace sbx::policy

#endif  // SBX_POLICY_FACTS_H_
