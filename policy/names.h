// SPDX-License-Identifier: Apache-2.0
//
// What the kernel numbers, by the names that people use.

#ifndef SBX_POLICY_NAMES_H_
#define SBX_POLICY_NAMES_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "policy/spec.h"

namespace sbx::policy {

// Parses "NET_RAW,CAP_CHOWN", "ALL" or "none": the kernel's names, with or
// without CAP_, in either case.
absl::StatusOr<CapabilitySet> ParseCapabilities(absl::string_view text);

// The reverse: "CAP_CHOWN,CAP_NET_RAW"; "none" for an empty set.
std::string CapabilityNames(CapabilitySet set);

// Parses "NAME=SOFT[:HARD]", as in "nofile=256:1024" or "as=2G": the names of
// setrlimit(2) without RLIMIT_, and "unlimited".  A soft limit alone is the
// hard one too.
absl::StatusOr<Limit> ParseLimit(absl::string_view text);

}  // namespace sbx::policy

#endif  // SBX_POLICY_NAMES_H_
