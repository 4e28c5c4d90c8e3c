// SPDX-License-Identifier: Apache-2.0
//
// manual page PROGRAM PROSE, or manual bash|zsh|fish: writes a manual page of a
// program, or what a shell needs to complete command lines of sbx.

#include <cstdio>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "sandbox/sys/file.h"
#include "tools/manual/completions.h"
#include "tools/manual/entries.h"
#include "tools/manual/page.h"
#include "tools/sbx/help.h"

namespace sbx::manual {
namespace {

constexpr struct {
  absl::string_view shell;
  std::string (*text)(const std::vector<Group>& groups);
} kShells[] = {{"bash", ForBash}, {"zsh", ForZsh}, {"fish", ForFish}};

int Page(absl::string_view program, const std::string& prose) {
  const auto text = sys::ReadFile(prose);
  const std::vector<Group> groups = GroupsOf(program);
  if (!text.ok() || groups.empty()) return EXIT_FAILURE;
  std::fputs(PageOf(*text, groups, tools::kVersion).c_str(), stdout);
  return EXIT_SUCCESS;
}

int Main(const std::vector<std::string>& words) {
  if (words.size() == 3 && words[0] == "page") return Page(words[1], words[2]);
  for (const auto& row : kShells) {
    if (words.size() != 1 || words[0] != row.shell) continue;
    std::fputs(row.text(GroupsOf("sbx")).c_str(), stdout);
    return EXIT_SUCCESS;
  }
  std::fputs("usage: manual page PROGRAM PROSE, or manual bash|zsh|fish\n",
             stderr);
  return EXIT_FAILURE;
}

}  // namespace
}  // namespace sbx::manual

int main(int argc, char** argv) {
  return sbx::manual::Main({argv + 1, argv + argc});
}
