// SPDX-License-Identifier: Apache-2.0

#include "policy/seccomp/oci.h"

#include <linux/audit.h>
#include <linux/capability.h>
#include <linux/seccomp.h>

#include <algorithm>
#include <cerrno>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "policy/seccomp/interpreter.h"
#include "testing/status.h"

namespace sbx::policy::seccomp {
namespace {

using sys::CapabilitySet;
using test::IsOkAndHolds;
using test::Says;
using ::testing::ElementsAre;
using ::testing::Eq;

constexpr uint32_t kEperm = SECCOMP_RET_ERRNO | EPERM;
constexpr uint32_t kEnosys = SECCOMP_RET_ERRNO | ENOSYS;

// ---- Reading.

TEST(ParseOciProfile, ReadsEveryField) {
  EXPECT_THAT(
      ParseOciProfile(R"({
    "defaultAction": "SCMP_ACT_ERRNO", "defaultErrnoRet": 38,
    "defaultErrno": "ENOSYS",
    "archMap": [{"architecture": "SCMP_ARCH_X86_64",
                 "subArchitectures": ["SCMP_ARCH_X86"]}],
    "architectures": ["SCMP_ARCH_AARCH64"],
    "flags": ["SECCOMP_FILTER_FLAG_TSYNC"],
    "comment": "anything",
    "syscalls": [
      {"names": ["read", "write"], "action": "SCMP_ACT_ALLOW", "args": null,
       "comment": "", "includes": {}, "excludes": {}},
      {"name": "socket", "action": "SCMP_ACT_ERRNO", "errnoRet": 22,
       "args": [{"index": 1, "value": 16, "valueTwo": 3,
                 "op": "SCMP_CMP_MASKED_EQ"}],
       "includes": {"caps": ["CAP_SYS_ADMIN", "CAP_CHOWN"],
                    "arches": ["amd64"], "minKernel": "4.8"},
       "excludes": {"caps": ["CAP_KILL"]}}]})",
                      "p.json"),
      IsOkAndHolds(OciProfile{
          .name = "p.json",
          .default_action = kEnosys,
          .architectures = {"SCMP_ARCH_AARCH64", "SCMP_ARCH_X86_64"},
          .rules = {{.names = {"read", "write"},
                     .action = SECCOMP_RET_ALLOW,
                     .place = "/syscalls/0"},
                    {.names = {"socket"},
                     .action = SECCOMP_RET_ERRNO | EINVAL,
                     .arguments = {{.index = 1,
                                    .comparison = OciOperator::kMaskedEqual,
                                    .value = 16,
                                    .value_two = 3}},
                     .includes = {.capabilities = CapabilitySet::Of(
                                      CAP_SYS_ADMIN, CAP_CHOWN),
                                  .architectures = {"amd64"},
                                  .kernel = KernelVersion{4, 8}},
                     .excludes = {.capabilities = CapabilitySet::Of(CAP_KILL)},
                     .place = "/syscalls/1"}}}));
}

TEST(ParseOciProfile, KnowsEveryAction) {
  const struct {
    std::string name;
    uint32_t action;
  } rows[] = {
      {"KILL", SECCOMP_RET_KILL_THREAD},
      {"KILL_THREAD", SECCOMP_RET_KILL_THREAD},
      {"KILL_PROCESS", SECCOMP_RET_KILL_PROCESS},
      {"TRAP", SECCOMP_RET_TRAP},
      {"ERRNO", kEperm},
      {"TRACE", SECCOMP_RET_TRACE | EPERM},
      {"LOG", SECCOMP_RET_LOG},
      {"ALLOW", SECCOMP_RET_ALLOW},
  };
  for (const auto& row : rows) {
    ASSERT_OK_AND_ASSIGN(
        const OciProfile profile,
        ParseOciProfile(
            absl::StrCat(R"({"defaultAction": "SCMP_ACT_)", row.name, R"("})"),
            "p"));
    EXPECT_EQ(profile.default_action, row.action) << row.name;
  }
}

// A profile with one rule that has such fields besides.
std::string WithRule(const std::string& fields) {
  return absl::StrCat(R"({"defaultAction": "SCMP_ACT_ALLOW", "syscalls": [{)",
                      fields, "}]}");
}

constexpr char kRule[] = R"("names": ["read"], "action": "SCMP_ACT_ERRNO")";

