// SPDX-License-Identifier: Apache-2.0

#include "sandbox/cgroup/apply.h"

#include "sandbox/cgroup/hierarchy.h"
#include "sandbox/cgroup/scope.h"
#include "sandbox/sys/status.h"

namespace sbx::cgroup {

Facts ReadFacts(const Spec& spec) {
  return {.has_systemd =
              IsAskedFor(spec) && spec.route == Route::kAuto && HasSystemd()};
}

absl::StatusOr<Cgroup> MakeCgroup(const Plan& plan,
                                  const std::string& description) {
  if (plan.route == Route::kSystemd) {
    SBX_RETURN_IF_ERROR(EnterScope(plan.slice, description));
  }
  SBX_ASSIGN_OR_RETURN(const Place place, ReadPlace());
  Cgroup cgroup;
  SBX_ASSIGN_OR_RETURN(cgroup.trunk,
                       Trunk::Make(place.Directory(), plan.settings));
  SBX_ASSIGN_OR_RETURN(cgroup.leaf, Leaf::Make(cgroup.trunk, plan.settings));
  return cgroup;
}

absl::Status Cgroup::Remove() {
  SBX_RETURN_IF_ERROR(leaf.Remove());
  return trunk.Leave();
}

}  // namespace sbx::cgroup
