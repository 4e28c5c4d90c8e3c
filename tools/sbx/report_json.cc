// SPDX-License-Identifier: Apache-2.0

#include "tools/sbx/report_json.h"

#include <nlohmann/json.hpp>

#include "policy/capabilities.h"
#include "sandbox/protections/protections.h"
#include "sandbox/sys/landlock.h"
#include "sandbox/sys/status.h"
#include "tools/sbx/help.h"
#include "tools/sbx/refusals.h"

namespace sbx::tools {
namespace {

using Json = nlohmann::ordered_json;

double Seconds(const timeval& time) {
  return absl::ToDoubleSeconds(absl::DurationFromTimeval(time));
}

std::string OutcomeName(const Report& report) {
  switch (report.cause) {
    case Cause::kTimeLimit:
      return "timed-out";
    case Cause::kParentDeath:
      return "parent-died";
    case Cause::kOutOfMemory:
      return "out-of-memory";
    case Cause::kSandboxKilled:
      return "sandbox-killed";
    case Cause::kItself:
      break;
  }
  return report.status.exited() ? "exited" : "signaled";
}

Json Outcome(const Report& report) {
  Json outcome = {{"kind", OutcomeName(report)}};
  if (report.status.exited()) {
    outcome["status"] = report.status.exit_status();
  } else {
    outcome["signal"] = report.status.signal();
  }
  return outcome;
}

Json TimesOf(const Report& report) {
  return {{"started", absl::FormatTime(absl::RFC3339_full, report.started,
                                       absl::UTCTimeZone())},
          {"elapsed_seconds", absl::ToDoubleSeconds(report.elapsed)},
          {"user_seconds", Seconds(report.usage.ru_utime)},
          {"system_seconds", Seconds(report.usage.ru_stime)}};
}

// The fields of getrusage(2) that Linux fills in.
Json Resources(const rusage& usage) {
  return {{"max_rss_bytes", usage.ru_maxrss * 1024},
          {"minor_faults", usage.ru_minflt},
          {"major_faults", usage.ru_majflt},
          {"blocks_read", usage.ru_inblock},
          {"blocks_written", usage.ru_oublock},
          {"voluntary_switches", usage.ru_nvcsw},
          {"involuntary_switches", usage.ru_nivcsw}};
}

Json Extents(const std::vector<idmap::Extent>& extents) {
  Json rows = Json::array();
  for (const idmap::Extent& extent : extents) {
    rows.push_back({{"inside", extent.inside},
                    {"outside", extent.outside},
                    {"count", extent.count}});
  }
  return rows;
}

Json Namespaces(const sys::Namespaces& own) {
  Json names = Json::array();
  for (const absl::string_view name : NamesOf(own)) {
    names.push_back(std::string(name));
  }
  return names;
}

// Whoever gave them up without the privilege to lock them has the bounding set
// of before, from which no_new_privs lets nothing come.
Json Capabilities(const policy::Plan& policy) {
  const sys::CapabilitySets& sets = policy.capabilities;
  return {{"effective", policy::CapabilityNames(sets.effective)},
          {"permitted", policy::CapabilityNames(sets.permitted)},
          {"inheritable", policy::CapabilityNames(sets.inheritable)},
          {"bounding", policy.held == policy::Held::kGivenUp
                           ? "unchanged"
                           : policy::CapabilityNames(sets.bounding)},
          {"ambient", policy::CapabilityNames(sets.ambient)}};
}

Json Landlock(const policy::Landlock& landlock) {
  Json scopes = Json::array();
  if ((landlock.scopes & sys::kScopeAbstractSockets) != 0) {
    scopes.push_back("abstract_unix_socket");
  }
  if ((landlock.scopes & sys::kScopeSignals) != 0) scopes.push_back("signal");
  Json json = {{"abi_wanted", landlock.wanted},
               {"abi_obtained", landlock.obtained},
               {"scopes", scopes}};
  if (landlock.tcp != 0) json["tcp"] = "none";
  if (!landlock.refused_besides.empty()) {
    json["refused_besides"] = landlock.refused_besides;
  }
  return json;
}

Json Cgroup(const cgroup::Plan& plan) {
  Json limits = Json::object();
  for (const cgroup::Setting& setting : plan.settings) {
    limits[setting.file] = setting.value;
  }
  return {{"route", std::string(cgroup::NameOf(plan.route))},
          {"limits", limits}};
}

// Which layers keep the command from devices that are not listed.
Json Devices(const cgroup::Plan& plan, cgroup::DeviceVerdict verdict) {
  return {{"nodes", "listed"},
          {"limit", std::string(cgroup::NameOf(plan.device_limit))},
          {"filter", std::string(cgroup::NameOf(plan.device_filter))},
          {"cgroup", std::string(cgroup::NameOf(verdict))}};
}

Json Figures(const std::vector<cgroup::Figure>& figures) {
  Json all = Json::object();
  for (const cgroup::Figure& figure : figures) all[figure.name] = figure.value;
  return all;
}

Json Enforced(const Plan& plan) {
  Json limits = Json::object();
  for (const policy::Limit& limit : plan.policy.limits) {
    limits[limit.name] = {{"soft", limit.soft}, {"hard", limit.hard}};
  }
  Json enforced = {
      {"mode", std::string(NameOf(plan.mode))},
      {"namespaces", Namespaces(plan.namespaces)},
      {"network", plan.network == Network::kNone ? "none" : "host"},
      {"uid", plan.ids.uid},
      {"gid", plan.ids.gid},
      {"uid_map", Extents(plan.ids.uids)},
      {"gid_map", Extents(plan.ids.gids)},
      {"setgroups",
       plan.ids.groups == idmap::GroupControl::kAllowed ? "allow" : "deny"},
      {"capabilities", Capabilities(plan.policy)},
      {"securebits", policy::SecurebitNames(plan.policy.securebits)},
      {"no_new_privileges", true},
      {"seccomp", plan.policy.profile},
      {"seccomp_filters", plan.policy.filters.all.size()},
      {"landlock", Landlock(plan.policy.landlock)},
      {"rlimits", limits},
      {"mounts", plan.files.steps.size()}};
  if (!plan.mode_reason.empty()) enforced["mode_reason"] = plan.mode_reason;
  if (IsConfined(plan.mode)) enforced["grants"] = plan.grants.size();
  if (plan.cgroup.route != cgroup::Route::kNone) {
    enforced["cgroup"] = Cgroup(plan.cgroup);
  }
  return enforced;
}

Json Protections(const ProtectionRows& protections) {
  Json rows = Json::array();
  for (const ProtectionRow& protection : protections) {
    Json row = {{"name", std::string(NameOf(protection.protection))},
                {"asked", protection.asked},
                {"wanted", protection.wanted},
                {"obtained", protection.obtained},
                {"state", std::string(NameOf(protection.state))}};
    if (!protection.why.empty()) row["why"] = protection.why;
    rows.push_back(std::move(row));
  }
  return rows;
}

Json Refusals(const Report& report) {
  Json rows = Json::array();
  for (const CountedRefusal& row : report.refusals) {
    rows.push_back({{"call", RefusalText(row.refusal)}, {"count", row.count}});
  }
  return rows;
}

Json Start(int exit_status) {
  return {
      {"version", 1}, {"sbx", kVersion.data()}, {"exit_status", exit_status}};
}

std::string Text(const Json& json) {
  // Arguments may hold any bytes, JSON only UTF-8: the others become U+FFFD.
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace

std::string ReportJson(const Plan& plan, const Report& report,
                       int exit_status) {
  Json json = Start(exit_status);
  json["command"] = plan.command;
  json["outcome"] = Outcome(report);
  json["times"] = TimesOf(report);
  json["resources"] = Resources(report.usage);
  if (!report.figures.empty()) json["cgroup"] = Figures(report.figures);
  json["enforced"] = Enforced(DoneOf(plan, report));
  if (plan.cgroup.device_limit != cgroup::DeviceLimit::kOff) {
    json["enforced"]["devices"] = Devices(plan.cgroup, report.devices);
  }
  json["protections"] = Protections(ProtectionsOf(plan, report));
  if (!report.shortfall.empty()) json["shortfall"] = report.shortfall;
  if (plan.policy.refusals == policy::Refusals::kReported) {
    json["refusals"] = Refusals(report);
  }
  return Text(json);
}

std::string FailureJson(const Plan* plan, const absl::Status& failure,
                        int exit_status) {
  Json json = Start(exit_status);
  if (plan != nullptr) json["command"] = plan->command;
  json["outcome"] = {{"kind", "not-started"},
                     {"step", sys::StepOf(failure)},
                     {"errno", sys::ErrnoOf(failure)},
                     {"message", std::string(failure.message())}};
  if (plan != nullptr) json["planned"] = Enforced(*plan);
  return Text(json);
}

}  // namespace sbx::tools
