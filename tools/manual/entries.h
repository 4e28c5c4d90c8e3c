// SPDX-License-Identifier: Apache-2.0
//
// The options of a command line, as manuals and shells need them: taken from
// the tables by which they are parsed.

#ifndef SBX_TOOLS_MANUAL_ENTRIES_H_
#define SBX_TOOLS_MANUAL_ENTRIES_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace sbx::manual {

struct Entry {
  // With its dashes.
  std::string name = {};
  // What stands between the name and its value: "=", "[=" or " "; empty: it
  // takes none.
  std::string joint = {};
  // The name of the value, as in "SRC[:DEST]".
  std::string value = {};
  // Sentences, or words.
  std::string help = {};
};

struct Group {
  // Empty: there is one group alone.
  std::string title = {};
  std::vector<Entry> entries = {};
};

// The options of sbx, sbx-bwrap or sbx-linux-sandbox; none of another name.
std::vector<Group> GroupsOf(absl::string_view program);

// The words that a value may be, of those that its name lists: "none|host".
std::vector<std::string> ChoicesOf(const Entry& entry);

// Whether a value is, or begins with, a path.
bool TakesPath(const Entry& entry);

}  // namespace sbx::manual

#endif  // SBX_TOOLS_MANUAL_ENTRIES_H_
