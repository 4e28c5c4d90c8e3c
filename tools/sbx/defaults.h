// SPDX-License-Identifier: Apache-2.0

#ifndef SBX_TOOLS_SBX_DEFAULTS_H_
#define SBX_TOOLS_SBX_DEFAULTS_H_

#include <string>

#include "absl/status/statusor.h"
#include "sandbox/caller.h"
#include "sandbox/spec.h"
#include "tools/sbx/draft.h"

namespace sbx::tools {

// Returns the Spec that `draft` comes to: what was asked for, and every default
// that it leaves.
absl::StatusOr<Spec> Complete(Draft draft, const Caller& caller);

}  // namespace sbx::tools

#endif  // SBX_TOOLS_SBX_DEFAULTS_H_
