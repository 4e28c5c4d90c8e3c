// SPDX-License-Identifier: Apache-2.0

#ifndef SBX_SANDBOX_PLAN_H_
#define SBX_SANDBOX_PLAN_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "fs/grants.h"
#include "fs/plan.h"
#include "idmap/plan.h"
#include "policy/plan.h"
#include "sandbox/cgroup/plan.h"
#include "sandbox/facts.h"
#include "sandbox/spec.h"
#include "sandbox/sys/process.h"

namespace sbx {

// The root of Mode::kChroot.
struct ChrootPlan {
  std::string directory = {};
  // Bound onto itself before, in a mount namespace of sbx's own, where that can
  // be had; why not, if it cannot.
  Own mount = Own::kNo;
  std::string no_mount_reason = {};
  fs::Access access = fs::Access::kReadWrite;
  // What in it speaks for the kernel, and is read-only where there is a mount.
  std::vector<std::string> kernel_files = {};
  bool operator==(const ChrootPlan&) const = default;
};

// Everything that will be done, as data.
struct Plan {
  Mode mode = Mode::kNamespace;
  std::string mode_reason = {};
  // Where that is Mode::kChroot.
  ChrootPlan chroot = {};
  // sbx starts by leaving the chroot that it is in.
  bool leave_chroot = false;
  // The first process leaves the initial ramfs before it builds the root.
  bool leave_initial_ramfs = false;
  sys::Namespaces namespaces = {};
  JoinedNamespaces joined = {};
  UserNamespacesInside user_namespaces = UserNamespacesInside::kPerhaps;
  idmap::Plan ids = {};
  fs::Plan files = {};
  // In place of the steps of that, where there are no mounts.
  std::vector<fs::Grant> grants = {};
  // Whether stores of secrets are hidden in either, and what of them is not.
  LoginSecrets login_secrets = LoginSecrets::kShown;
  std::vector<std::string> exposed = {};
  // The rights over files that Landlock keeps, but for what those give.
  uint64_t kept_rights = 0;
  policy::Plan policy = {};
  cgroup::Plan cgroup = {};
  Network network = Network::kNone;
  Loopback loopback = Loopback::kUp;
  // Empty: that of the host.
  std::string host_name = {};
  std::string domain_name = {};
  // The program to run, and its arguments.
  std::string program = {};
  std::vector<std::string> command = {};
  std::vector<std::string> environment = {};
  Session session = Session::kCallers;
  ProcessOne process_one = ProcessOne::kReaper;
  ParentDeath parent_death = ParentDeath::kEndsSandbox;
  Leftovers leftovers = Leftovers::kEnd;
  Signals signals = Signals::kPassedOn;
  Inheritance inheritance = Inheritance::kListed;
  std::vector<int> descriptors = {};
  std::vector<int> held = {};
  std::vector<std::string> locks = {};
  Birth birth = Birth::kUnannounced;
  std::optional<int> ids_ready = {};
  std::optional<int> go_ahead = {};
  Telling telling = Telling::kNothing;
  Interrupt interrupt = Interrupt::kPassedOn;
  absl::Duration time_limit = absl::InfiniteDuration();
  absl::Duration grace = absl::ZeroDuration();
  bool operator==(const Plan&) const = default;
};

// What is left of `plan` where there is no cgroup: resource limits of
// setrlimit(2) in place of those that have one.
Plan WithoutCgroup(Plan plan);

// Whether the first process waits for sbx before it does anything.
bool WaitsForParent(const Plan& plan);

// The names of those that are its own: "user", "mount" and so on.
std::vector<absl::string_view> NamesOf(const sys::Namespaces& own);

// A pure function of the two.
absl::StatusOr<Plan> MakePlan(const Spec& spec, const Facts& facts);

}  // namespace sbx

#endif  // SBX_SANDBOX_PLAN_H_
