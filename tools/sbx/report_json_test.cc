// SPDX-License-Identifier: Apache-2.0

#include "tools/sbx/report_json.h"

#include <linux/capability.h>
#include <linux/securebits.h>
#include <signal.h>
#include <sys/resource.h>

#include <cerrno>
#include <nlohmann/json.hpp>
#include <string>

#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "sandbox/protections/protections.h"
#include "sandbox/sys/status.h"

namespace sbx::tools {
namespace {

using Json = nlohmann::json;
using ::testing::EndsWith;
using ::testing::Not;

sys::WaitStatus Exited(int status) { return {status << 8}; }
sys::WaitStatus Killed(int signal) { return {signal}; }

Plan SomePlan() {
  return {
      .namespaces = sys::kAllNamespaces,
      .ids = {.uids = {{0, 1000, 1}, {1, 100000, 65536}},
              .gids = {{0, 1000, 1}},
              .groups = idmap::GroupControl::kDenied,
              .uid = 0,
              .gid = 5},
      .files = {.steps = {{.operation = fs::Proc{}}, {.operation = fs::Dev{}}}},
      .policy = {.limits = {{RLIMIT_NOFILE, "nofile", 256, 1024},
                            {RLIMIT_CORE, "core", 0, 0}},
                 .capabilities = {.effective =
                                      policy::CapabilitySet::Of(CAP_CHOWN),
                                  .permitted = policy::CapabilitySet::Of(
                                      CAP_CHOWN, CAP_KILL),
                                  .bounding = policy::CapabilitySet::Of(
                                      CAP_CHOWN, CAP_KILL, CAP_NET_RAW)},
                 .securebits = SECBIT_NOROOT | SECBIT_KEEP_CAPS_LOCKED,
                 .profile = "default",
                 .filters = {.all = {policy::BuiltInFilter{}}},
                 .landlock = {.wanted = 6, .obtained = 7, .scopes = 3}},
      .network = Network::kNone,
      .command = {"make", "two words"}};
}

Json EnforcedOfSomePlan() {
  return Json::parse(R"({
    "mode": "namespace",
    "namespaces":
      ["user", "mount", "pid", "ipc", "uts", "network", "cgroup"],
    "network": "none",
    "uid": 0,
    "gid": 5,
    "uid_map": [
      {"inside": 0, "outside": 1000, "count": 1},
      {"inside": 1, "outside": 100000, "count": 65536}
    ],
    "gid_map": [{"inside": 0, "outside": 1000, "count": 1}],
    "setgroups": "deny",
    "capabilities": {
      "effective": "CAP_CHOWN",
      "permitted": "CAP_CHOWN,CAP_KILL",
      "inheritable": "none",
      "bounding": "CAP_CHOWN,CAP_KILL,CAP_NET_RAW",
      "ambient": "none"
    },
    "securebits": ["noroot", "keep-caps-locked"],
    "no_new_privileges": true,
    "seccomp": "default",
    "seccomp_filters": 1,
    "landlock": {"abi_wanted": 6, "abi_obtained": 7,
                 "scopes": ["abstract_unix_socket", "signal"]},
    "rlimits": {
      "nofile": {"soft": 256, "hard": 1024},
      "core": {"soft": 0, "hard": 0}
    },
    "mounts": 2
  })");
}

Report SomeReport() {
  Report report = {
      .status = Exited(3),
      .started = absl::FromCivil(absl::CivilSecond(2024, 2, 29, 12, 30, 5),
                                 absl::UTCTimeZone()) +
                 absl::Milliseconds(250),
      .elapsed = absl::Milliseconds(1500)};
  report.usage.ru_utime = {.tv_sec = 1, .tv_usec = 250000};
  report.usage.ru_stime = {.tv_sec = 0, .tv_usec = 500000};
  report.usage.ru_maxrss = 2048;
  report.usage.ru_minflt = 11;
  report.usage.ru_majflt = 12;
  report.usage.ru_inblock = 13;
  report.usage.ru_oublock = 14;
  report.usage.ru_nvcsw = 15;
  report.usage.ru_nivcsw = 16;
  return report;
}

TEST(ReportJson, SaysWhatHappened) {
  const std::string text = ReportJson(SomePlan(), SomeReport(), 3);
  Json expected = Json::parse(R"({
    "version": 1,
    "sbx": "0.1.0",
    "exit_status": 3,
    "command": ["make", "two words"],
    "outcome": {"kind": "exited", "status": 3},
    "times": {
      "started": "2024-02-29T12:30:05.25+00:00",
      "elapsed_seconds": 1.5,
      "user_seconds": 1.25,
      "system_seconds": 0.5
    },
    "resources": {
      "max_rss_bytes": 2097152,
      "minor_faults": 11,
      "major_faults": 12,
      "blocks_read": 13,
      "blocks_written": 14,
      "voluntary_switches": 15,
      "involuntary_switches": 16
    }
  })");
  expected["enforced"] = EnforcedOfSomePlan();
  Json actual = Json::parse(text);
  EXPECT_EQ(actual["protections"].size(), ProtectionsOf(SomePlan()).size());
  actual.erase("protections");
  EXPECT_EQ(actual, expected);
}

