// SPDX-License-Identifier: Apache-2.0

#include "sandbox/environment.h"

#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace sbx {
namespace {

using ::testing::ElementsAre;

const idmap::Login kAna = {"ana", "/home/ana", "/bin/zsh"};

constexpr char kPath[] =
    "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

TEST(PlanEnvironment, IsTheCallersWithWhereTheCommandStarts) {
  EXPECT_THAT(
      PlanEnvironment({.files = {.cwd = "/src"}},
                      {"HOME=/root", "PWD=/old", "EMPTY=", "NO_VALUE"}, kAna),
      ElementsAre("HOME=/root", "EMPTY=", "NO_VALUE", "PWD=/src"));
}

TEST(PlanEnvironment, OfALoginIsThatOfItsUserAndKeepsOnlyTerminalAndLanguage) {
  const std::vector<std::string> callers = {
      "COLORTERM=truecolor",
      "LANG=C",
      "LANGUAGE=en",
      "LC_ALL=C.UTF-8",
      "NO_COLOR=1",
      "TERM=xterm",
      "TZ=UTC",
      // None of these.
      "AWS_SECRET_ACCESS_KEY=1",
      "HOME=/home/other",
      "LD_PRELOAD=/tmp/x.so",
      "LOGNAME=other",
      "PATH=/tmp",
      "PWD=/old",
      "SHELL=/bin/false",
      "SSH_AUTH_SOCK=/run/s",
      "TERMINFO=/x",
      "USER=other",
      "XLC_ALL=1",
  };
  EXPECT_THAT(PlanEnvironment(
                  {.files = {.cwd = "/"}, .environment = Environment::kLogin},
                  callers, kAna),
              ElementsAre("COLORTERM=truecolor", "LANG=C", "LANGUAGE=en",
                          "LC_ALL=C.UTF-8", "NO_COLOR=1", "TERM=xterm",
                          "TZ=UTC", kPath, "HOME=/home/ana", "USER=ana",
                          "LOGNAME=ana", "SHELL=/bin/zsh", "PWD=/"));
}

TEST(PlanEnvironment, OfALoginStandsWithoutACaller) {
  EXPECT_THAT(PlanEnvironment({.environment = Environment::kLogin}, {}, kAna),
              ElementsAre(kPath, "HOME=/home/ana", "USER=ana", "LOGNAME=ana",
                          "SHELL=/bin/zsh", "PWD=/"));
}

TEST(PlanEnvironment, DoesTheEditsInTheirOrder) {
  const std::vector<std::string> callers = {"A=1", "AB=2", "C=3"};
  const struct {
    const char* what;
    std::vector<EnvironmentEdit> edits;
    std::vector<std::string> variables;
  } rows[] = {
      {"set",
       {SetVariable{"D", "4=5"}},
       {"A=1", "AB=2", "C=3", "PWD=/", "D=4=5"}},
      {"replace", {SetVariable{"A", ""}}, {"AB=2", "C=3", "PWD=/", "A="}},
      {"unset", {UnsetVariable{"A"}}, {"AB=2", "C=3", "PWD=/"}},
      {"unset what is not there",
       {UnsetVariable{"B"}},
       {"A=1", "AB=2", "C=3", "PWD=/"}},
      {"even PWD", {UnsetVariable{"PWD"}}, {"A=1", "AB=2", "C=3"}},
      {"clear", {ClearEnvironment{}}, {}},
      {"clear, then set", {ClearEnvironment{}, SetVariable{"A", "9"}}, {"A=9"}},
      {"set, then clear", {SetVariable{"A", "9"}, ClearEnvironment{}}, {}},
      {"set, then unset",
       {SetVariable{"A", "9"}, UnsetVariable{"A"}},
       {"AB=2", "C=3", "PWD=/"}},
      {"the last one counts",
       {SetVariable{"A", "8"}, SetVariable{"A", "9"}},
       {"AB=2", "C=3", "PWD=/", "A=9"}},
  };
  for (const auto& row : rows) {
    EXPECT_EQ(PlanEnvironment({.edits = row.edits}, callers, kAna),
              row.variables)
        << row.what;
  }
}

TEST(PlanEnvironment, TakesAwayEachVariableOfThatName) {
  EXPECT_THAT(PlanEnvironment({.edits = {UnsetVariable{"A"}}},
                              {"A=1", "B=2", "A=3"}, kAna),
              ElementsAre("B=2", "PWD=/"));
}

}  // namespace
}  // namespace sbx
