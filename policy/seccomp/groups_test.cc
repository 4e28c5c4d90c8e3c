// SPDX-License-Identifier: Apache-2.0

#include "policy/seccomp/groups.h"

#include <string>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/string_view.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace sbx::policy::seccomp {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::Field;
using ::testing::IsEmpty;
using ::testing::IsSupersetOf;
using ::testing::Not;
using ::testing::SizeIs;

const Group& GroupWith(absl::string_view call) {
  for (const Group& group : DefaultGroups()) {
    for (const absl::string_view name : CallsOf(group)) {
      if (name == call) return group;
    }
  }
  ADD_FAILURE() << call << " is in no group";
  return DefaultGroups().front();
}

// The outcomes of the group's own row and of its rules' rows.
std::vector<std::string> OutcomesOf(absl::string_view call, Grants grants) {
  std::vector<std::string> outcomes;
  for (const Explanation& row : Explain(BuiltIn::kDefault, grants)) {
    if (row.group == GroupWith(call).name) outcomes.push_back(row.outcome);
  }
  return outcomes;
}

bool IsSentence(absl::string_view text) {
  return text.size() > 10 && absl::ascii_isupper(text.front()) &&
         absl::EndsWith(text, ".");
}

TEST(DefaultGroups, EveryRowGivesItsReasonAsASentence) {
  for (const Group& group : DefaultGroups()) {
    EXPECT_TRUE(IsSentence(group.reason)) << group.name;
    for (const Rule& rule : group.rules) {
      EXPECT_TRUE(IsSentence(rule.reason)) << group.name << ": " << rule.reason;
    }
  }
}

TEST(ConfinedGroups, EveryRowGivesItsReasonAsASentence) {
  for (const BuiltIn profile :
       {BuiltIn::kNeighbours, BuiltIn::kNoSockets, BuiltIn::kInternet,
        BuiltIn::kNoAttributes, BuiltIn::kSupervisors, BuiltIn::kBroker,
        BuiltIn::kNoTruncation, BuiltIn::kNoConnections,
        BuiltIn::kNoDebugging}) {
    EXPECT_FALSE(ConfinedGroups(profile).empty()) << NameOf(profile);
    for (const Group& group : ConfinedGroups(profile)) {
      EXPECT_TRUE(IsSentence(group.reason)) << group.name;
      for (const Rule& rule : group.rules) {
        EXPECT_TRUE(IsSentence(rule.reason)) << group.name;
      }
    }
  }
}

TEST(DefaultGroups, EveryRowHasANameOfItsOwnAndCalls) {
  std::vector<absl::string_view> names;
  for (const Group& group : DefaultGroups()) {
    EXPECT_THAT(names, Not(Contains(group.name)));
    EXPECT_THAT(CallsOf(group), Not(IsEmpty())) << group.name;
    names.push_back(group.name);
  }
}

TEST(DefaultGroups, EveryRuleCanMatch) {
  for (const Group& group : DefaultGroups()) {
    for (const Rule& rule : group.rules) {
      EXPECT_EQ(rule.value & ~rule.mask, 0) << rule.reason;
      EXPECT_GE(rule.argument, 0) << rule.reason;
      EXPECT_LT(rule.argument, 6) << rule.reason;
    }
  }
}

TEST(OtherGroups, EveryRowGivesItsReasonAsASentence) {
  for (const BuiltIn profile : {BuiltIn::kStrict, BuiltIn::kBase}) {
    for (const Group& group : TableOf(profile).groups) {
      EXPECT_TRUE(IsSentence(group.reason)) << group.name;
      for (const Rule& rule : group.rules) {
        EXPECT_TRUE(IsSentence(rule.reason)) << group.name << rule.reason;
      }
    }
  }
}

// A grant that allows part of a group for kPidOne would weaken what is meant
// to be tighter.
TEST(DefaultGroups, BeingProcessOneAllowsNothing) {
  for (const Group& group : DefaultGroups()) {
    EXPECT_EQ(group.allowed_by & kPidOne, 0) << group.name;
    for (const Rule& rule : group.rules) {
      if (rule.only_with & kPidOne) {
        EXPECT_NE(rule.answer, Answer::kAllow) << rule.reason;
      }
    }
  }
}

TEST(AnswerOf, FollowsTheGrants) {
  const Group& mounts = GroupWith("mount");
  EXPECT_EQ(AnswerOf(mounts, kNothing), Answer::kNotPermitted);
  EXPECT_EQ(AnswerOf(mounts, kChroot | kPidOne), Answer::kNotPermitted);
  EXPECT_EQ(AnswerOf(mounts, kMounts), Answer::kAllow);
  EXPECT_EQ(AnswerOf(mounts, kNested | kChroot), Answer::kAllow);
}

TEST(RulesOf, AGroupThatIsAllowedWholeHasNone) {
  const Group& clone = GroupWith("clone");
  EXPECT_THAT(RulesOf(clone, kNothing), SizeIs(1));
  EXPECT_THAT(RulesOf(clone, kMounts), SizeIs(2));
  EXPECT_THAT(RulesOf(clone, kNested | kMounts), IsEmpty());
}

TEST(Explain, SaysWhatIsAllowedRefusedAndByWhichGrant) {
  EXPECT_THAT(OutcomesOf("read", kNothing), Contains("allowed"));
  EXPECT_THAT(OutcomesOf("keyctl", kNothing), Contains("refused (EPERM)"));
  EXPECT_THAT(OutcomesOf("io_uring_setup", kNothing),
              Contains("refused (ENOSYS)"));
  EXPECT_THAT(OutcomesOf("mount", kMounts),
              Contains("allowed by CAP_SYS_ADMIN"));
  EXPECT_THAT(OutcomesOf("mount", kNested), Contains("allowed by nested"));
  EXPECT_THAT(OutcomesOf("chroot", kChroot),
              Contains("allowed by CAP_SYS_CHROOT"));
}

TEST(Explain, PutsEachRuleBelowItsGroup) {
  EXPECT_THAT(OutcomesOf("socket", kNothing),
              IsSupersetOf({"by argument, otherwise refused (EAFNOSUPPORT)",
                            "allowed", "refused (EAFNOSUPPORT)"}));
}

// Refused like every family without a row, but somebody will ask why.
TEST(Explain, SaysWhyEachKnownFamilyIsRefused) {
  std::vector<std::string> refused;
  for (const Explanation& row : Explain(BuiltIn::kDefault, kNothing)) {
    if (row.outcome != "refused (EAFNOSUPPORT)") continue;
    refused.emplace_back(row.reason.substr(0, row.reason.find(' ')));
  }
  EXPECT_THAT(refused, ElementsAre("AF_VSOCK", "AF_BLUETOOTH", "AF_ALG",
                                   "AF_KEY", "AF_PACKET", "AF_XDP"));
}

TEST(Explain, TellsThatProcessOneKeepsItsDeathSignal) {
  EXPECT_THAT(OutcomesOf("prctl", kNothing), SizeIs(1));
  EXPECT_THAT(Explain(BuiltIn::kDefault, kPidOne),
              Contains(AllOf(Field(&Explanation::group, "process settings"),
                             Field(&Explanation::outcome, "refused (EPERM)"))));
}

}  // namespace
}  // namespace sbx::policy::seccomp
