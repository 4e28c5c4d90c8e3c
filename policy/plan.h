// SPDX-License-Identifier: Apache-2.0
//
// What is set on the command before it runs.

#ifndef SBX_POLICY_PLAN_H_
#define SBX_POLICY_PLAN_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "policy/facts.h"
#include "policy/filters.h"
#include "policy/spec.h"
#include "sandbox/sys/capabilities.h"

namespace sbx::policy {

// What the rest of the sandbox means for the policy.
struct Role {
  // The command's user id inside is 0.
  bool is_root = false;
  // The command itself is process 1.
  bool is_process_1 = false;
  bool shares_network = false;
  // Of this kernel; 0: it has no Landlock, or nobody needs it.
  int landlock_abi = 0;
  // There are no namespaces: Landlock, filters and process 1 keep the command
  // from the host's files and processes.
  bool is_confined = false;
  // Where that is so: nobody is to leave the cgroup, by clone3(2).
  bool has_limits = false;
  // And: sbx lacks the privilege to lock its capabilities.
  bool is_unprivileged = false;
  bool operator==(const Role&) const = default;
};

// What keeps the command from signalling others, and ends all that it leaves.
enum class Boundary {
  kPidNamespace,
  // Landlock's, for signals.
  kScope,
  // Process 1, which sends the command's signals itself.
  kBroker,
};

// The ABI of Landlock that is wanted, 0 if none, and what is used of it.
struct Landlock {
  int wanted = 0;
  int obtained = 0;
  // sys::kScope….
  uint64_t scopes = 0;
  // sys::kMayMove, given back everywhere, or none.
  uint64_t files = 0;
  // sys::kTcpRights, or none.
  uint64_t tcp = 0;
  // What filters refuse besides, for want of the ABI that is wanted.
  std::vector<std::string> refused_besides = {};
  bool operator==(const Landlock&) const = default;
};

struct Plan {
  std::vector<Limit> limits = {};
  Held held = Held::kListed;
  sys::CapabilitySets capabilities = {};
  // As linux/securebits.h has them.
  unsigned securebits = 0;
  // How users call the profile of system calls, or its file.
  std::string profile = "none";
  Filters filters = {};
  Refusals refusals = Refusals::kAnswered;
  Landlock landlock = {};
  Boundary boundary = Boundary::kPidNamespace;
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
absl::StatusOr<Plan> PlanPolicy(const Spec& spec, const Facts& facts,
                                const Role& role);

}  // namespace sbx::policy

#endif  // SBX_POLICY_PLAN_H_
