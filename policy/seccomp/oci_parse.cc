// SPDX-License-Identifier: Apache-2.0

#include <linux/seccomp.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <nlohmann/json.hpp>
#include <utility>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/types/span.h"
#include "policy/capabilities.h"
#include "policy/seccomp/oci.h"
#include "sandbox/sys/status.h"

namespace sbx::policy::seccomp {
namespace {

using Json = nlohmann::json;

constexpr struct {
  absl::string_view name;
  uint32_t action;
} kActions[] = {
    {"SCMP_ACT_KILL", SECCOMP_RET_KILL_THREAD},
    {"SCMP_ACT_KILL_THREAD", SECCOMP_RET_KILL_THREAD},
    {"SCMP_ACT_KILL_PROCESS", SECCOMP_RET_KILL_PROCESS},
    {"SCMP_ACT_TRAP", SECCOMP_RET_TRAP},
    {"SCMP_ACT_ERRNO", SECCOMP_RET_ERRNO},
    {"SCMP_ACT_TRACE", SECCOMP_RET_TRACE},
    {"SCMP_ACT_LOG", SECCOMP_RET_LOG},
    {"SCMP_ACT_ALLOW", SECCOMP_RET_ALLOW},
};

constexpr struct {
  absl::string_view name;
  OciOperator comparison;
} kOperators[] = {
    {"SCMP_CMP_NE", OciOperator::kNotEqual},
    {"SCMP_CMP_LT", OciOperator::kLess},
    {"SCMP_CMP_LE", OciOperator::kLessOrEqual},
    {"SCMP_CMP_EQ", OciOperator::kEqual},
    {"SCMP_CMP_GE", OciOperator::kGreaterOrEqual},
    {"SCMP_CMP_GT", OciOperator::kGreater},
    {"SCMP_CMP_MASKED_EQ", OciOperator::kMaskedEqual},
};

// The largest errno that the kernel gives on for a filter (MAX_ERRNO).
constexpr uint64_t kLargestErrno = 4095;

// A value in the file, and the way to it.
class Node {
 public:
  Node(const Json& json, const std::string& file, std::string place)
      : json_(&json), file_(&file), place_(std::move(place)) {}

  const std::string& place() const { return place_; }

  absl::Status Wrong(absl::string_view what) const {
    return absl::InvalidArgumentError(
        absl::StrCat(sys::Quoted(*file_), ": ",
                     place_.empty() ? "the whole file" : place_, " ", what));
  }

  // Only such fields; one that nobody reads may be a mistyped one.
  absl::Status HasOnly(
      const absl::flat_hash_set<absl::string_view>& fields) const {
    if (!json_->is_object()) return Wrong("is not an object");
    for (const auto& field : json_->items()) {
      if (fields.contains(field.key())) continue;
      return Wrong(absl::StrCat("has a field ", sys::Quoted(field.key()),
                                ", which is not one of a profile"));
    }
    return absl::OkStatus();
  }

  // Absent and null are the same.
  std::optional<Node> Find(const std::string& field) const {
    const auto found = json_->find(field);
    if (found == json_->end() || found->is_null()) return std::nullopt;
    return Node(*found, *file_, absl::StrCat(place_, "/", field));
  }

  absl::StatusOr<Node> Get(const std::string& field) const {
    std::optional<Node> found = Find(field);
    if (!found) return Wrong(absl::StrCat("lacks ", sys::Quoted(field)));
    return *std::move(found);
  }

  absl::StatusOr<std::string> String() const {
    if (!json_->is_string()) return Wrong("is not a string");
    return json_->get<std::string>();
  }

  absl::StatusOr<uint64_t> Number(uint64_t largest) const {
    if (!json_->is_number_unsigned() || json_->get<uint64_t>() > largest) {
      return Wrong(absl::StrCat("is not a number from 0 to ", largest));
    }
    return json_->get<uint64_t>();
  }

  absl::StatusOr<std::vector<Node>> Array() const {
    if (!json_->is_array()) return Wrong("is not an array");
    std::vector<Node> nodes;
    for (size_t i = 0; i < json_->size(); ++i) {
      nodes.emplace_back((*json_)[i], *file_, absl::StrCat(place_, "/", i));
    }
    return nodes;
  }

  absl::StatusOr<std::vector<std::string>> Strings() const {
    std::vector<std::string> strings;
    SBX_ASSIGN_OR_RETURN(const std::vector<Node> nodes, Array());
    for (const Node& node : nodes) {
      SBX_ASSIGN_OR_RETURN(strings.emplace_back(), node.String());
    }
    return strings;
  }

