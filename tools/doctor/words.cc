// SPDX-License-Identifier: Apache-2.0

#include "tools/doctor/words.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"

namespace sbx::doctor {
namespace {

using Json = nlohmann::ordered_json;

std::string Verb(Kept state) {
  static constexpr const char* kVerbs[] = {"works", "weaker", "does not",
                                           "does not"};
  return kVerbs[static_cast<int>(state)];
}

std::string Title(const Finding& finding) {
  const std::string protections =
      absl::StrJoin(NamesOf(finding.protections), ", ");
  if (protections == finding.name) return finding.name;
  return absl::StrCat(finding.name, ": ", protections);
}

// What has the same cause as the one before says it no more.
std::string Lines(const Finding& finding, const Finding* before) {
  std::string text =
      absl::StrFormat("%-10s%s\n", Verb(finding.state), Title(finding));
  if (finding.why.empty()) return text;
  if (before != nullptr && finding.why == before->why) return text;
  absl::StrAppend(&text, "          ", finding.why, "\n");
  if (finding.remedy.empty()) return text;
  return absl::StrCat(text, "          → ", finding.remedy, "\n");
}

}  // namespace

bool IsWell(const std::vector<Finding>& findings) {
  return std::any_of(findings.begin(), findings.end(), [](const Finding& one) {
    return one.name == kDefaultSandbox && one.state == Kept::kFully;
  });
}

std::string Text(const Host& host, const std::vector<Finding>& findings) {
  std::string text = absl::StrCat("sbx ", host.version, " on Linux ",
                                  host.kernel, ", as user ", host.uid, "\n\n");
  const Finding* before = nullptr;
  for (const Finding& finding : findings) {
    absl::StrAppend(&text, Lines(finding, before));
    before = &finding;
  }
  return absl::StrCat(
      text, IsWell(findings) ? "\nThe default sandbox works.\n"
                             : "\nThe default sandbox does not work here.\n");
}

std::string JsonText(const Host& host, const std::vector<Finding>& findings) {
  Json checks = Json::array();
  for (const Finding& finding : findings) {
    Json protections = Json::array();
    for (const absl::string_view name : NamesOf(finding.protections)) {
      protections.push_back(std::string(name));
    }
    Json check = {{"name", finding.name},
                  {"protections", std::move(protections)},
                  {"state", Verb(finding.state)}};
    if (!finding.why.empty()) check["why"] = finding.why;
    if (!finding.remedy.empty()) check["remedy"] = finding.remedy;
    checks.push_back(check);
  }
  const Json json = {{"version", 1},
                     {"sbx", host.version},
                     {"kernel", host.kernel},
                     {"uid", host.uid},
                     {"default_sandbox_works", IsWell(findings)},
                     {"checks", checks}};
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace sbx::doctor