// What a report on `plan` says of the protection `name`.
Json ProtectionIn(const Plan& plan, const Report& report,
                  const std::string& name) {
  const Json json = Json::parse(ReportJson(plan, report, 0));
  for (const Json& row : json["protections"]) {
    if (row["name"] == name) return row;
  }
  return {};
}

TEST(ReportJson, SaysWhatWasAskedWantedAndObtained) {
  Plan plan = SomePlan();
  EXPECT_EQ(ProtectionIn(plan, SomeReport(), "network"),
            Json({{"name", "network"},
                  {"asked", "default"},
                  {"wanted", "none but its own loopback"},
                  {"obtained", "none but its own loopback"},
                  {"state", "kept"}}));
  plan.network = Network::kHost;
  EXPECT_EQ(ProtectionIn(plan, SomeReport(), "network"),
            Json({{"name", "network"},
                  {"asked", "--net=host"},
                  {"wanted", "none but its own loopback"},
                  {"obtained", "the host's, with everything that it reaches"},
                  {"state", "not kept"},
                  {"why", "there is no network namespace"}}));
}

TEST(ReportJson, IsOneObjectAndANewline) {
  const std::string text = ReportJson(SomePlan(), SomeReport(), 0);
  EXPECT_THAT(text, EndsWith("}\n"));
  EXPECT_THAT(text, Not(EndsWith("\n\n")));
}

TEST(ReportJson, TellsTheOutcomesApart) {
  const struct {
    Cause cause;
    sys::WaitStatus status;
    std::string outcome;
  } rows[] = {
      {Cause::kItself, Exited(0), R"({"kind": "exited", "status": 0})"},
      {Cause::kItself, Exited(124), R"({"kind": "exited", "status": 124})"},
      {Cause::kItself, Killed(SIGSEGV),
       R"({"kind": "signaled", "signal": 11})"},
      {Cause::kTimeLimit, Killed(SIGTERM),
       R"({"kind": "timed-out", "signal": 15})"},
      {Cause::kTimeLimit, Exited(0), R"({"kind": "timed-out", "status": 0})"},
      {Cause::kParentDeath, Killed(SIGKILL),
       R"({"kind": "parent-died", "signal": 9})"},
      {Cause::kOutOfMemory, Killed(SIGKILL),
       R"({"kind": "out-of-memory", "signal": 9})"},
      {Cause::kSandboxKilled, Killed(SIGKILL),
       R"({"kind": "sandbox-killed", "signal": 9})"},
  };
  for (const auto& row : rows) {
    Report report = SomeReport();
    report.cause = row.cause;
    report.status = row.status;
    EXPECT_EQ(Json::parse(ReportJson(SomePlan(), report, 0))["outcome"],
              Json::parse(row.outcome));
  }
}

