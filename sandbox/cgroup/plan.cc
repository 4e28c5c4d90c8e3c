// SPDX-License-Identifier: Apache-2.0

#include "sandbox/cgroup/plan.h"

#include "absl/strings/str_cat.h"
#include "sandbox/cgroup/parse.h"

namespace sbx::cgroup {

bool IsAskedFor(const Spec& spec) {
  return !spec.settings.empty() || spec.route == Route::kSystemd ||
         spec.route == Route::kDirect;
}

absl::StatusOr<Plan> PlanCgroup(const Spec& spec, const Facts& facts) {
  if (!IsAskedFor(spec)) return Plan();
  Plan plan = {.route = spec.route,
               .slice = spec.slice,
               .settings = WithImplied(spec.settings),
               .shortfall = spec.shortfall};
  if (plan.route == Route::kAuto) {
    plan.route = facts.has_systemd ? Route::kSystemd : Route::kDirect;
  }
  if (plan.route == Route::kNone && plan.shortfall == Shortfall::kIsAnError) {
    return absl::InvalidArgumentError(
        absl::StrCat("--", spec.settings.front().option,
                     " needs a cgroup, which --cgroup=none refuses; "
                     "--limits=best-effort does with less"));
  }
  return plan;
}

absl::string_view NameOf(Route route) {
  static constexpr absl::string_view kNames[] = {"auto", "systemd", "direct",
                                                 "none"};
  return kNames[static_cast<int>(route)];
}

}  // namespace sbx::cgroup
