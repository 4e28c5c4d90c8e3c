// SPDX-License-Identifier: Apache-2.0

#ifndef SBX_TOOLS_SBX_HELP_H_
#define SBX_TOOLS_SBX_HELP_H_

#include <string>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "tools/sbx/table.h"

namespace sbx::tools {

inline constexpr absl::string_view kVersion = "0.1.0";

// The text of --help, from the table of options.
std::string Help(absl::Span<const Section> sections);

}  // namespace sbx::tools

#endif  // SBX_TOOLS_SBX_HELP_H_
