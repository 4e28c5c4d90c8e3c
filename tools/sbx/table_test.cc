// SPDX-License-Identifier: Apache-2.0

#include "tools/sbx/table.h"

#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "testing/status.h"

namespace sbx::tools {
namespace {

using test::IsOk;
using test::Says;
using ::testing::ElementsAre;
using ::testing::Eq;
using ::testing::IsEmpty;
using ::testing::Not;

// What was taken, in order, is kept as edits of the environment.
template <char name>
absl::Status Take(absl::string_view value, Draft& draft) {
  if (value == "bad") return absl::InvalidArgumentError("\"bad\" is not good");
  draft.spec.edits.push_back(
      SetVariable{std::string(1, name), std::string(value)});
  return absl::OkStatus();
}

constexpr Option kFirst[] = {
    {"flag", Takes::kNothing, Times::kMany, "", "Help.", Take<'f'>},
    {"many", Takes::kValue, Times::kMany, "VALUE", "Help.", Take<'m'>},
    {"ro", Takes::kValue, Times::kMany, "VALUE", "Help.", Take<'r'>},
};
constexpr Option kSecond[] = {
    {"once", Takes::kValue, Times::kOnce, "A|B", "Help.", Take<'o'>},
    {"perhaps", Takes::kPerhapsAValue, Times::kMany, "X", "Help.", Take<'p'>},
    {"help", Takes::kNothing, Times::kOnce, "", "Help.", Take<'h'>},
};
constexpr Section kSections[] = {{"First", kFirst}, {"Second", kSecond}};

struct Read {
  absl::Status status;
  // "m=1" for --many=1.
  std::vector<std::string> taken;
  std::vector<std::string> command;
};

Read ParseThese(const std::vector<std::string>& arguments) {
  Draft draft;
  Read read;
  read.status = Parse(kSections, arguments, draft);
  for (const EnvironmentEdit& edit : draft.spec.edits) {
    const auto& set = std::get<SetVariable>(edit);
    read.taken.push_back(set.name + "=" + set.value);
  }
  read.command = draft.spec.command;
  return read;
}

TEST(Parse, ReadsOptionsInOrderAndLeavesTheCommand) {
  const struct {
    const char* what;
    std::vector<std::string> arguments;
    std::vector<std::string> taken;
    std::vector<std::string> command;
  } rows[] = {
      {"nothing", {}, {}, {}},
      {"a command", {"ls", "-l"}, {}, {"ls", "-l"}},
      {"a flag", {"--flag", "ls"}, {"f="}, {"ls"}},
      {"= and a value", {"--many=1", "ls"}, {"m=1"}, {"ls"}},
      {"a value by itself", {"--many", "1", "ls"}, {"m=1"}, {"ls"}},
      {"a value with =", {"--many=a=b=c", "ls"}, {"m=a=b=c"}, {"ls"}},
      {"a value by itself with =", {"--many", "a=b"}, {"m=a=b"}, {}},
      {"an empty value", {"--many=", "ls"}, {"m="}, {"ls"}},
      {"an empty value by itself", {"--many", "", "ls"}, {"m="}, {"ls"}},
      {"a value like an option",
       {"--many", "--flag", "x"},
       {"m=--flag"},
       {"x"}},
      {"-- as a value", {"--many", "--", "x"}, {"m=--"}, {"x"}},
      {"perhaps, without", {"--perhaps", "ls"}, {"p="}, {"ls"}},
      {"perhaps, with", {"--perhaps=1", "ls"}, {"p=1"}, {"ls"}},
      {"in order",
       {"--many=1", "--flag", "--once=A", "--many=2"},
       {"m=1", "f=", "o=A", "m=2"},
       {}},
      {"--", {"--flag", "--", "ls"}, {"f="}, {"ls"}},
      {"-- before what looks like options",
       {"--", "--flag", "--none"},
       {},
       {"--flag", "--none"}},
      {"only the first --", {"--", "--", "x"}, {}, {"--", "x"}},
      {"-- of the command", {"ls", "--", "x"}, {}, {"ls", "--", "x"}},
      {"options of the command", {"ls", "--flag"}, {}, {"ls", "--flag"}},
      {"-", {"-", "--flag"}, {}, {"-", "--flag"}},
      {"an empty command", {"", "--flag"}, {}, {"", "--flag"}},
      {"-h", {"-h"}, {"h="}, {}},
      {"any bytes", {"--many=a\n\xff\x1b"}, {"m=a\n\xff\x1b"}, {}},
  };
  for (const auto& row : rows) {
    const Read read = ParseThese(row.arguments);
    EXPECT_OK(read.status) << row.what;
    EXPECT_EQ(read.taken, row.taken) << row.what;
    EXPECT_EQ(read.command, row.command) << row.what;
  }
}

TEST(Parse, RefusesWhatIsNoOptionAndNamesTheNearest) {
  const struct {
    std::string argument;
    std::string words;
  } rows[] = {
      {"--nothing-like-it",
       R"(there is no option "--nothing-like-it"; see sbx --help)"},
      {"--fla",
       R"(there is no option "--fla"; is --flag meant? See sbx --help)"},
      {"--flags",
       R"(there is no option "--flags"; is --flag meant? See sbx --help)"},
      {"--perhasp=1",
       R"(there is no option "--perhasp"; is --perhaps meant? See sbx --help)"},
      {"--Flag",
       R"(there is no option "--Flag"; is --flag meant? See sbx --help)"},
      {"-flag",
       R"(there is no option "-flag"; is --flag meant? See sbx --help)"},
      // Half of a short name is no likeness.
      {"--x", R"(there is no option "--x"; see sbx --help)"},
      {"-x", R"(there is no option "-x"; see sbx --help)"},
      {"--=x", R"(there is no option "--"; see sbx --help)"},
      // What it would have been set to may be a password.
      {"--token=secret", R"(there is no option "--token"; see sbx --help)"},
      {"--a\x1b[31m\xff",
       R"(there is no option "--a\x1b[31m\xff"; see sbx --help)"},
  };
  for (const auto& row : rows) {
    EXPECT_THAT(ParseThese({row.argument, "ls"}).status, Says(Eq(row.words)));
  }
}

TEST(Parse, RefusesAFlagWithAValue) {
  EXPECT_THAT(ParseThese({"--flag=1"}).status,
              Says(Eq("--flag takes no value")));
  EXPECT_THAT(ParseThese({"--flag="}).status,
              Says(Eq("--flag takes no value")));
}

TEST(Parse, SaysWhichValueIsMissing) {
  EXPECT_THAT(ParseThese({"--once"}).status,
              Says(Eq("--once needs a value: --once=A|B")));
}

TEST(Parse, RefusesAnOptionThatContradictsItself) {
  EXPECT_THAT(ParseThese({"--once=A", "--flag", "--once", "B"}).status,
              Says(Eq("--once is given twice and contradicts itself: \"A\" and "
                      "\"B\"")));
  EXPECT_THAT(ParseThese({"--once=A", "--once=B\x1b"}).status,
              Says(Eq("--once is given twice and contradicts itself: \"A\" and "
                      "\"B\\x1b\"")));
}

TEST(Parse, TakesAnOptionThatRepeatsItself) {
  const Read read = ParseThese({"--once=A", "--once=A", "--help", "--help"});
  EXPECT_OK(read.status);
  EXPECT_THAT(read.taken, ElementsAre("o=A", "o=A", "h=", "h="));
}

TEST(Parse, SaysWhichOptionHasABadValueAndReadsNoFurther) {
  const Read read = ParseThese({"--many=1", "--many=bad", "--many=2"});
  EXPECT_THAT(read.status, Says(Eq("--many: \"bad\" is not good")));
  EXPECT_THAT(read.taken, ElementsAre("m=1"));
}

TEST(Parse, FindsNoOptionInNoTable) {
  Draft draft;
  EXPECT_THAT(Parse({}, {"--flag"}, draft), Not(IsOk()));
  EXPECT_THAT(Parse({}, {"ls"}, draft), IsOk());
  EXPECT_THAT(draft.spec.edits, IsEmpty());
}

}  // namespace
}  // namespace sbx::tools
