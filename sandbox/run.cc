// SPDX-License-Identifier: Apache-2.0

#include "sandbox/run.h"

#include "sandbox/check.h"
#include "sandbox/facts.h"
#include "sandbox/launch.h"
#include "sandbox/supervise.h"
#include "sandbox/sys/status.h"

namespace sbx {

absl::StatusOr<Plan> Prepare(const Spec& spec, const Caller& caller) {
  SBX_RETURN_IF_ERROR(Check(spec));
  SBX_ASSIGN_OR_RETURN(const Facts facts, ReadFacts(spec, caller));
  return MakePlan(spec, facts);
}

absl::StatusOr<Report> Run(const Plan& plan, const Caller& caller,
                           Announce announce) {
  SBX_ASSIGN_OR_RETURN(Sandbox sandbox, Launch(plan, caller, announce));
  return Supervise(std::move(sandbox), plan);
}

}  // namespace sbx
