// SPDX-License-Identifier: Apache-2.0
//
// docs/modes.md says what each mode keeps by default as the table of
// protections says it.

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "sandbox/plan.h"
#include "sandbox/protections/protections.h"
#include "sandbox/sys/landlock.h"
#include "testing/page_main.h"
#include "tools/sbx/defaults.h"

namespace sbx::tools {
namespace {

// Of an ordinary user, with nothing but what the mode needs.
ProtectionRows RowsOf(Mode mode) {
  Draft draft = {.spec = {.mode = mode, .command = {"ls"}},
                 .here = "/home/ana/src"};
  if (mode == Mode::kChroot) draft.root = DirectoryRoot{.directory = "/srv"};
  const Caller caller = {.environment = {"HOME=/home/ana"}};
  const Facts facts = {.ids = {.uid = 1000, .gid = 1000},
                       .landlock_abi = sys::kScopesAbi};
  return ProtectionsOf(
      MakePlan(Complete(draft, caller).value(), facts).value());
}

std::string Cell(const ProtectionRow& row) {
  if (row.state == Kept::kFully) return std::string(NameOf(row.state));
  return absl::StrCat(NameOf(row.state), ": ", row.obtained);
}

// What all modes have of the `i`th protection.
std::string Line(const std::vector<ProtectionRows>& modes, size_t i) {
  const ProtectionRow& row = modes[0][i];
  std::string line =
      absl::StrCat("| ", NameOf(row.protection), " | ", row.wanted, " |");
  std::string before;
  for (const ProtectionRows& rows : modes) {
    const std::string cell = Cell(rows[i]);
    const bool is_long = rows[i].state != Kept::kFully;
    absl::StrAppend(&line, " ", is_long && cell == before ? "the same" : cell,
                    " |");
    before = cell;
  }
  return absl::StrCat(line, "\n");
}

std::string Table() {
  std::string table = "| | at its strongest |";
  std::vector<ProtectionRows> modes;
  for (const Mode mode : kModes) {
    absl::StrAppend(&table, " ", NameOf(mode), " |");
    modes.push_back(RowsOf(mode));
  }
  absl::StrAppend(&table, "\n| --- | --- | --- | --- | --- |\n");
  for (size_t i = 0; i < modes[0].size(); ++i) {
    // No mode has it by default.
    if (modes[0][i].state == Kept::kNotAskedFor) continue;
    absl::StrAppend(&table, Line(modes, i));
  }
  return table;
}

TEST(Page, SaysWhatEachModeKeeps) { test::ExpectOnPage(Table()); }

}  // namespace
}  // namespace sbx::tools
