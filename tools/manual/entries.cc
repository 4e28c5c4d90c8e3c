// SPDX-License-Identifier: Apache-2.0

#include "tools/manual/entries.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "tools/bwrap/table.h"
#include "tools/linux_sandbox/options.h"
#include "tools/sbx/options.h"

namespace sbx::manual {
namespace {

std::string JointOf(tools::Takes takes) {
  switch (takes) {
    case tools::Takes::kNothing:
      return "";
    case tools::Takes::kValue:
      return "=";
    case tools::Takes::kPerhapsAValue:
      return "[=";
  }
  return "";
}

std::vector<Group> Native() {
  std::vector<Group> groups;
  for (const tools::Section& section : tools::Options()) {
    Group group = {.title = std::string(section.title)};
    for (const tools::Option& option : section.options) {
      group.entries.push_back({.name = absl::StrCat("--", option.name),
                               .joint = JointOf(option.takes),
                               .value = std::string(option.value),
                               .help = std::string(option.help)});
    }
    groups.push_back(std::move(group));
  }
  return groups;
}

std::vector<Group> Bwrap() {
  Group group;
  for (const bwrap::Option& option : bwrap::Options()) {
    group.entries.push_back({.name = std::string(option.name),
                             .joint = option.values.empty() ? "" : " ",
                             .value = std::string(option.values),
                             .help = std::string(option.help)});
  }
  return {group};
}

std::vector<Group> LinuxSandbox() {
  Group group;
  for (const linux_sandbox::OptionWords& option :
       linux_sandbox::OptionsInWords()) {
    group.entries.push_back({.name = option.name,
                             .joint = option.value.empty() ? "" : " ",
                             .value = std::string(option.value),
                             .help = std::string(option.help)});
  }
  return {group};
}

bool IsWord(absl::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return absl::ascii_islower(c) || c == '-';
  });
}

}  // namespace

std::vector<Group> GroupsOf(absl::string_view program) {
  if (program == "sbx") return Native();
  if (program == "sbx-bwrap") return Bwrap();
  if (program == "sbx-linux-sandbox") return LinuxSandbox();
  return {};
}

std::vector<std::string> ChoicesOf(const Entry& entry) {
  std::vector<std::string> choices;
  for (const absl::string_view part : absl::StrSplit(entry.value, '|')) {
    if (IsWord(part)) choices.emplace_back(part);
  }
  return choices;
}

bool TakesPath(const Entry& entry) {
  for (const absl::string_view part : absl::StrSplit(entry.value, '|')) {
    for (const absl::string_view kind : {"DIR", "SRC", "FILE", "PATH"}) {
      if (absl::StartsWith(part, kind)) return true;
    }
  }
  return false;
}

}  // namespace sbx::manual
