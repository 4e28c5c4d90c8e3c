// SPDX-License-Identifier: Apache-2.0
//
// A command line as a table: one row an option, which parsing, help and
// whatever else describes the options read alike.

#ifndef SBX_TOOLS_SBX_TABLE_H_
#define SBX_TOOLS_SBX_TABLE_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "tools/sbx/draft.h"

namespace sbx::tools {

enum class Takes { kNothing, kValue, kPerhapsAValue };
enum class Times { kOnce, kMany };

struct Option {
  // Without the dashes.
  absl::string_view name;
  Takes takes;
  Times times;
  // How help calls the value, as in "SRC[:DEST]".
  absl::string_view value;
  // Sentences, wrapped by whoever prints them.
  absl::string_view help;
  // Puts the option into the draft.  The value is empty if there is none.
  absl::Status (*take)(absl::string_view value, Draft& draft);
};

struct Section {
  absl::string_view title;
  absl::Span<const Option> options;
};

// Reads "--name", "--name=value" and "--name value" into `draft` up to the
// first other argument or "--"; the rest is the command.  A failure is a
// sentence about the option.
absl::Status Parse(absl::Span<const Section> sections,
                   absl::Span<const std::string> arguments, Draft& draft);

}  // namespace sbx::tools

#endif  // SBX_TOOLS_SBX_TABLE_H_
