// SPDX-License-Identifier: Apache-2.0

#include "sandbox/protections/rows.h"

#include <linux/capability.h>

#include <algorithm>
#include <variant>

namespace sbx::protections {

bool Confined(const Circumstances& in) { return IsConfined(in.plan.mode); }

bool LacksLandlock(const Circumstances& in) {
  return Confined(in) && in.plan.kept_rights == 0;
}

bool LacksPidNamespace(const Circumstances& in) {
  return !in.plan.namespaces.pid;
}

bool IsBrokered(const Circumstances& in) {
  return in.plan.policy.boundary == policy::Boundary::kBroker;
}

bool SharesNetwork(const Circumstances& in) {
  return in.plan.network == Network::kHost;
}

const fs::Item* OuterProc(const Circumstances& in) {
  for (const fs::Item& item : in.plan.files.steps) {
    const auto* proc = std::get_if<fs::Proc>(&item.operation);
    if (proc != nullptr && proc->processes != fs::Processes::kOwn) {
      return &item;
    }
  }
  return nullptr;
}

bool MayMount(const Circumstances& in) {
  return !Confined(in) &&
         (in.plan.policy.held == policy::Held::kAnyway ||
          in.plan.policy.capabilities.permitted.Has(CAP_SYS_ADMIN));
}

bool ReportsRefusals(const Circumstances& in) {
  return in.plan.policy.refusals == policy::Refusals::kReported;
}

bool HasBuiltIn(
    const Circumstances& in,
    absl::FunctionRef<bool(const policy::BuiltInFilter& filter)> condition) {
  const std::vector<policy::Filter>& all = in.plan.policy.filters.all;
  return std::ranges::any_of(all, [&](const policy::Filter& one) {
    const auto* built_in = std::get_if<policy::BuiltInFilter>(&one);
    return built_in != nullptr && condition(*built_in);
  });
}

bool HasFilter(const Circumstances& in, policy::seccomp::BuiltIn profile) {
  return !ReportsRefusals(in) && HasBuiltIn(in, [&](const auto& filter) {
    return filter.profile == profile;
  });
}

}  // namespace sbx::protections