TEST(ParseOciProfile, SaysWhereWhatIsWrong) {
  const std::string rule = absl::StrCat(kRule, ", ");
  const struct {
    std::string json;
    std::string words;
  } rows[] = {
      {"[]", R"("p.json": the whole file is not an object)"},
      {"{}", R"("p.json": the whole file lacks "defaultAction")"},
      {R"({"defaultAction": 1})",
       R"("p.json": /defaultAction is not a string)"},
      {R"({"defaultAction": "ALLOW"})",
       R"("p.json": /defaultAction is "ALLOW", not one of SCMP_ACT_KILL, )"
       "SCMP_ACT_KILL_THREAD, SCMP_ACT_KILL_PROCESS, SCMP_ACT_TRAP, "
       "SCMP_ACT_ERRNO, SCMP_ACT_TRACE, SCMP_ACT_LOG, SCMP_ACT_ALLOW"},
      {R"({"defaultAction": "SCMP_ACT_ALLOW", "sycalls": []})",
       R"("p.json": the whole file has a field "sycalls", which is not one of )"
       "a profile"},
      {R"({"defaultAction": "SCMP_ACT_ERRNO", "defaultErrnoRet": 4096})",
       R"("p.json": /defaultErrnoRet is not a number from 0 to 4095)"},
      {R"({"defaultAction": "SCMP_ACT_ERRNO", "defaultErrnoRet": -1})",
       R"("p.json": /defaultErrnoRet is not a number from 0 to 4095)"},
      {R"({"defaultAction": "SCMP_ACT_ERRNO", "defaultErrno": "EWHAT"})",
       R"("p.json": /defaultErrno is "EWHAT", which no errno is called)"},
      {R"({"defaultAction": "SCMP_ACT_ERRNO", "defaultErrno": "EPERM",
           "defaultErrnoRet": 38})",
       R"("p.json": /defaultErrno is another errno than defaultErrnoRet)"},
      {R"({"defaultAction": "SCMP_ACT_ALLOW",
           "flags": ["SECCOMP_FILTER_FLAG_LOG"]})",
       R"("p.json": /flags/0 is "SECCOMP_FILTER_FLAG_LOG", which sbx cannot do)"},
      {R"({"defaultAction": "SCMP_ACT_ALLOW", "syscalls": {}})",
       R"("p.json": /syscalls is not an array)"},
      {WithRule(""), R"("p.json": /syscalls/0 lacks "names")"},
      {WithRule(R"("names": [])"), R"("p.json": /syscalls/0/names is empty)"},
      {WithRule(R"("names": ["read", 1])"),
       R"("p.json": /syscalls/0/names/1 is not a string)"},
      {WithRule(rule + R"("args": [{"index": 6, "value": 0, "op": ""}])"),
       R"("p.json": /syscalls/0/args/0/index is not a number from 0 to 5)"},
      {WithRule(rule + R"("args": [{"index": 0, "value": 0, "op": "=="}])"),
       R"("p.json": /syscalls/0/args/0/op is "==", not one of SCMP_CMP_NE, )"
       "SCMP_CMP_LT, SCMP_CMP_LE, SCMP_CMP_EQ, SCMP_CMP_GE, SCMP_CMP_GT, "
       "SCMP_CMP_MASKED_EQ"},
      {WithRule(rule + R"("args": [{"index": 0, "op": "SCMP_CMP_EQ"}])"),
       R"("p.json": /syscalls/0/args/0 lacks "value")"},
      {WithRule(rule + R"("includes": {"caps": ["CAP_SYS_ADMN"]})"),
       R"("p.json": /syscalls/0/includes/caps names none: there is no )"
       R"(capability "CAP_SYS_ADMN"; is SYS_ADMIN meant? See capabilities(7))"},
      {WithRule(rule + R"("excludes": {"minKernel": "new"})"),
       R"("p.json": /syscalls/0/excludes/minKernel is "new", no version of a )"
       "kernel"},
      {WithRule(rule + R"("excludes": {"cap": []})"),
       R"("p.json": /syscalls/0/excludes has a field "cap", which is not one )"
       "of a profile"},
  };
  for (const auto& row : rows) {
    EXPECT_THAT(ParseOciProfile(row.json, "p.json"), Says(Eq(row.words)));
  }
}

TEST(ParseOciProfile, NamesTheLineThatIsNoJson) {
  EXPECT_THAT(ParseOciProfile("{\n\n  \"a\" 1\n}", "p.json"),
              Says("\"p.json\": line 3 is not JSON"));
  EXPECT_THAT(ParseOciProfile("", "p.json"), Says("line 1 is not JSON"));
  EXPECT_THAT(ParseOciProfile("[1e999]", "p.json"),
              Says("\"p.json\": \"[json.exception.out_of_range"));
}

