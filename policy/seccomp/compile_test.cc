// SPDX-License-Identifier: Apache-2.0

#include "policy/seccomp/compile.h"

#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <seccomp.h>

#include <array>
#include <cerrno>
#include <cstdint>
#include <cstdlib>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "policy/seccomp/groups.h"
#include "policy/seccomp/interpreter.h"
#include "policy/seccomp/numbers.h"

namespace sbx::policy::seccomp {
namespace {

using ::testing::HasSubstr;

constexpr uint32_t kRead = 0;
constexpr uint32_t kWrite = 1;
constexpr uint32_t kClose = 3;

// Above every number that libseccomp or our table knows.
constexpr uint32_t kNumbersEnd = 1024;

constexpr uint32_t kEperm = SECCOMP_RET_ERRNO | EPERM;
constexpr uint32_t kEnosys = SECCOMP_RET_ERRNO | ENOSYS;

// What the groups, compiled for x86_64, answer to a call.
uint32_t Ask(absl::Span<const Group> groups, Grants grants, uint32_t number,
             uint64_t argument = 0, uint32_t arch = AUDIT_ARCH_X86_64) {
  const auto filter =
      Compile({.groups = groups}, grants, Architecture::kX86_64);
  EXPECT_TRUE(filter.ok()) << filter.status();
  if (!filter.ok()) return SECCOMP_RET_KILL_PROCESS;
  return Evaluate(*filter, {.nr = static_cast<int>(number),
                            .arch = arch,
                            .instruction_pointer = 0,
                            .args = {argument, argument, 0, 0, 0, 0}})
      .action;
}

std::optional<std::string> LibseccompName(uint32_t number,
                                          Architecture architecture) {
  char* const name = seccomp_syscall_resolve_num_arch(
      LibseccompArchitecture(architecture), static_cast<int>(number));
  if (name == nullptr) return std::nullopt;
  const std::string copy = name;
  std::free(name);
  return copy;
}

// How many groups list each number.
std::map<uint32_t, int> Listings(Architecture architecture) {
  std::map<uint32_t, int> listings;
  for (const Group& group : DefaultGroups()) {
    for (const absl::string_view call : CallsOf(group)) {
      const auto number = NumberOf(call, architecture);
      EXPECT_TRUE(number.ok()) << number.status();
      if (number.ok() && number->has_value()) ++listings[**number];
    }
  }
  return listings;
}

TEST(DefaultGroups, HoldEveryCallThatLibseccompKnowsExactlyOnce) {
  for (const Architecture architecture : kArchitectures) {
    const std::map<uint32_t, int> listings = Listings(architecture);
    for (uint32_t number = 0; number < kNumbersEnd; ++number) {
      const auto name = LibseccompName(number, architecture);
      if (!name) continue;
      EXPECT_TRUE(listings.contains(number)) << *name << " is in no group";
    }
    for (const auto& [number, times] : listings) EXPECT_EQ(times, 1) << number;
  }
}

TEST(DefaultGroups, HoldEveryNewerCall) {
  const std::map<uint32_t, int> listings = Listings(Architecture::kX86_64);
  for (const NewerCall& call : NewerCalls()) {
    EXPECT_TRUE(listings.contains(call.number)) << call.name;
  }
}

TEST(NumberOf, AgreesWithLibseccompOnTheNewerCallsThatItKnows) {
  for (const NewerCall& call : NewerCalls()) {
    const auto name = LibseccompName(call.number, Architecture::kX86_64);
    if (!name) continue;
    EXPECT_EQ(*name, call.name);
  }
}

TEST(NumberOf, TellsACallThatTheArchitectureLacksFromAnUnknownName) {
  EXPECT_EQ(NumberOf("open", Architecture::kX86_64).value(), 2);
  EXPECT_EQ(NumberOf("open", Architecture::kAarch64).value(), std::nullopt);
  EXPECT_EQ(NumberOf("uretprobe", Architecture::kX86_64).value(), 335);
  EXPECT_EQ(NumberOf("uretprobe", Architecture::kAarch64).value(),
            std::nullopt);
  EXPECT_EQ(NumberOf("mseal", Architecture::kAarch64).value(), 462);
  EXPECT_TRUE(
      absl::IsNotFound(NumberOf("opne", Architecture::kX86_64).status()));
}

TEST(Compile, AnswersEnosysToCallsInNoGroup) {
  const Group groups[] = {{.answer = Answer::kAllow, .calls = "write"}};
  EXPECT_EQ(Ask(groups, kNothing, kWrite), SECCOMP_RET_ALLOW);
  EXPECT_EQ(Ask(groups, kNothing, kRead), kEnosys);
  EXPECT_EQ(Ask(groups, kNothing, kWrite + 1), kEnosys);
  EXPECT_EQ(Ask(groups, kNothing, UINT32_MAX), kEnosys);
  EXPECT_EQ(Ask({}, kNothing, kRead), kEnosys);
}

TEST(Compile, AnswersEnosysToEveryOtherArchitecture) {
  const Group groups[] = {{.answer = Answer::kAllow, .calls = "read write"}};
  EXPECT_EQ(Ask(groups, kNothing, kWrite, 0, AUDIT_ARCH_I386), kEnosys);
  EXPECT_EQ(Ask(groups, kNothing, kWrite, 0, AUDIT_ARCH_AARCH64), kEnosys);
}

TEST(Compile, TheFirstRuleThatMatchesAnswers) {
  const Rule rules[] = {
      {.mask = 0xff, .value = 1, .answer = Answer::kNoSuchFamily},
      {.mask = 0x0f, .value = 1, .answer = Answer::kNotPermitted}};
  const Group groups[] = {
      {.answer = Answer::kAllow, .rules = rules, .calls = "write"}};
  EXPECT_EQ(Ask(groups, kNothing, kWrite, 0x01),
            SECCOMP_RET_ERRNO | EAFNOSUPPORT);
  EXPECT_EQ(Ask(groups, kNothing, kWrite, 0x11), kEperm);
  EXPECT_EQ(Ask(groups, kNothing, kWrite, 0x12), SECCOMP_RET_ALLOW);
}

TEST(Compile, AMaskOf64BitsLooksAtBothHalves) {
  const Rule rules[] = {{.mask = ~uint64_t{0x0f},
                         .value = uint64_t{1} << 32 | 0x20,
                         .answer = Answer::kAllow}};
  const Group groups[] = {{.rules = rules, .calls = "write"}};
  EXPECT_EQ(Ask(groups, kNothing, kWrite, uint64_t{1} << 32 | 0x25),
            SECCOMP_RET_ALLOW);
  EXPECT_EQ(Ask(groups, kNothing, kWrite, 0x25), kEperm);
  EXPECT_EQ(Ask(groups, kNothing, kWrite, uint64_t{1} << 32 | 0x35), kEperm);
}

TEST(Compile, ARuleExistsOnlyWithItsGrant) {
  const Rule rules[] = {
      {.mask = 0xff, .answer = Answer::kNotPermitted, .only_with = kPidOne}};
  const Group groups[] = {
      {.answer = Answer::kAllow, .rules = rules, .calls = "write"}};
  EXPECT_EQ(Ask(groups, kNothing, kWrite), SECCOMP_RET_ALLOW);
  EXPECT_EQ(Ask(groups, kMounts | kPidOne, kWrite), kEperm);
}

TEST(Compile, AGrantAllowsAGroupWholeWhateverItsRulesSay) {
  const Rule rules[] = {{.mask = 0xff, .answer = Answer::kNotPermitted}};
  const Group groups[] = {
      {.allowed_by = kNested | kChroot, .rules = rules, .calls = "write"}};
  EXPECT_EQ(Ask(groups, kMounts, kWrite), kEperm);
  EXPECT_EQ(Ask(groups, kChroot, kWrite), SECCOMP_RET_ALLOW);
}

TEST(Compile, NeighboursWithOneAnswerShareOneComparison) {
  const Group apart[] = {{.answer = Answer::kAllow, .calls = "read close"}};
  const Group together[] = {
      {.answer = Answer::kAllow, .calls = "read write open close"}};
  const auto wide =
      Compile({.groups = together}, kNothing, Architecture::kX86_64);
  const auto narrow =
      Compile({.groups = apart}, kNothing, Architecture::kX86_64);
  // Load, compare, load, one jump, two answers.
  EXPECT_EQ(wide.value().size(), 6);
  EXPECT_EQ(narrow.value().size(), 8);
  EXPECT_EQ(Ask(apart, kNothing, kClose - 1), kEnosys);
}

TEST(Compile, RefusesANameThatNobodyKnows) {
  const Group groups[] = {{.calls = "write wirte"}};
  const auto filter =
      Compile({.groups = groups}, kNothing, Architecture::kX86_64);
  EXPECT_TRUE(absl::IsNotFound(filter.status()));
  EXPECT_THAT(filter.status().message(), HasSubstr("wirte"));
}

TEST(Compile, RefusesACallThatIsListedTwice) {
  const Group groups[] = {{.calls = "read"}, {.calls = "write read"}};
  const auto filter =
      Compile({.groups = groups}, kNothing, Architecture::kX86_64);
  EXPECT_TRUE(absl::IsAlreadyExists(filter.status()));
}

TEST(Compile, RefusesAProgramWhoseJumpsWouldBeTooLong) {
  std::vector<Rule> rules;
  for (uint64_t value = 0; value < 200; ++value) {
    rules.push_back(
        {.mask = 0xffff,
         .value = value,
         .answer = value % 2 ? Answer::kAllow : Answer::kNotImplemented});
  }
  const Group groups[] = {{.rules = rules, .calls = "write"}};
  const auto filter =
      Compile({.groups = groups}, kNothing, Architecture::kX86_64);
  EXPECT_TRUE(absl::IsOutOfRange(filter.status()));
}

}  // namespace
}  // namespace sbx::policy::seccomp
