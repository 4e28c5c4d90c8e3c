// SPDX-License-Identifier: Apache-2.0

#ifndef SBX_TOOLS_SBX_HINTS_H_
#define SBX_TOOLS_SBX_HINTS_H_

#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"

namespace sbx::tools {

// What else a hint hangs on.
struct HintFacts {
  // The caller's effective user is 0, on the host or in a user namespace.
  bool is_root = false;
};

struct HintRow {
  // The step that failed, the call that did, and how.
  absl::string_view step;
  absl::string_view call;
  int error;
  absl::string_view hint;
  // Whether the row is for this caller; unset: for every one.
  bool (*is_for)(const HintFacts& facts) = nullptr;
};

// Returns what to try after `failure`, as a sentence, or nothing.
std::string HintFor(const absl::Status& failure, const HintFacts& facts);

// All that are known, each for a situation that can come about.
absl::Span<const HintRow> Hints();

}  // namespace sbx::tools

#endif  // SBX_TOOLS_SBX_HINTS_H_
