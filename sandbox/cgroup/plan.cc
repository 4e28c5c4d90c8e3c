// SPDX-License-Identifier: Apache-2.0

#include "sandbox/cgroup/plan.h"

#include "absl/strings/str_cat.h"
#include "sandbox/cgroup/parse.h"
#include "sandbox/sys/status.h"

namespace sbx::cgroup {

namespace {

// What is allowed in part has to be limited by a filter of our own: for others
// there is only all or nothing.
absl::Status CheckNarrowed(const std::vector<DeviceRule>& devices) {
  for (const DeviceRule& rule : devices) {
    if (rule.read && rule.write) continue;
    return absl::FailedPreconditionError(absl::StrCat(
        "--device=", rule.name, ":", rule.read ? "r" : "",
        rule.write ? "w" : "", rule.make ? "m" : "",
        " needs a filter of devices, which only root can load; without it the "
        "device can be had as a whole, or not at all"));
  }
  return absl::OkStatus();
}

// The part of the plan that is about devices.
absl::StatusOr<Plan> PlanDevices(const Spec& spec, const Facts& facts) {
  Plan plan;
  if (spec.device_limit == DeviceLimit::kOff) return plan;
  plan.device_limit = spec.device_limit;
  plan.devices = facts.devices;
  if (spec.route != Route::kNone) plan.device_filter = facts.device_filter;
  if (plan.device_filter == DeviceFilter::kNone) {
    SBX_RETURN_IF_ERROR(CheckNarrowed(plan.devices));
  }
  return plan;
}

}  // namespace

bool IsAskedFor(const Spec& spec) {
  return !spec.settings.empty() || spec.route == Route::kSystemd ||
         spec.route == Route::kDirect;
}

bool Plan::IsEmpty() const {
  return route == Route::kNone && device_limit == DeviceLimit::kOff;
}

absl::StatusOr<Plan> PlanCgroup(const Spec& spec, const Facts& facts) {
  SBX_ASSIGN_OR_RETURN(Plan plan, PlanDevices(spec, facts));
  if (!IsAskedFor(spec) && plan.device_filter != DeviceFilter::kProgram) {
    return plan;
  }
  plan.route = spec.route;
  plan.slice = spec.slice;
  plan.settings = WithImplied(spec.settings);
  plan.shortfall = spec.shortfall;
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

absl::string_view NameOf(DeviceLimit limit) {
  static constexpr absl::string_view kNames[] = {"off", "prefer", "require"};
  return kNames[static_cast<int>(limit)];
}

absl::string_view NameOf(DeviceFilter filter) {
  static constexpr absl::string_view kNames[] = {"none", "bpf", "cgroup-v1"};
  return kNames[static_cast<int>(filter)];
}

absl::string_view NameOf(DeviceVerdict verdict) {
  static constexpr absl::string_view kNames[] = {"not-tried", "closed", "open",
                                                 "unknown"};
  return kNames[static_cast<int>(verdict)];
}

}  // namespace sbx::cgroup
