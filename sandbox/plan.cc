// SPDX-License-Identifier: Apache-2.0

#include "sandbox/plan.h"

#include <linux/capability.h>
#include <sys/resource.h>

#include <algorithm>
#include <iterator>
#include <utility>

#include "absl/algorithm/container.h"
#include "absl/strings/numbers.h"
#include "idmap/extents.h"
#include "sandbox/chroot_plan.h"
#include "sandbox/environment.h"
#include "sandbox/limits_hold.h"
#include "sandbox/sys/landlock.h"
#include "sandbox/sys/status.h"

namespace sbx {
namespace {

// Debian's and everybody's number for the group "tty".
constexpr uint32_t kTtyGroup = 5;

bool Gets(Own own, bool possible) {
  return own == Own::kYes || (own == Own::kIfPossible && possible);
}

sys::Namespaces PlanNamespaces(const Spec& spec, const Facts& facts) {
  if (IsConfined(spec.mode)) return {};
  return {.user = Gets(spec.own.user, facts.user_namespaces),
          .mount = true,
          .pid = Gets(spec.own.pid, true),
          .ipc = Gets(spec.own.ipc, true),
          .uts = Gets(spec.own.uts, true),
          .network = spec.network == Network::kNone,
          .cgroup = Gets(spec.own.cgroup, facts.cgroup_namespaces)};
}

std::vector<std::string> PlanCommand(const Spec& spec) {
  std::vector<std::string> command = spec.command;
  if (spec.name) command[0] = *spec.name;
  return command;
}

// With a user namespace comes a copy of the mounts, and the kernel makes none
// in a chroot (clone(2), EPERM).  But what limits user namespaces writes in the
// /proc of outside to the end.
bool HasOwnMounts(const Plan& plan) {
  return plan.namespaces.user &&
         plan.user_namespaces != UserNamespacesInside::kPrevented;
}

fs::Inside InsideOf(const Plan& plan, const Facts& facts) {
  return {
      .has_own_mounts = HasOwnMounts(plan),
      .has_host_root =
          facts.root_is_hosts && idmap::InsideOf(plan.ids.uids, 0).has_value(),
      .has_tty_group = idmap::OutsideOf(plan.ids.gids, kTtyGroup).has_value()};
}

// Whether somebody asked for what is to be at `path`.
bool IsAskedFor(const fs::Spec& files, absl::string_view path) {
  return std::any_of(
      files.items.begin(), files.items.end(), [&](const fs::Item& item) {
        return item.reason.empty() && fs::InsideOf(item.operation) == path;
      });
}

// The files that name the command's user, where idmap found that they do not.
std::vector<fs::Item> AccountsOf(const idmap::Plan& ids,
                                 const fs::Spec& files) {
  const struct {
    const char* path;
    const std::optional<std::string>& text;
  } rows[] = {{"/etc/passwd", ids.passwd}, {"/etc/group", ids.group}};
  std::vector<fs::Item> accounts;
  for (const auto& row : rows) {
    if (!row.text || IsAskedFor(files, row.path)) continue;
    accounts.push_back(
        {.operation = fs::Text{.inside = row.path, .text = *row.text},
         .reason = "names the command's user, who had no entry"});
  }
  return accounts;
}

absl::StatusOr<fs::Plan> PlanRoot(const Spec& spec, const Facts& facts,
                                  const Plan& plan) {
  const fs::Inside inside = InsideOf(plan, facts);
  std::vector<fs::Item> more = AccountsOf(plan.ids, spec.files);
  absl::c_move(CoversOfCgroups(spec), std::back_inserter(more));
  // Most need no copy.
  if (more.empty()) return fs::PlanRoot(spec.files, facts.files, inside);
  fs::Spec files = spec.files;
  absl::c_move(more, std::back_inserter(files.items));
  return fs::PlanRoot(files, facts.files, inside);
}

absl::Status PlanFiles(const Spec& spec, const Facts& facts, Plan& plan) {
  if (IsConfined(spec.mode)) {
    plan.files.cwd = spec.files.cwd;
    SBX_ASSIGN_OR_RETURN(plan.grants, fs::PlanGrants(spec.files, facts.files));
    plan.kept_rights = sys::FileRightsOf(facts.landlock_abi);
    // Then nothing keeps any other right either.
    if (plan.kept_rights == 0) plan.grants.clear();
    return absl::OkStatus();
  }
  SBX_ASSIGN_OR_RETURN(plan.files, PlanRoot(spec, facts, plan));
  return absl::OkStatus();
}

// A root is locked in its place by the user namespace that it was copied into,
// but for one that was put over the initial ramfs there: whoever takes that
// away is in the ramfs, and in all that is mounted in it.
absl::Status CheckInitialRamfs(const Plan& plan) {
  const bool has_own_mounts = plan.namespaces.user || plan.joined.user;
  const bool has_rights_over_them =
      has_own_mounts && !plan.joined.user_of_command &&
      plan.user_namespaces != UserNamespacesInside::kPrevented &&
      plan.policy.capabilities.permitted.Has(CAP_SYS_ADMIN);
  if (!plan.leave_initial_ramfs || !has_rights_over_them) {
    return absl::OkStatus();
  }
  return absl::FailedPreconditionError(
      "with CAP_SYS_ADMIN the command could take its root away and be in this "
      "machine's initial ramfs, which lies below it; take the capability away, "
      "or have the machine leave its initial ramfs (switch_root(8))");
}

policy::Role RoleOf(const Spec& spec, const Facts& facts, const Plan& plan) {
  return {.is_root = plan.ids.uid == 0,
          .is_process_1 = spec.process_one == ProcessOne::kCommand,
          .shares_network = spec.network == Network::kHost,
          .landlock_abi = facts.landlock_abi,
          .is_confined = IsConfined(spec.mode),
          .has_limits = HasLimits(spec),
          .is_unprivileged = spec.mode == Mode::kLandlock};
}

// A limit of a cgroup that counts what a resource limit counts too, for each
// process (as) or for the user (nproc).
constexpr struct {
  absl::string_view option;
  int resource;
  const char* name;
} kStandIns[] = {{"memory", RLIMIT_AS, "as"}, {"pids", RLIMIT_NPROC, "nproc"}};

}  // namespace

Plan WithoutCgroup(Plan plan) {
  for (const cgroup::Setting& setting : plan.cgroup.settings) {
    for (const auto& row : kStandIns) {
      uint64_t value = 0;
      if (setting.option != row.option ||
          !absl::SimpleAtoi(setting.value, &value)) {
        continue;
      }
      // First, for what was asked for as such comes after it.
      plan.policy.limits.insert(plan.policy.limits.begin(),
                                {.resource = row.resource,
                                 .name = row.name,
                                 .soft = value,
                                 .hard = value});
    }
  }
  plan.cgroup.route = cgroup::Route::kNone;
  return plan;
}

std::vector<absl::string_view> NamesOf(const sys::Namespaces& own) {
  const struct {
    bool own;
    absl::string_view name;
  } rows[] = {{own.user, "user"},    {own.mount, "mount"},
              {own.pid, "pid"},      {own.ipc, "ipc"},
              {own.uts, "uts"},      {own.network, "network"},
              {own.cgroup, "cgroup"}};
  std::vector<absl::string_view> names;
  for (const auto& row : rows) {
    if (row.own) names.push_back(row.name);
  }
  return names;
}

bool WaitsForParent(const Plan& plan) {
  return plan.birth == Birth::kAnnounced ||
         plan.ids.writer == idmap::Writer::kHelpers ||
         plan.ids.writer == idmap::Writer::kParent;
}

absl::StatusOr<Plan> MakePlan(const Spec& spec, const Facts& facts) {
  const absl::Status held = CheckLimitsHold(spec, facts.places_of_shares);
  if (!held.ok()) return held;
  Plan plan = {.mode = spec.mode,
               .mode_reason = spec.mode_reason,
               .leave_chroot = facts.in_chroot,
               .leave_initial_ramfs = facts.in_initial_ramfs,
               .namespaces = PlanNamespaces(spec, facts),
               .joined = spec.joined,
               .user_namespaces = spec.user_namespaces,
               .login_secrets = spec.login_secrets,
               .exposed = spec.exposed,
               .network = spec.network,
               .loopback = spec.loopback,
               .host_name = spec.host_name.value_or(""),
               .domain_name = spec.domain_name.value_or(""),
               .program = spec.command.at(0),
               .command = PlanCommand(spec),
               .session = spec.session,
               .process_one = spec.process_one,
               .parent_death = spec.parent_death,
               .leftovers = spec.leftovers,
               .signals = spec.signals,
               .inheritance = spec.inheritance,
               .descriptors = spec.descriptors,
               .held = spec.held,
               .locks = spec.locks,
               .birth = spec.birth,
               .ids_ready = spec.ids_ready,
               .go_ahead = spec.go_ahead,
               .telling = spec.telling,
               .interrupt = spec.interrupt,
               .time_limit = spec.time_limit,
               .grace = spec.grace};
  idmap::Spec ids = spec.ids;
  if (!plan.namespaces.user) ids.ids = idmap::Ids::kGiven;
  SBX_ASSIGN_OR_RETURN(plan.ids, idmap::PlanIds(ids, facts.ids));
  SBX_RETURN_IF_ERROR(PlanFiles(spec, facts, plan));
  SBX_ASSIGN_OR_RETURN(
      plan.policy,
      policy::PlanPolicy(spec.policy, facts.policy, RoleOf(spec, facts, plan)));
  SBX_RETURN_IF_ERROR(CheckInitialRamfs(plan));
  SBX_ASSIGN_OR_RETURN(plan.cgroup,
                       cgroup::PlanCgroup(spec.cgroup, facts.cgroup));
  if (plan.cgroup.route == cgroup::Route::kNone) {
    plan = WithoutCgroup(std::move(plan));
  }
  SBX_ASSIGN_OR_RETURN(plan.chroot, PlanChroot(spec, facts));
  // Whoever ends a sandbox group by group needs groups in which nobody else is.
  if (plan.policy.boundary == policy::Boundary::kBroker) {
    plan.session = Session::kNew;
  }
  plan.environment = PlanEnvironment(spec, facts.environment, plan.ids.login);
  return plan;
}

}  // namespace sbx
