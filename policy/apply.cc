// SPDX-License-Identifier: Apache-2.0

#include "policy/apply.h"

#include "sandbox/sys/landlock.h"
#include "sandbox/sys/seccomp.h"
#include "sandbox/sys/self.h"
#include "sandbox/sys/status.h"

namespace sbx::policy {

namespace {

// Those that were compiled with sbx go to the kernel as they lie in it.
absl::Status Load(const Filter& filter, const Supervisors& supervisors) {
  const auto* built_in = std::get_if<BuiltInFilter>(&filter);
  if (built_in == nullptr ||
      built_in->profile != seccomp::BuiltIn::kSupervisors) {
    return sys::FilterSystemCalls(InstructionsOf(filter));
  }
  return sys::FilterSystemCalls(WithNumbers(filter, supervisors).instructions);
}

}  // namespace

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
  if (plan.held == Held::kGivenUp) return DropAllCapabilities();
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

absl::Status RestrictReach(const Plan& plan) {
  const Landlock& landlock = plan.landlock;
  if (landlock.scopes == 0 && landlock.tcp == 0) return absl::OkStatus();
  return sys::Restrict({.files = landlock.files,
                        .tcp = landlock.tcp,
                        .scopes = landlock.scopes});
}

absl::Status DropAllCapabilities() { return sys::SetCapabilities({}); }

absl::Status LoadGivenFilters(const Plan& plan) {
  const std::vector<Filter>& all = plan.filters.all;
  for (size_t i = all.size() - plan.filters.given; i < all.size(); ++i) {
    SBX_RETURN_IF_ERROR(sys::FilterSystemCalls(InstructionsOf(all[i])));
  }
  return absl::OkStatus();
}

absl::StatusOr<sys::Fd> AskAboutSignals() {
  return sys::FilterWithListener(InstructionsOf(
      BuiltInFilter{seccomp::BuiltIn::kBroker, seccomp::kNothing}));
}

absl::StatusOr<sys::Fd> FilterSystemCalls(const Plan& plan,
                                          const Supervisors& supervisors,
                                          int channel) {
  if (plan.refusals == Refusals::kReported) {
    SBX_ASSIGN_OR_RETURN(const seccomp::Program program,
                         ReportingProgram(plan.filters, channel));
    return sys::FilterWithListener(program.instructions);
  }
  for (const Filter& filter : plan.filters.all) {
    SBX_RETURN_IF_ERROR(Load(filter, supervisors));
  }
  return sys::Fd();
}

}  // namespace sbx::policy
