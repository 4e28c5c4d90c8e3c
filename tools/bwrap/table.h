// SPDX-License-Identifier: Apache-2.0
//
// bubblewrap's command line as a table: one row an option.

#ifndef SBX_TOOLS_BWRAP_TABLE_H_
#define SBX_TOOLS_BWRAP_TABLE_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "tools/bwrap/draft.h"

namespace sbx::bwrap {

using Values = absl::Span<const std::string>;

enum class Repeated {
  kEachCounts,
  // With a warning.
  kLastCounts,
};

struct Option {
  // With its dashes.
  absl::string_view name;
  // Names of its values: "SRC DEST".
  absl::string_view values;
  Repeated repeated;
  absl::string_view help;
  absl::Status (*take)(Values values, Draft& draft);
};

// The options, in the order in which help lists them.
absl::Span<const Option> Options();

// Names that others of the program have to know.
inline constexpr absl::string_view kArgs = "--args";
inline constexpr absl::string_view kOverlaySrc = "--overlay-src";

// Reads options into `draft` up to the first word that is none, or "--"; the
// rest is the command.
absl::Status Parse(const std::vector<std::string>& words, Draft& draft);

// The usage, as --help prints it.
std::string Usage(absl::string_view program);

}  // namespace sbx::bwrap

#endif  // SBX_TOOLS_BWRAP_TABLE_H_
