// SPDX-License-Identifier: Apache-2.0

#include "tools/sbx/help.h"

#include <algorithm>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tools/sbx/options.h"

namespace sbx::tools {
namespace {

using ::testing::HasSubstr;

// The columns that `line` takes: a byte that goes on with a character of UTF-8
// takes none.
size_t Columns(absl::string_view line) {
  return static_cast<size_t>(
      std::count_if(line.begin(), line.end(), [](char byte) {
        return (static_cast<unsigned char>(byte) & 0xc0) != 0x80;
      }));
}

std::string UsageOf(const Option& option) {
  switch (option.takes) {
    case Takes::kNothing:
      return absl::StrCat("--", option.name);
    case Takes::kValue:
      return absl::StrCat("--", option.name, "=", option.value);
    case Takes::kPerhapsAValue:
      return absl::StrCat("--", option.name, "[=", option.value, "]");
  }
  return "";
}

// `text` in one line, with one space between words.
std::string Unwrapped(absl::string_view text) {
  return absl::StrJoin(
      absl::StrSplit(text, absl::ByAnyChar(" \n"), absl::SkipEmpty()), " ");
}

TEST(Help, ShowsEachSectionAndOptionOfTheTableInOrder) {
  const std::string help = Help(Options());
  size_t place = 0;
  const auto expect_next = [&](const std::string& text) {
    const size_t found = help.find(text, place);
    ASSERT_NE(found, std::string::npos) << text;
    place = found + text.size();
  };
  for (const Section& section : Options()) {
    expect_next(absl::StrCat("\n\n", section.title, "\n"));
    for (const Option& option : section.options) {
      expect_next(absl::StrCat("  ", UsageOf(option), "\n      "));
    }
  }
}

TEST(Help, SaysAllThatTheTableSays) {
  const std::string help = Unwrapped(Help(Options()));
  for (const Section& section : Options()) {
    for (const Option& option : section.options) {
      EXPECT_FALSE(option.help.empty()) << option.name;
      EXPECT_THAT(help, HasSubstr(absl::StrCat(UsageOf(option), " ",
                                               Unwrapped(option.help))));
    }
  }
}

TEST(Help, FitsATerminalOf80Columns) {
  for (absl::string_view line : absl::StrSplit(Help(Options()), '\n')) {
    EXPECT_LE(Columns(line), 79u) << line;
    EXPECT_FALSE(!line.empty() && line.back() == ' ') << line;
  }
}

TEST(Help, BreaksLinesBetweenWordsOnly) {
  const std::string word = "0123456789012345678";
  const std::string sentence =
      absl::StrCat(word, " ", word, " ", word, " abcdefghijklm n");
  const Option options[] = {
      {"a", Takes::kPerhapsAValue, Times::kOnce, "B", sentence, nullptr}};
  const Section sections[] = {{"Title", options}};
  // The first line takes 79 columns to the last.
  EXPECT_THAT(Help(sections), HasSubstr(absl::StrCat(
                                  "\nTitle\n  --a[=B]\n      ", word, " ", word,
                                  " ", word, " abcdefghijklm\n      n\n")));
}

TEST(Help, SaysWhatTheExitStatusMeans) {
  const std::string help = Help({});
  for (const std::string status : {"124", "125", "126", "127", "128+N"}) {
    EXPECT_THAT(help, HasSubstr(status));
  }
}

}  // namespace
}  // namespace sbx::tools
