// SPDX-License-Identifier: Apache-2.0

#include "sandbox/run.h"

#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "sandbox/cgroup/apply.h"
#include "sandbox/check.h"
#include "sandbox/facts.h"
#include "sandbox/launch.h"
#include "sandbox/steps.h"
#include "sandbox/supervise.h"
#include "sandbox/sys/status.h"

namespace sbx {

absl::StatusOr<Plan> Prepare(const Spec& spec, const Caller& caller) {
  Steps steps(spec.telling);
  SBX_RETURN_IF_ERROR(Check(spec));
  SBX_ASSIGN_OR_RETURN(const Facts facts, ReadFacts(spec, caller));
  steps.Done("asking the host");
  absl::StatusOr<Plan> plan = MakePlan(spec, facts);
  steps.Done("planning");
  return plan;
}

namespace {

// As systemctl(1) shows it: in one line, and not all of a long one.
std::string DescriptionOf(const Plan& plan) {
  constexpr size_t kLongest = 80;
  std::string words = sys::PlainOrQuoted(absl::StrJoin(plan.command, " "));
  if (words.size() > kLongest) words = plan.command[0].substr(0, kLongest);
  return absl::StrCat("sandbox: ", words);
}

absl::StatusOr<Report> RunIn(cgroup::Cgroup cgroup, const Plan& plan,
                             const Caller& caller, Announce announce) {
  const cgroup::DeviceVerdict devices = cgroup.devices;
  SBX_ASSIGN_OR_RETURN(Sandbox sandbox,
                       Launch(plan, caller, announce, std::move(cgroup)));
  SBX_ASSIGN_OR_RETURN(Report report, Supervise(std::move(sandbox), plan));
  report.devices = devices;
  return report;
}

}  // namespace

absl::StatusOr<Report> Run(const Plan& plan, const Caller& caller,
                           Announce announce) {
  if (plan.cgroup.IsEmpty()) {
    return RunIn({}, plan, caller, announce);
  }
  Steps steps(plan.telling);
  absl::StatusOr<cgroup::Cgroup> cgroup =
      cgroup::MakeCgroup(plan.cgroup, DescriptionOf(plan));
  steps.Done("limiting the sandbox");
  if (cgroup.ok()) {
    return RunIn(*std::move(cgroup), plan, caller, announce);
  }
  const absl::Status failure =
      sys::While("limiting the sandbox", cgroup.status());
  if (plan.cgroup.shortfall == cgroup::Shortfall::kIsAnError ||
      plan.cgroup.device_limit == cgroup::DeviceLimit::kRequire) {
    return failure;
  }
  absl::StatusOr<Report> report =
      RunIn({}, WithoutCgroup(plan), caller, announce);
  if (report.ok()) report->shortfall = std::string(failure.message());
  return report;
}

}  // namespace sbx
