// SPDX-License-Identifier: Apache-2.0

#include "sandbox/protections/words.h"

#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "policy/capabilities.h"
#include "sandbox/sys/status.h"

namespace sbx::protections {
namespace {

std::string Mode(const Circumstances& in) {
  if (!Confined(in)) return std::string(kByDefault);
  if (!in.plan.mode_reason.empty()) return "--mode=auto";
  return absl::StrCat("--mode=", NameOf(in.plan.mode));
}

std::string ModeReason(const Circumstances& in) {
  return in.plan.mode_reason.empty() ? "Landlock and filters stand in for them"
                                     : in.plan.mode_reason;
}

std::string Namespaces(const Circumstances& in) {
  return absl::StrJoin(NamesOf(in.plan.namespaces), ", ");
}

std::string Exposed(const Circumstances& in) {
  const auto quoted = [](std::string* out, const std::string& name) {
    absl::StrAppend(out, sys::PlainOrQuoted(name));
  };
  return absl::StrJoin(in.plan.exposed, ", ", quoted);
}

std::string Descriptors(const Circumstances& in) {
  return absl::StrJoin(in.plan.descriptors, ", ");
}

std::string ProcReason(const Circumstances& in) {
  const fs::Item* proc = OuterProc(in);
  return proc == nullptr ? "" : proc->reason;
}

std::string Landlock(const Circumstances& in) {
  const int abi = in.plan.policy.landlock.obtained;
  return abi == 0 ? "no Landlock" : absl::StrCat("ABI ", abi, " of Landlock");
}

std::string WantedAbi(const Circumstances& in) {
  return absl::StrCat(in.plan.policy.landlock.wanted);
}

std::string Capabilities(const Circumstances& in) {
  return policy::CapabilityNames(in.plan.policy.capabilities.permitted);
}

std::string Bounding(const Circumstances& in) {
  return policy::CapabilityNames(in.plan.policy.capabilities.bounding);
}

std::string Profile(const Circumstances& in) {
  return sys::PlainOrQuoted(in.plan.policy.profile);
}

// The option that says what becomes of system calls.
std::string Filter(const Circumstances& in) {
  return ReportsRefusals(in) ? "--seccomp-log"
                             : absl::StrCat("--seccomp=", Profile(in));
}

std::string Shortfall(const Circumstances& in) {
  if (in.report != nullptr && !in.report->shortfall.empty()) {
    return in.report->shortfall;
  }
  return "--cgroup=none makes no cgroup";
}

constexpr struct {
  absl::string_view name;
  std::string (*words)(const Circumstances& in);
} kPlaceholders[] = {
    {"{mode}", Mode},
    {"{mode_reason}", ModeReason},
    {"{namespaces}", Namespaces},
    {"{exposed}", Exposed},
    {"{descriptors}", Descriptors},
    {"{proc_reason}", ProcReason},
    {"{landlock}", Landlock},
    {"{abi_wanted}", WantedAbi},
    {"{capabilities}", Capabilities},
    {"{bounding}", Bounding},
    {"{profile}", Profile},
    {"{filter}", Filter},
    {"{shortfall}", Shortfall},
};

}  // namespace

std::string Fill(absl::string_view words, const Circumstances& in) {
  std::vector<std::pair<absl::string_view, std::string>> replacements;
  for (const auto& row : kPlaceholders) {
    replacements.emplace_back(row.name, row.words(in));
  }
  return absl::StrReplaceAll(words, replacements);
}

}  // namespace sbx::protections
