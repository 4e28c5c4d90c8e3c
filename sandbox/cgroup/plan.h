// SPDX-License-Identifier: Apache-2.0
//
// What is decided about limits, and how it is done.

#ifndef SBX_SANDBOX_CGROUP_PLAN_H_
#define SBX_SANDBOX_CGROUP_PLAN_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "sandbox/cgroup/spec.h"

namespace sbx::cgroup {

struct Facts {
  // Whether systemd can be asked for a scope.
  bool has_systemd = false;
};

struct Plan {
  // kNone: the sandbox stays in the caller's cgroup.
  Route route = Route::kNone;
  std::string slice = {};
  std::vector<Setting> settings = {};
  Shortfall shortfall = Shortfall::kIsAnError;
  bool operator==(const Plan&) const = default;
};

// Whether `spec` asks for a cgroup at all.
bool IsAskedFor(const Spec& spec);

// A pure function of the two.
absl::StatusOr<Plan> PlanCgroup(const Spec& spec, const Facts& facts);

// How a route is called on the command line and in the report.
absl::string_view NameOf(Route route);

}  // namespace sbx::cgroup

#endif  // SBX_SANDBOX_CGROUP_PLAN_H_
