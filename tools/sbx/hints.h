// SPDX-License-Identifier: Apache-2.0

#ifndef SBX_TOOLS_SBX_HINTS_H_
#define SBX_TOOLS_SBX_HINTS_H_

#include <string>

#include "absl/status/status.h"

namespace sbx::tools {

// Returns what to try after `failure`, as a sentence, or nothing.
std::string HintFor(const absl::Status& failure);

}  // namespace sbx::tools

#endif  // SBX_TOOLS_SBX_HINTS_H_
