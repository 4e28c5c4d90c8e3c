// SPDX-License-Identifier: Apache-2.0

#include "tools/doctor/checks.h"

#include <string>

#include "gtest/gtest.h"

namespace sbx::doctor {
namespace {

constexpr char kWords[] =
    "sbx: making namespaces: clone3(): Operation not permitted\n"
    "sbx: hint: allow them\n";

constexpr Protections kSome = SetOf(Protection::kFiles, Protection::kIds);

constexpr Check kCheck = {.name = "namespaces",
                          .protections = kSome,
                          .trial = "",
                          .weaker_trial = "",
                          .weaker = "",
                          .remedy = "reboot"};

ProtectionRow Weaker(Protection protection, Kept state) {
  return {.protection = protection,
          .obtained = "half of it",
          .state = state,
          .why = "there is no more; buy some"};
}

TEST(FailureOfTest, TakesTheSentenceAndTheHint) {
  EXPECT_EQ(FailureOf(kCheck, kWords),
            (Finding{.name = "namespaces",
                     .protections = kSome,
                     .state = Kept::kNot,
                     .why = "making namespaces: clone3(): Operation not "
                            "permitted",
                     .remedy = "allow them"}));
}

TEST(FailureOfTest, HasARemedyOfItsOwnWithoutAHint) {
  const Finding finding = FailureOf(kCheck, "sbx: no\n");
  EXPECT_EQ(finding.why, "no");
  EXPECT_EQ(finding.remedy, "reboot");
}

TEST(FailureOfTest, WhatHelpsMayStandBehindASemicolon) {
  const Finding finding = FailureOf(kCheck, "sbx: no; do this; or that\n");
  EXPECT_EQ(finding.why, "no");
  EXPECT_EQ(finding.remedy, "do this; or that");
}

TEST(FindingOfTest, WorksIfAllOfItIsKept) {
  const Finding works = {.name = "namespaces", .protections = kSome};
  EXPECT_EQ(FindingOf(kCheck, {Weaker(Protection::kFiles, Kept::kFully)}),
            works);
  // One that has no report, as bwrap.
  EXPECT_EQ(FindingOf(kCheck, {}), works);
}

TEST(FindingOfTest, IsAboutTheLeastOfItsProtections) {
  const ProtectionRows rows = {Weaker(Protection::kNetwork, Kept::kNot),
                               Weaker(Protection::kFiles, Kept::kFully),
                               Weaker(Protection::kIds, Kept::kWeaker)};
  EXPECT_EQ(FindingOf(kCheck, rows),
            (Finding{.name = "namespaces",
                     .protections = kSome,
                     .state = Kept::kWeaker,
                     .why = "half of it: there is no more",
                     .remedy = "buy some"}));
}

TEST(FindingOfTest, IsCalledAsItsProtectionsWithoutAName) {
  Check check = kCheck;
  check.name = "";
  EXPECT_EQ(FindingOf(check, {}).name, "files, ids");
}

TEST(WeakerFindingOfTest, SaysWhatThereIsAndWhyThereIsNoMore) {
  const Finding finding =
      WeakerFindingOf(kCheck, {Weaker(Protection::kIds, Kept::kWeaker)},
                      FailureOf(kCheck, kWords));
  EXPECT_EQ(finding.state, Kept::kWeaker);
  EXPECT_EQ(finding.why,
            "half of it: making namespaces: clone3(): Operation not "
            "permitted");
  EXPECT_EQ(finding.remedy, "allow them");
}

TEST(WeakerFindingOfTest, SaysWhatTheReportDoesNot) {
  Check check = kCheck;
  check.weaker = "one id";
  const Finding finding =
      WeakerFindingOf(check, {Weaker(Protection::kIds, Kept::kFully)},
                      FailureOf(check, "sbx: no\n"));
  EXPECT_EQ(finding.state, Kept::kWeaker);
  EXPECT_EQ(finding.why, "one id: no");
}

TEST(ChecksTest, EachIsForAProtection) {
  for (const Check& check : Checks()) {
    EXPECT_NE(check.protections, Protections{0}) << check.name;
  }
}

TEST(ChecksTest, EachProtectionHasOne) {
  Protections checked = 0;
  for (const Check& check : Checks()) checked |= check.protections;
  for (int i = 0; i < kProtections; ++i) {
    const Protection protection = static_cast<Protection>(i);
    EXPECT_TRUE(Has(checked, protection)) << NameOf(protection);
  }
}

TEST(ChecksTest, OnlyOneThatCanBeWeakerSaysHow) {
  for (const Check& check : Checks()) {
    EXPECT_TRUE(check.weaker.empty() || !check.weaker_trial.empty())
        << check.name;
  }
}

}  // namespace
}  // namespace sbx::doctor
