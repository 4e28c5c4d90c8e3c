// SPDX-License-Identifier: Apache-2.0
//
// What is decided about limits, and how it is done.

#ifndef SBX_SANDBOX_CGROUP_PLAN_H_
#define SBX_SANDBOX_CGROUP_PLAN_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "sandbox/cgroup/spec.h"

namespace sbx::cgroup {

struct Facts {
  // Whether systemd can be asked for a scope.
  bool has_systemd = false;
  // The rest only where a device limit is asked for.
  DeviceFilter device_filter = DeviceFilter::kNone;
  // What the sandbox has of devices.
  std::vector<DeviceRule> devices = {};
};

struct Plan {
  // kNone: the sandbox stays in the caller's cgroup.
  Route route = Route::kNone;
  std::string slice = {};
  std::vector<Setting> settings = {};
  Shortfall shortfall = Shortfall::kIsAnError;
  DeviceLimit device_limit = DeviceLimit::kOff;
  DeviceFilter device_filter = DeviceFilter::kNone;
  // Those that may be opened.
  std::vector<DeviceRule> devices = {};
  bool operator==(const Plan&) const = default;

  // Whether there is anything to be done.
  bool IsEmpty() const;
};

// Whether `spec` asks for a cgroup at all.
bool IsAskedFor(const Spec& spec);

// A pure function of the two.
absl::StatusOr<Plan> PlanCgroup(const Spec& spec, const Facts& facts);

// How they are called on the command line and in the report.
absl::string_view NameOf(Route route);
absl::string_view NameOf(DeviceLimit limit);
absl::string_view NameOf(DeviceFilter filter);
absl::string_view NameOf(DeviceVerdict verdict);

}  // namespace sbx::cgroup

#endif  // SBX_SANDBOX_CGROUP_PLAN_H_
