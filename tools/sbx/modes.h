// SPDX-License-Identifier: Apache-2.0
//
// Which options each mode has.

#ifndef SBX_TOOLS_SBX_MODES_H_
#define SBX_TOOLS_SBX_MODES_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "sandbox/mode.h"

namespace sbx::tools {

struct ModeRow {
  // Without the dashes.
  absl::string_view option;
  Modes modes = kAllModes;
  // Why not all have it.
  absl::string_view reason = {};
};

// A row for every option.
absl::Span<const ModeRow> OptionsByMode();

// Refuses an option of `given` that `mode` has not: it would ask for what is
// not done.
absl::Status CheckGiven(Mode mode, absl::Span<const std::string> given);

}  // namespace sbx::tools

#endif  // SBX_TOOLS_SBX_MODES_H_