TEST(ReportJson, SaysWhatWasNotEnforced) {
  Plan plan = SomePlan();
  plan.namespaces.network = false;
  plan.network = Network::kHost;
  plan.ids.groups = idmap::GroupControl::kAllowed;
  plan.policy = {};
  Json expected = EnforcedOfSomePlan();
  expected["namespaces"] = {"user", "mount", "pid", "ipc", "uts", "cgroup"};
  expected["network"] = "host";
  expected["setgroups"] = "allow";
  for (const auto& [name, set] : expected["capabilities"].items()) set = "none";
  expected["securebits"] = Json::array();
  expected["seccomp"] = "none";
  expected["seccomp_filters"] = 0;
  expected["landlock"] = {
      {"abi_wanted", 0}, {"abi_obtained", 0}, {"scopes", Json::array()}};
  expected["rlimits"] = Json::object();
  EXPECT_EQ(Json::parse(ReportJson(plan, SomeReport(), 0))["enforced"],
            expected);
}

TEST(ReportJson, NamesOnlyNamespacesThatAreItsOwn) {
  Plan plan = SomePlan();
  plan.namespaces = {};
  EXPECT_EQ(
      Json::parse(ReportJson(plan, SomeReport(), 0))["enforced"]["namespaces"],
      Json::array());
}

TEST(ReportJson, IsJsonWhateverTheCommandIs) {
  Plan plan = SomePlan();
  plan.command = {"a\n\"\x1b\\", "\xff\xc3\xa9"};
  const Json json = Json::parse(ReportJson(plan, SomeReport(), 0));
  // Bytes that are not UTF-8 become U+FFFD.
  EXPECT_EQ(json["command"], Json({"a\n\"\x1b\\", "\xef\xbf\xbd\xc3\xa9"}));
}

TEST(FailureJson, SaysWhatWasPlannedAndWhatFailed) {
  const Plan plan = SomePlan();
  const absl::Status failure = sys::While(
      "building the root", sys::ErrnoStatus(ENOENT, "open_tree(\"/a\")"));
  Json expected = Json::parse(R"({
    "version": 1,
    "sbx": "0.1.0",
    "exit_status": 125,
    "command": ["make", "two words"],
    "outcome": {
      "kind": "not-started",
      "step": "building the root",
      "errno": 2,
      "message":
        "building the root: open_tree(\"/a\"): No such file or directory"
    }
  })");
  expected["planned"] = EnforcedOfSomePlan();
  EXPECT_EQ(Json::parse(FailureJson(&plan, failure, 125)), expected);
}

TEST(FailureJson, StandsWithoutAPlan) {
  EXPECT_EQ(Json::parse(FailureJson(
                nullptr, absl::InvalidArgumentError("no command"), 125)),
            Json::parse(R"({
              "version": 1,
              "sbx": "0.1.0",
              "exit_status": 125,
              "outcome": {
                "kind": "not-started",
                "step": "",
                "errno": 0,
                "message": "no command"
              }
            })"));
}

TEST(ReportJson, SaysWhatTheCgroupLimitedAndCounted) {
  Plan plan = SomePlan();
  plan.cgroup = {.route = cgroup::Route::kDirect,
                 .settings = {{.file = "pids.max", .value = "5"}}};
  Report report = SomeReport();
  report.figures = {{"pids_peak", 3}};
  const Json json = Json::parse(ReportJson(plan, report, 0));
  EXPECT_EQ(json["enforced"]["cgroup"],
            Json({{"route", "direct"}, {"limits", {{"pids.max", "5"}}}}));
  EXPECT_EQ(json["cgroup"], Json({{"pids_peak", 3}}));
}

TEST(ReportJson, SaysWhatStoodInForTheCgroup) {
  Plan plan = SomePlan();
  plan.cgroup = {.route = cgroup::Route::kDirect,
                 .settings = {{.option = "pids", .value = "5"}}};
  Report report = SomeReport();
  report.shortfall = "no cgroup";
  const Json json = Json::parse(ReportJson(plan, report, 0));
  EXPECT_EQ(json["shortfall"], "no cgroup");
  EXPECT_EQ(ProtectionIn(plan, report, "limit of processes")["why"],
            "no cgroup");
  EXPECT_FALSE(json["enforced"].contains("cgroup"));
  EXPECT_EQ(json["enforced"]["rlimits"]["nproc"],
            Json({{"soft", 5}, {"hard", 5}}));
}

}  // namespace
}  // namespace sbx::tools
