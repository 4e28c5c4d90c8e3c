// SPDX-License-Identifier: Apache-2.0

#include "policy/seccomp/groups.h"

#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"

namespace sbx::policy::seccomp {
namespace {

struct NamedGrant {
  Grants grant;
  absl::string_view name;
};

constexpr NamedGrant kGrantNames[] = {
    {kNested, "nested"},
    {kMounts, "CAP_SYS_ADMIN"},
    {kChroot, "CAP_SYS_CHROOT"},
};

bool Overlap(Grants a, Grants b) { return (uint32_t{a} & uint32_t{b}) != 0; }

std::string OutcomeOf(const Group& group, Grants grants) {
  for (const auto& [grant, name] : kGrantNames) {
    if (Overlap(grant, grants) && Overlap(grant, group.allowed_by)) {
      return absl::StrCat("allowed by ", name);
    }
  }
  const absl::string_view words = Words(AnswerOf(group, grants));
  if (RulesOf(group, grants).empty()) return std::string(words);
  return absl::StrCat("by argument, otherwise ", words);
}

}  // namespace

Table TableOf(BuiltIn profile) {
  switch (profile) {
    case BuiltIn::kDefault:
      return {.groups = DefaultGroups()};
    case BuiltIn::kStrict:
      return {.groups = StrictGroups(), .refused = DefaultGroups()};
    case BuiltIn::kBase:
      return {.groups = BaseGroups(), .otherwise = Answer::kAllow};
    case BuiltIn::kNeighbours:
    case BuiltIn::kNoSockets:
    case BuiltIn::kInternet:
    case BuiltIn::kNoAttributes:
    case BuiltIn::kSupervisors:
    case BuiltIn::kBroker:
    case BuiltIn::kNoTruncation:
    case BuiltIn::kNoConnections:
    case BuiltIn::kNoDebugging:
      return {.groups = ConfinedGroups(profile), .otherwise = Answer::kAllow};
  }
  return {};
}

absl::string_view NameOf(BuiltIn profile) {
  switch (profile) {
    case BuiltIn::kDefault:
      return "default";
    case BuiltIn::kStrict:
      return "strict";
    case BuiltIn::kBase:
      return "base";
    case BuiltIn::kNeighbours:
      return "neighbours";
    case BuiltIn::kNoSockets:
      return "no sockets";
    case BuiltIn::kInternet:
      return "internet";
    case BuiltIn::kNoAttributes:
      return "no attributes";
    case BuiltIn::kSupervisors:
      return "supervisors";
    case BuiltIn::kBroker:
      return "broker";
    case BuiltIn::kNoTruncation:
      return "no truncation";
    case BuiltIn::kNoConnections:
      return "no connections";
    case BuiltIn::kNoDebugging:
      return "no debugging";
  }
  return "";
}

std::vector<absl::string_view> CallsOf(const Group& group) {
  return absl::StrSplit(group.calls, ' ', absl::SkipEmpty());
}

std::vector<Rule> RulesOf(const Group& group, Grants grants) {
  std::vector<Rule> rules;
  if (Overlap(group.allowed_by, grants)) return rules;
  for (const Rule& rule : group.rules) {
    if (rule.only_with == kNothing || Overlap(rule.only_with, grants)) {
      rules.push_back(rule);
    }
  }
  return rules;
}

Answer AnswerOf(const Group& group, Grants grants) {
  return Overlap(group.allowed_by, grants) ? Answer::kAllow : group.answer;
}

absl::string_view Words(Answer answer) {
  switch (answer) {
    case Answer::kAllow:
      return "allowed";
    case Answer::kNotPermitted:
      return "refused (EPERM)";
    case Answer::kNotImplemented:
      return "refused (ENOSYS)";
    case Answer::kNoSuchFamily:
      return "refused (EAFNOSUPPORT)";
    case Answer::kAsk:
      return "asked about";
  }
  return "";
}

std::vector<Explanation> Explain(BuiltIn profile, Grants grants) {
  std::vector<Explanation> rows;
  for (const Group& group : TableOf(profile).groups) {
    rows.push_back({group.name, OutcomeOf(group, grants), group.reason});
    for (const Rule& rule : RulesOf(group, grants)) {
      rows.push_back(
          {group.name, std::string(Words(rule.answer)), rule.reason});
    }
  }
  return rows;
}

}  // namespace sbx::policy::seccomp
