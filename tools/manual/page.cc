// SPDX-License-Identifier: Apache-2.0

#include "tools/manual/page.h"

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"

namespace sbx::manual {
namespace {

// Bold what is typed as it is, italic what stands for something.
std::string Flag(const Entry& entry) {
  std::string text = absl::StrCat("\\fB", Escaped(entry.name), "\\fR");
  if (entry.joint.empty()) return text;
  absl::StrAppend(&text, entry.joint, "\\fI", Escaped(entry.value), "\\fR");
  if (absl::StartsWith(entry.joint, "[")) text += "]";
  return text;
}

std::string Options(const std::vector<Group>& groups) {
  std::string text;
  for (const Group& group : groups) {
    if (!group.title.empty()) {
      absl::StrAppend(&text, ".SS ", Escaped(group.title), "\n");
    }
    for (const Entry& entry : group.entries) {
      absl::StrAppend(&text, ".TP\n", Flag(entry), "\n", Escaped(entry.help),
                      "\n");
    }
  }
  // The line break of the placeholder's own line follows.
  if (!text.empty()) text.pop_back();
  return text;
}

}  // namespace

std::string PageOf(absl::string_view prose, const std::vector<Group>& groups,
                   absl::string_view version) {
  return absl::StrReplaceAll(
      prose, {{"@OPTIONS@", Options(groups)}, {"@VERSION@", version}});
}

std::string Escaped(absl::string_view text) {
  std::string escaped = absl::StrReplaceAll(text, {{"\\", "\\e"},
                                                   {"-", "\\-"},
                                                   {"…", "\\&..."},
                                                   {"'", "\\(aq"},
                                                   {"`", "\\(ga"},
                                                   {"^", "\\(ha"},
                                                   {"~", "\\(ti"}});
  // A line that begins with one of these would be a request.
  if (absl::StartsWith(escaped, ".")) escaped.insert(0, "\\&");
  return escaped;
}

}  // namespace sbx::manual
