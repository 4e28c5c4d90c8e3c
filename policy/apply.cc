// SPDX-License-Identifier: Apache-2.0

#include "policy/apply.h"

#include "sandbox/sys/self.h"
#include "sandbox/sys/status.h"

namespace sbx::policy {

absl::Status SetLimits(const Plan& plan) {
  for (const Limit& limit : plan.limits) {
    SBX_RETURN_IF_ERROR(
        sys::SetLimit(limit.resource, limit.name,
                      {.rlim_cur = limit.soft, .rlim_max = limit.hard}));
  }
  return absl::OkStatus();
}

absl::Status LockCapabilities(const Plan& plan) {
  if (plan.held == Held::kAnyway) return absl::OkStatus();
  const sys::CapabilitySets& sets = plan.capabilities;
  // Bounding set and securebits need CAP_SETPCAP, which the sets may take away;
  // raising ambient ones needs them permitted, and is refused once the
  // securebits are there: so the order is bound, set, raise, lock, with
  // CAP_SETPCAP kept until the lock.
  const CapabilitySet lock = CapabilitySet::Of(CAP_SETPCAP);
  SBX_RETURN_IF_ERROR(sys::BoundCapabilities(sets.bounding));
  SBX_RETURN_IF_ERROR(sys::SetCapabilities({.effective = sets.effective | lock,
                                            .permitted = sets.permitted | lock,
                                            .inheritable = sets.inheritable}));
  SBX_RETURN_IF_ERROR(sys::RaiseAmbient(sets.ambient));
  SBX_RETURN_IF_ERROR(sys::SetSecurebits(plan.securebits));
  if (sets.permitted.Has(CAP_SETPCAP)) return absl::OkStatus();
  return sys::SetCapabilities(sets);
}

absl::Status DropAllCapabilities() { return sys::SetCapabilities({}); }

absl::Status LoadFilters(const Plan& plan) {
  for (const seccomp::Program& program : plan.filters) {
    SBX_RETURN_IF_ERROR(sys::FilterSystemCalls(program.instructions));
  }
  return absl::OkStatus();
}

absl::Status FilterSystemCalls(const Plan& plan) {
  if (plan.filter.has_value()) {
    SBX_RETURN_IF_ERROR(sys::FilterSystemCalls(
        seccomp::BuiltInFilter(seccomp::BuiltIn::kDefault, *plan.filter)));
  }
  return LoadFilters(plan);
}

}  // namespace sbx::policy
