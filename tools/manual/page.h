// SPDX-License-Identifier: Apache-2.0

#ifndef SBX_TOOLS_MANUAL_PAGE_H_
#define SBX_TOOLS_MANUAL_PAGE_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "tools/manual/entries.h"

namespace sbx::manual {

// A manual page for man(7): `prose`, with the options in the place of the line
// "@OPTIONS@" and the version in that of "@VERSION@".
std::string PageOf(absl::string_view prose, const std::vector<Group>& groups,
                   absl::string_view version);

// Text as roff shows it, whatever characters it has.
std::string Escaped(absl::string_view text);

}  // namespace sbx::manual

#endif  // SBX_TOOLS_MANUAL_PAGE_H_
