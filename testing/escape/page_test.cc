// SPDX-License-Identifier: Apache-2.0
//
// docs/attacks.md lists the attacks as they are: its table is this one.

#include <set>
#include <string>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "gtest/gtest.h"
#include "testing/escape/cases.h"
#include "testing/page_main.h"

namespace sbx::escape {
namespace {

std::string Code(absl::string_view text) {
  return absl::StrCat("`", absl::StripSuffix(text, " --"), "`");
}

// Where the attack succeeds, and as which if it is another one there.
std::string Otherwise(const Case& row) {
  std::string where =
      *row.succeeds_in == '\0' ? "no sandbox" : Code(row.succeeds_in);
  if (row.succeeding == nullptr) return where;
  return absl::StrCat(where, ", as ", Code(row.succeeding));
}

std::string Table() {
  std::string table =
      "| attack | tries | is stopped by | succeeds in |\n"
      "| --- | --- | --- | --- |\n";
  for (const Case& row : Cases()) {
    absl::StrAppend(&table, "| ", Code(row.name), " | ", row.tries, " | ",
                    row.stopped_by, " | ", Otherwise(row), " |\n");
  }
  return table;
}

std::string TableOfOpenOnes() {
  std::string table = "| attack | because |\n| --- | --- |\n";
  for (const Case& row : Cases()) {
    if (row.open_by_default == nullptr) continue;
    absl::StrAppend(&table, "| ", Code(row.name), " | ", row.open_by_default,
                    " |\n");
  }
  return table;
}

TEST(Page, ListsTheAttacks) { test::ExpectOnPage(Table()); }

TEST(Page, ListsThoseThatPlainSbxLetsThrough) {
  test::ExpectOnPage(TableOfOpenOnes());
}

TEST(Attacks, ThatPlainSbxLetsThroughSayWhy) {
  for (const Case& row : Cases()) {
    const bool open = absl::EndsWith(row.succeeds_in, "sbx --");
    EXPECT_EQ(open, row.open_by_default != nullptr) << row.name;
  }
}

TEST(Attacks, HaveNamesOfTheirOwn) {
  std::set<std::string> names;
  for (const Case& row : Cases()) {
    EXPECT_TRUE(names.insert(row.name).second) << row.name;
  }
}

// Or else the test would be the same run twice.
TEST(Attacks, DifferWhereTheySucceed) {
  for (const Case& row : Cases()) {
    EXPECT_FALSE(std::string(row.in) == row.succeeds_in &&
                 row.succeeding == nullptr)
        << row.name;
  }
}

}  // namespace
}  // namespace sbx::escape
