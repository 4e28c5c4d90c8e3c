// SPDX-License-Identifier: Apache-2.0

#ifndef SBX_TOOLS_SBX_OPTIONS_H_
#define SBX_TOOLS_SBX_OPTIONS_H_

#include "absl/types/span.h"
#include "tools/sbx/table.h"

namespace sbx::tools {

// The options of sbx, in the order in which help shows them.
absl::Span<const Section> Options();

}  // namespace sbx::tools

#endif  // SBX_TOOLS_SBX_OPTIONS_H_
