// SPDX-License-Identifier: Apache-2.0
//
// Resource limits as people write them.

#ifndef SBX_POLICY_LIMITS_H_
#define SBX_POLICY_LIMITS_H_

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "policy/spec.h"

namespace sbx::policy {

// Parses "NAME=SOFT[:HARD]", as in "nofile=256:1024" or "as=2G": the names of
// setrlimit(2) without RLIMIT_, and "unlimited".  A soft limit alone is the
// hard one too.
absl::StatusOr<Limit> ParseLimit(absl::string_view text);

}  // namespace sbx::policy

#endif  // SBX_POLICY_LIMITS_H_
