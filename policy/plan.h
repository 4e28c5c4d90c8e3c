// SPDX-License-Identifier: Apache-2.0
//
// What is set on the command before it runs.

#ifndef SBX_POLICY_PLAN_H_
#define SBX_POLICY_PLAN_H_

#include <optional>
#include <vector>

#include "absl/status/statusor.h"
#include "policy/seccomp/filter.h"
#include "policy/spec.h"
#include "sandbox/sys/capabilities.h"

namespace sbx::policy {

// What the rest of the sandbox means for the policy.
struct Role {
  // The command's user id inside is 0.
  bool is_root = false;
  // The command itself is process 1.
  bool is_process_1 = false;
  bool operator==(const Role&) const = default;
};

struct Plan {
  std::vector<Limit> limits = {};
  Held held = Held::kListed;
  sys::CapabilitySets capabilities = {};
  // As linux/securebits.h has them.
  unsigned securebits = 0;
  // Unset: no filter.
  std::optional<seccomp::Grants> filter = {};
  // Then these, in this order.
  std::vector<seccomp::Program> filters = {};
  bool operator==(const Plan&) const = default;
};

// Plans what `spec` asks for.
//
// A command without capabilities, and one that is not root, can never get
// any more: user id 0 is just a number to it, for good.  A root with
// capabilities works as root does everywhere, within those.
//
// A capability that was asked for and that the kernel would take away again,
// for it is in no set that keeps it, is an error.
absl::StatusOr<Plan> PlanPolicy(const Spec& spec, const Role& role);

}  // namespace sbx::policy

#endif  // SBX_POLICY_PLAN_H_
