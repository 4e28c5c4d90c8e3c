// SPDX-License-Identifier: Apache-2.0

#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tools/manual/completions.h"
#include "tools/manual/entries.h"
#include "tools/manual/page.h"

namespace sbx::manual {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr absl::string_view kPrograms[] = {"sbx", "sbx-bwrap",
                                           "sbx-linux-sandbox"};

TEST(PageTest, HasEveryOptionOfTheTable) {
  for (const absl::string_view program : kPrograms) {
    const std::vector<Group> groups = GroupsOf(program);
    const std::string page = PageOf("@OPTIONS@\n", groups, "1");
    ASSERT_FALSE(groups.empty()) << program;
    for (const Group& group : groups) {
      for (const Entry& entry : group.entries) {
        EXPECT_THAT(page, HasSubstr("\\fB" + Escaped(entry.name) + "\\fR"));
        EXPECT_THAT(page, HasSubstr("\n" + Escaped(entry.help) + "\n"));
      }
    }
  }
}

TEST(PageTest, SaysWhatAnOptionTakes) {
  const std::vector<Group> groups = {
      {.title = "Its life",
       .entries = {{.name = "--a", .help = "A."},
                   {.name = "--b", .joint = "=", .value = "N", .help = "B."},
                   {.name = "--c", .joint = "[=", .value = "yes|no"},
                   {.name = "--d", .joint = " ", .value = "SRC DEST"}}}};
  EXPECT_EQ(PageOf(".TH @VERSION@\n@OPTIONS@\n.SH END\n", groups, "1.2"),
            ".TH 1.2\n"
            ".SS Its life\n"
            ".TP\n\\fB\\-\\-a\\fR\nA.\n"
            ".TP\n\\fB\\-\\-b\\fR=\\fIN\\fR\nB.\n"
            ".TP\n\\fB\\-\\-c\\fR[=\\fIyes|no\\fR]\n\n"
            ".TP\n\\fB\\-\\-d\\fR \\fISRC DEST\\fR\n\n"
            ".SH END\n");
}

TEST(EscapedTest, LeavesNothingToRoff) {
  EXPECT_EQ(Escaped(".\\-'…"), "\\&.\\e\\-\\(aq\\&...");
}

TEST(EntryTest, KnowsWhatAValueMayBe) {
  EXPECT_THAT(ChoicesOf({.value = "default|strict|none|FILE"}),
              ElementsAre("default", "strict", "none"));
  EXPECT_THAT(ChoicesOf({.value = "SIZE"}), IsEmpty());
  EXPECT_THAT(ChoicesOf({.value = "1-10000"}), IsEmpty());
  EXPECT_TRUE(TakesPath({.value = "SRC[:DEST]"}));
  EXPECT_TRUE(TakesPath({.value = "default|FILE"}));
  EXPECT_FALSE(TakesPath({.value = "NAME"}));
}

TEST(CompletionsTest, HaveEveryOption) {
  const std::vector<Group> groups = GroupsOf("sbx");
  const std::string all[] = {ForBash(groups), ForZsh(groups), ForFish(groups)};
  for (const Group& group : groups) {
    for (const Entry& entry : group.entries) {
      EXPECT_THAT(all[0], HasSubstr(entry.name));
      EXPECT_THAT(all[1], HasSubstr("'*" + entry.name));
      EXPECT_THAT(all[2], HasSubstr(" -l " + entry.name.substr(2) + " "));
    }
  }
}

}  // namespace
}  // namespace sbx::manual
