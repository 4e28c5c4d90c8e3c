// SPDX-License-Identifier: Apache-2.0

#include "tools/doctor/words.h"

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace sbx::doctor {
namespace {

using ::testing::HasSubstr;

constexpr char kWords[] =
    "sbx: making namespaces: clone3(): Operation not permitted\n"
    "sbx: hint: allow them\n";

const Check& AnyCheck() {
  static constexpr Check kCheck = {.name = "namespaces",
                                   .trial = "",
                                   .weaker_trial = "",
                                   .weaker = "",
                                   .remedy = "reboot"};
  return kCheck;
}

TEST(FindingOfTest, TakesTheSentenceAndTheHint) {
  EXPECT_EQ(FindingOf(AnyCheck(), kWords),
            (Finding{.name = "namespaces",
                     .state = State::kDoesNot,
                     .why = "making namespaces: clone3(): Operation not "
                            "permitted",
                     .remedy = "allow them"}));
}

TEST(FindingOfTest, HasARemedyOfItsOwnWithoutAHint) {
  const Finding finding = FindingOf(AnyCheck(), "sbx: no\n");
  EXPECT_EQ(finding.why, "no");
  EXPECT_EQ(finding.remedy, "reboot");
}

TEST(FindingOfTest, WhatHelpsMayStandBehindASemicolon) {
  const Finding finding = FindingOf(AnyCheck(), "sbx: no; do this; or that\n");
  EXPECT_EQ(finding.why, "no");
  EXPECT_EQ(finding.remedy, "do this; or that");
}

TEST(TextTest, SaysOneReasonOnce) {
  const std::vector<Finding> findings = {
      {.name = "a", .state = State::kDoesNot, .why = "no", .remedy = "do"},
      {.name = "b", .state = State::kDoesNot, .why = "no", .remedy = "do"}};
  EXPECT_THAT(Text({}, findings), HasSubstr("does not  a\n"
                                            "          no\n"
                                            "          → do\n"
                                            "does not  b\n\n"));
}

TEST(TextTest, SaysWhatWouldChangeIt) {
  const std::vector<Finding> findings = {
      FindingOf(AnyCheck(), kWords), {.name = std::string(kDefaultSandbox)}};
  EXPECT_EQ(Text({.version = "1", .kernel = "6.1", .uid = 7}, findings),
            "sbx 1 on Linux 6.1, as user 7\n\n"
            "does not  namespaces\n"
            "          making namespaces: clone3(): Operation not permitted\n"
            "          → allow them\n"
            "works     the default sandbox\n"
            "\nThe default sandbox works.\n");
}

TEST(TextTest, IsWellOnlyIfTheDefaultSandboxWorks) {
  EXPECT_FALSE(IsWell({{.name = "overlays"}}));
  const std::vector<Finding> findings = {
      {.name = std::string(kDefaultSandbox), .state = State::kDoesNot}};
  EXPECT_FALSE(IsWell(findings));
  EXPECT_THAT(Text({}, findings), HasSubstr("does not work here"));
}

TEST(JsonTextTest, HasTheSame) {
  const auto json = nlohmann::json::parse(
      JsonText({.version = "1", .kernel = "6.1", .uid = 7},
               {FindingOf(AnyCheck(), kWords)}));
  EXPECT_EQ(json["default_sandbox_works"], false);
  EXPECT_EQ(json["checks"][0]["state"], "does not");
  EXPECT_EQ(json["checks"][0]["remedy"], "allow them");
}

TEST(ChecksTest, EachThatIsWeakerSaysHow) {
  for (const Check& check : Checks()) {
    EXPECT_EQ(check.weaker_trial.empty(), check.weaker.empty()) << check.name;
  }
}

}  // namespace
}  // namespace sbx::doctor