TEST(ParseKernelVersion, ReadsWhatUnameSays) {
  const struct {
    std::string release;
    KernelVersion version;
  } rows[] = {{"6.1.0-21-amd64", {6, 1}},
              {"4.8", {4, 8}},
              {"6.10-rc3", {6, 10}},
              {"5.15.0", {5, 15}}};
  for (const auto& row : rows) {
    EXPECT_THAT(ParseKernelVersion(row.release), IsOkAndHolds(row.version));
  }
  for (const char* release : {"", "6", "six.one", "6.x", ".1"}) {
    EXPECT_FALSE(ParseKernelVersion(release).ok()) << release;
  }
}

// ---- Compiling.

constexpr OciSurroundings kHere = {.architecture = Architecture::kX86_64,
                                   .kernel = {6, 1}};

absl::StatusOr<OciFilter> Compiled(const std::string& json,
                                   const OciSurroundings& here = kHere) {
  const absl::StatusOr<OciProfile> profile = ParseOciProfile(json, "p");
  if (!profile.ok()) return profile.status();
  return CompileOciProfile(*profile, here);
}

uint32_t Ask(const OciFilter& filter, absl::string_view call,
             std::vector<uint64_t> arguments = {},
             uint32_t architecture = AUDIT_ARCH_X86_64) {
  const auto number = NumberOf(call, Architecture::kX86_64);
  seccomp_data data = {.nr = static_cast<int>(number.value().value()),
                       .arch = architecture,
                       .instruction_pointer = 0,
                       .args = {}};
  std::copy(arguments.begin(), arguments.end(), data.args);
  return Evaluate(filter.program.instructions, data).action;
}

TEST(CompileOciProfile, AnswersAsTheRulesSay) {
  ASSERT_OK_AND_ASSIGN(const OciFilter filter, Compiled(R"({
    "defaultAction": "SCMP_ACT_ERRNO",
    "syscalls": [
      {"names": ["read", "mseal"], "action": "SCMP_ACT_ALLOW"},
      {"names": ["write"], "action": "SCMP_ACT_ERRNO", "errno": "ENOSYS"},
      {"names": ["ptrace"], "action": "SCMP_ACT_KILL_PROCESS"},
      {"names": ["close"], "action": "SCMP_ACT_ERRNO"}]})"));
  EXPECT_EQ(Ask(filter, "read"), SECCOMP_RET_ALLOW);
  // A call that is newer than libseccomp.
  EXPECT_EQ(Ask(filter, "mseal"), SECCOMP_RET_ALLOW);
  EXPECT_EQ(Ask(filter, "write"), kEnosys);
  EXPECT_EQ(Ask(filter, "ptrace"), SECCOMP_RET_KILL_PROCESS);
  EXPECT_EQ(Ask(filter, "close"), kEperm);
  EXPECT_EQ(Ask(filter, "open"), kEperm);
  EXPECT_EQ(Ask(filter, "read", {}, AUDIT_ARCH_I386), kEnosys);
  EXPECT_THAT(filter.unknown, ElementsAre());
}

TEST(CompileOciProfile, ComparesArguments) {
  const struct {
    std::string comparison;
    std::vector<uint64_t> matches;
    std::vector<uint64_t> others;
  } rows[] = {
      {R"("SCMP_CMP_NE", "value": 5)", {4, 6}, {5}},
      {R"("SCMP_CMP_LT", "value": 5)", {4}, {5, 6}},
      {R"("SCMP_CMP_LE", "value": 5)", {4, 5}, {6}},
      {R"("SCMP_CMP_EQ", "value": 5)", {5}, {4, 6, 5 | 1ull << 32}},
      {R"("SCMP_CMP_GE", "value": 5)", {5, 6}, {4}},
      {R"("SCMP_CMP_GT", "value": 5)", {6}, {5}},
      {R"("SCMP_CMP_MASKED_EQ", "value": 12, "valueTwo": 4)", {4, 7}, {8, 12}},
  };
  for (const auto& row : rows) {
    ASSERT_OK_AND_ASSIGN(const OciFilter filter,
                         Compiled(WithRule(absl::StrCat(
                             kRule, R"(, "args": [{"index": 1, "op": )",
                             row.comparison, "}]"))));
    for (const uint64_t value : row.matches) {
      EXPECT_EQ(Ask(filter, "read", {0, value}), kEperm) << row.comparison;
    }
    for (const uint64_t value : row.others) {
      EXPECT_EQ(Ask(filter, "read", {0, value}), SECCOMP_RET_ALLOW)
          << row.comparison;
    }
  }
}

