// SPDX-License-Identifier: Apache-2.0

#ifndef SBX_TOOLS_SBX_HINTS_H_
#define SBX_TOOLS_SBX_HINTS_H_

#include <string>

#include "absl/status/status.h"

namespace sbx::tools {

// What else a hint hangs on.
struct HintFacts {
  // The caller's effective user is 0, on the host or in a user namespace.
  bool is_root = false;
};

// Returns what to try after `failure`, as a sentence, or nothing.
std::string HintFor(const absl::Status& failure, const HintFacts& facts);

}  // namespace sbx::tools

#endif  // SBX_TOOLS_SBX_HINTS_H_