 private:
  const Json* json_;
  const std::string* file_;
  std::string place_;
};

// What the row with that name says.
template <typename Row, size_t size>
absl::StatusOr<Row> FindRow(const Row (&rows)[size], const Node& node) {
  SBX_ASSIGN_OR_RETURN(const std::string name, node.String());
  const auto* const row = std::find_if(
      rows, rows + size, [&](const Row& other) { return other.name == name; });
  if (row != rows + size) return *row;
  const auto append_name = [](std::string* out, const Row& other) {
    absl::StrAppend(out, other.name);
  };
  return node.Wrong(absl::StrCat("is ", sys::Quoted(name), ", not one of ",
                                 absl::StrJoin(rows, ", ", append_name)));
}

absl::StatusOr<uint32_t> ErrnoNamed(const Node& node) {
  SBX_ASSIGN_OR_RETURN(const std::string name, node.String());
  for (uint32_t number = 1; number <= kLargestErrno; ++number) {
    const char* const known = strerrorname_np(static_cast<int>(number));
    if (known != nullptr && name == known) return number;
  }
  return node.Wrong(
      absl::StrCat("is ", sys::Quoted(name), ", which no errno is called"));
}

// Which errno is answered: by number, by name as Podman adds it, or EPERM.
absl::StatusOr<uint32_t> ErrnoIn(const Node& node, const std::string& number,
                                 const std::string& name) {
  uint32_t chosen = EPERM;
  if (const std::optional<Node> given = node.Find(number)) {
    SBX_ASSIGN_OR_RETURN(chosen, given->Number(kLargestErrno));
  }
  if (const std::optional<Node> given = node.Find(name)) {
    SBX_ASSIGN_OR_RETURN(const uint32_t named, ErrnoNamed(*given));
    if (node.Find(number) && named != chosen) {
      return given->Wrong(absl::StrCat("is another errno than ", number));
    }
    chosen = named;
  }
  return chosen;
}

absl::StatusOr<uint32_t> ActionIn(const Node& node, const std::string& field,
                                  const std::string& number,
                                  const std::string& name) {
  SBX_ASSIGN_OR_RETURN(const Node action, node.Get(field));
  SBX_ASSIGN_OR_RETURN(const auto row, FindRow(kActions, action));
  SBX_ASSIGN_OR_RETURN(const uint32_t data, ErrnoIn(node, number, name));
  const bool has_data =
      row.action == SECCOMP_RET_ERRNO || row.action == SECCOMP_RET_TRACE;
  return has_data ? row.action | data : row.action;
}

absl::StatusOr<OciArgument> ArgumentIn(const Node& node) {
  SBX_RETURN_IF_ERROR(node.HasOnly({"index", "value", "valueTwo", "op"}));
  SBX_ASSIGN_OR_RETURN(const Node index, node.Get("index"));
  SBX_ASSIGN_OR_RETURN(const Node value, node.Get("value"));
  SBX_ASSIGN_OR_RETURN(const Node comparison, node.Get("op"));
  OciArgument argument;
  SBX_ASSIGN_OR_RETURN(argument.index, index.Number(5));
  SBX_ASSIGN_OR_RETURN(argument.value, value.Number(UINT64_MAX));
  if (const std::optional<Node> second = node.Find("valueTwo")) {
    SBX_ASSIGN_OR_RETURN(argument.value_two, second->Number(UINT64_MAX));
  }
  SBX_ASSIGN_OR_RETURN(const auto row, FindRow(kOperators, comparison));
  argument.comparison = row.comparison;
  return argument;
}

absl::StatusOr<OciCondition> ConditionIn(const Node& node) {
  SBX_RETURN_IF_ERROR(node.HasOnly({"caps", "arches", "minKernel"}));
  OciCondition condition;
  if (const std::optional<Node> given = node.Find("caps")) {
    SBX_ASSIGN_OR_RETURN(const auto names, given->Strings());
    const auto list = ParseCapabilities(absl::StrJoin(names, ","));
    if (!names.empty() && !list.ok()) {
      return given->Wrong(
          absl::StrCat("names none: ", list.status().message()));
    }
    if (!names.empty()) condition.capabilities = list->From({});
  }
  if (const std::optional<Node> given = node.Find("arches")) {
    SBX_ASSIGN_OR_RETURN(condition.architectures, given->Strings());
  }
  if (const std::optional<Node> given = node.Find("minKernel")) {
    SBX_ASSIGN_OR_RETURN(const std::string text, given->String());
    const absl::StatusOr<KernelVersion> version = ParseKernelVersion(text);
    if (!version.ok()) return given->Wrong(version.status().message());
    condition.kernel = *version;
  }
  return condition;
}

// "names", or a single "name" as in older profiles of Docker.
absl::StatusOr<std::vector<std::string>> NamesIn(const Node& node) {
  if (const std::optional<Node> name = node.Find("name")) {
    SBX_ASSIGN_OR_RETURN(std::string only, name->String());
    return std::vector<std::string>{std::move(only)};
  }
  SBX_ASSIGN_OR_RETURN(const Node names, node.Get("names"));
  SBX_ASSIGN_OR_RETURN(std::vector<std::string> all, names.Strings());
  if (all.empty()) return names.Wrong("is empty");
  return all;
}

absl::StatusOr<OciRule> RuleIn(const Node& node) {
  SBX_RETURN_IF_ERROR(
      node.HasOnly({"names", "name", "action", "args", "comment", "includes",
                    "excludes", "errnoRet", "errno"}));
  OciRule rule = {.place = node.place()};
  SBX_ASSIGN_OR_RETURN(rule.names, NamesIn(node));
  SBX_ASSIGN_OR_RETURN(rule.action,
                       ActionIn(node, "action", "errnoRet", "errno"));
  if (const std::optional<Node> given = node.Find("args")) {
    SBX_ASSIGN_OR_RETURN(const std::vector<Node> nodes, given->Array());
    for (const Node& argument : nodes) {
      SBX_ASSIGN_OR_RETURN(rule.arguments.emplace_back(), ArgumentIn(argument));
    }
  }
  if (const std::optional<Node> given = node.Find("includes")) {
    SBX_ASSIGN_OR_RETURN(rule.includes, ConditionIn(*given));
  }
  if (const std::optional<Node> given = node.Find("excludes")) {
    SBX_ASSIGN_OR_RETURN(rule.excludes, ConditionIn(*given));
  }
  return rule;
}

absl::Status AddArchitectures(const Node& node, OciProfile& profile) {
  if (const std::optional<Node> given = node.Find("architectures")) {
    SBX_ASSIGN_OR_RETURN(profile.architectures, given->Strings());
  }
  const std::optional<Node> map = node.Find("archMap");
  if (!map) return absl::OkStatus();
  SBX_ASSIGN_OR_RETURN(const std::vector<Node> rows, map->Array());
  for (const Node& row : rows) {
    SBX_RETURN_IF_ERROR(row.HasOnly({"architecture", "subArchitectures"}));
    SBX_ASSIGN_OR_RETURN(const Node name, row.Get("architecture"));
    SBX_ASSIGN_OR_RETURN(profile.architectures.emplace_back(), name.String());
  }
  return absl::OkStatus();
}

// Threads are filtered together here anyway; what other flags ask for would be
// lost without a word.
absl::Status CheckFlags(const Node& node) {
  const std::optional<Node> given = node.Find("flags");
  if (!given) return absl::OkStatus();
  SBX_ASSIGN_OR_RETURN(const std::vector<Node> flags, given->Array());
  for (const Node& flag : flags) {
    SBX_ASSIGN_OR_RETURN(const std::string name, flag.String());
    if (name == "SECCOMP_FILTER_FLAG_TSYNC") continue;
    return flag.Wrong(
        absl::StrCat("is ", sys::Quoted(name), ", which sbx cannot do"));
  }
  return absl::OkStatus();
}

absl::StatusOr<OciProfile> ProfileIn(const Node& node) {
  SBX_RETURN_IF_ERROR(node.HasOnly(
      {"defaultAction", "defaultErrnoRet", "defaultErrno", "archMap",
       "architectures", "flags", "syscalls", "comment", "_comment"}));
  OciProfile profile;
  SBX_ASSIGN_OR_RETURN(
      profile.default_action,
      ActionIn(node, "defaultAction", "defaultErrnoRet", "defaultErrno"));
  SBX_RETURN_IF_ERROR(AddArchitectures(node, profile));
  SBX_RETURN_IF_ERROR(CheckFlags(node));
  if (const std::optional<Node> given = node.Find("syscalls")) {
    SBX_ASSIGN_OR_RETURN(const std::vector<Node> rows, given->Array());
    for (const Node& row : rows) {
      SBX_ASSIGN_OR_RETURN(profile.rules.emplace_back(), RuleIn(row));
    }
  }
  return profile;
}

size_t LineAt(absl::string_view text, size_t byte) {
  const absl::string_view before = text.substr(0, byte);
  return 1 +
         static_cast<size_t>(std::count(before.begin(), before.end(), '\n'));
}

}  // namespace

absl::StatusOr<OciProfile> ParseOciProfile(absl::string_view json,
                                           absl::string_view name) {
  Json root;
  try {
    root = Json::parse(json.begin(), json.end());
  } catch (const Json::parse_error& error) {
    return absl::InvalidArgumentError(
        absl::StrCat(sys::Quoted(name), ": line ", LineAt(json, error.byte),
                     " is not JSON: ", sys::Quoted(error.what())));
  } catch (const Json::exception& error) {
    // Such as a number that is too large for anything.
    return absl::InvalidArgumentError(
        absl::StrCat(sys::Quoted(name), ": ", sys::Quoted(error.what())));
  }
  const std::string file(name);
  SBX_ASSIGN_OR_RETURN(OciProfile profile, ProfileIn(Node(root, file, "")));
  profile.name = file;
  return profile;
}

absl::StatusOr<KernelVersion> ParseKernelVersion(absl::string_view release) {
  const std::vector<absl::string_view> parts =
      absl::StrSplit(release, absl::MaxSplits('.', 2));
  KernelVersion version;
  if (parts.size() > 1) {
    const absl::string_view minor =
        parts[1].substr(0, parts[1].find_first_not_of("0123456789"));
    if (absl::SimpleAtoi(parts[0], &version.major) &&
        absl::SimpleAtoi(minor, &version.minor)) {
      return version;
    }
  }
  return absl::InvalidArgumentError(
      absl::StrCat("is ", sys::Quoted(release), ", no version of a kernel"));
}

}  // namespace sbx::policy::seccomp