TEST(CompileOciProfile, WantsAllArgumentsButTakesOneOfThoseForTheSame) {
  ASSERT_OK_AND_ASSIGN(const OciFilter all,
                       Compiled(WithRule(absl::StrCat(kRule, R"(, "args": [
      {"index": 0, "value": 1, "op": "SCMP_CMP_EQ"},
      {"index": 1, "value": 2, "op": "SCMP_CMP_EQ"}])"))));
  EXPECT_EQ(Ask(all, "read", {1, 2}), kEperm);
  EXPECT_EQ(Ask(all, "read", {1, 3}), SECCOMP_RET_ALLOW);
  ASSERT_OK_AND_ASSIGN(const OciFilter one,
                       Compiled(WithRule(absl::StrCat(kRule, R"(, "args": [
      {"index": 0, "value": 1, "op": "SCMP_CMP_EQ"},
      {"index": 0, "value": 2, "op": "SCMP_CMP_EQ"}])"))));
  EXPECT_EQ(Ask(one, "read", {1}), kEperm);
  EXPECT_EQ(Ask(one, "read", {2}), kEperm);
  EXPECT_EQ(Ask(one, "read", {3}), SECCOMP_RET_ALLOW);
}

TEST(CompileOciProfile, AsksAboutCapabilitiesArchitectureAndKernel) {
  const CapabilitySet admin = CapabilitySet::Of(CAP_SYS_ADMIN);
  const struct {
    std::string condition;
    CapabilitySet capabilities;
    bool counts;
  } rows[] = {
      {R"("includes": {"caps": ["CAP_SYS_ADMIN"]})", admin, true},
      {R"("includes": {"caps": ["CAP_SYS_ADMIN"]})", {}, false},
      {R"("includes": {"caps": ["CAP_SYS_ADMIN", "CAP_KILL"]})", admin, false},
      {R"("excludes": {"caps": ["CAP_SYS_ADMIN", "CAP_KILL"]})", admin, false},
      {R"("excludes": {"caps": ["CAP_SYS_ADMIN"]})", {}, true},
      {R"("includes": {"arches": ["arm64", "amd64"]})", {}, true},
      {R"("includes": {"arches": ["arm64"]})", {}, false},
      {R"("excludes": {"arches": ["amd64"]})", {}, false},
      {R"("excludes": {"arches": ["arm64"]})", {}, true},
      {R"("includes": {"minKernel": "6.1"})", {}, true},
      {R"("includes": {"minKernel": "6.2"})", {}, false},
      {R"("excludes": {"minKernel": "4.8"})", {}, false},
      {R"("excludes": {"minKernel": "6.2"})", {}, true},
  };
  for (const auto& row : rows) {
    OciSurroundings here = kHere;
    here.capabilities = row.capabilities;
    ASSERT_OK_AND_ASSIGN(
        const OciFilter filter,
        Compiled(WithRule(absl::StrCat(kRule, ", ", row.condition)), here));
    EXPECT_EQ(Ask(filter, "read"), row.counts ? kEperm : SECCOMP_RET_ALLOW)
        << row.condition;
  }
}

TEST(CompileOciProfile, LeavesOutUnknownNamesOnlyWhereTheyStayRefused) {
  ASSERT_OK_AND_ASSIGN(const OciFilter filter, Compiled(R"({
    "defaultAction": "SCMP_ACT_ERRNO", "syscalls": [
      {"names": ["read", "raed"], "action": "SCMP_ACT_ALLOW"}]})"));
  EXPECT_THAT(filter.unknown, ElementsAre("raed"));
  EXPECT_THAT(
      Compiled(WithRule(R"("names": ["raed"], "action": "SCMP_ACT_ERRNO")")),
      Says(Eq("\"p\": /syscalls/0 refuses a system call that nobody here "
              "knows, \"raed\"")));
  EXPECT_THAT(Compiled(R"({"defaultAction": "SCMP_ACT_ERRNO", "syscalls": [
                {"names": ["raed"], "action": "SCMP_ACT_KILL"}]})"),
              Says("nobody here knows"));
}

TEST(CompileOciProfile, IsForThisMachine) {
  EXPECT_THAT(Compiled(R"({"defaultAction": "SCMP_ACT_ALLOW",
                           "architectures": ["SCMP_ARCH_AARCH64"]})"),
              Says(Eq("\"p\": the profile is not for SCMP_ARCH_X86_64, which "
                      "this machine is")));
}

}  // namespace
}  // namespace sbx::policy::seccomp
