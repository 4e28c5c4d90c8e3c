// SPDX-License-Identifier: Apache-2.0

#include "policy/plan.h"

#include <linux/securebits.h>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "policy/capabilities.h"
#include "sandbox/sys/landlock.h"
#include "sandbox/sys/status.h"

namespace sbx::policy {
namespace {

// User id 0 is just a number: it gets nothing by execve(2) and loses nothing
// by setuid(2), and none of this can be turned back.
constexpr unsigned kLockedSecurebits =
    SECBIT_NOROOT | SECBIT_NOROOT_LOCKED | SECBIT_NO_SETUID_FIXUP |
    SECBIT_NO_SETUID_FIXUP_LOCKED | SECBIT_KEEP_CAPS_LOCKED |
    SECBIT_NO_CAP_AMBIENT_RAISE | SECBIT_NO_CAP_AMBIENT_RAISE_LOCKED;

// Root as programs know it: su(1) loses its capabilities by changing user.
constexpr unsigned kUsualSecurebits = SECBIT_KEEP_CAPS_LOCKED;

bool IsRoot(const Spec& spec, const Role& role) {
  if (!role.is_root || spec.root == RootIs::kNumber) return false;
  return spec.root == RootIs::kRoot || !spec.capabilities.empty();
}

sys::CapabilitySets SetsOf(const Spec& spec, bool is_root) {
  const CapabilitySet wanted = spec.capabilities;
  // A user other than root keeps capabilities over execve(2) only if they are
  // ambient, and ambient ones must be inheritable (capabilities(7)).
  const CapabilitySet kept = is_root ? CapabilitySet() : wanted;
  const CapabilitySet ambient = spec.ambient.From(kept);
  const CapabilitySet inheritable = spec.inheritable.From(kept | ambient);
  return {.effective = wanted,
          .permitted = wanted,
          .inheritable = inheritable,
          .bounding = spec.bounding.From(wanted | inheritable | ambient),
          .ambient = ambient};
}

// Nothing of `asked` may be missing in `needed`.
absl::Status CheckAmong(absl::string_view asked_name, CapabilitySet asked,
                        absl::string_view needed_name, CapabilitySet needed) {
  const CapabilitySet missing = asked & ~needed;
  if (missing.empty()) return absl::OkStatus();
  return absl::InvalidArgumentError(
      absl::StrCat("the ", needed_name, " set lacks ", CapabilityNames(missing),
                   ", which the ", asked_name, " set has and would lose"));
}

// What the kernel would refuse or drop without a word (capabilities(7)).
absl::Status CheckSets(const sys::CapabilitySets& sets, bool is_root) {
  SBX_RETURN_IF_ERROR(
      CheckAmong("permitted", sets.permitted, "bounding", sets.bounding));
  SBX_RETURN_IF_ERROR(
      CheckAmong("inheritable", sets.inheritable, "bounding", sets.bounding));
  SBX_RETURN_IF_ERROR(
      CheckAmong("ambient", sets.ambient, "permitted", sets.permitted));
  SBX_RETURN_IF_ERROR(
      CheckAmong("ambient", sets.ambient, "inheritable", sets.inheritable));
  // execve(2) leaves anybody but root the ambient ones alone.
  if (is_root) return absl::OkStatus();
  return CheckAmong("permitted", sets.permitted, "ambient", sets.ambient);
}

unsigned SecurebitsOf(const Spec& spec, bool is_root) {
  if (spec.root == RootIs::kUnlocked && !spec.capabilities.empty()) {
    return SECUREBITS_DEFAULT;
  }
  return is_root ? kUsualSecurebits : kLockedSecurebits;
}

seccomp::Grants GrantsOf(const Spec& spec, const Role& role) {
  seccomp::Grants grants = seccomp::kNothing;
  if (spec.nesting == Nesting::kAllowed) grants = grants | seccomp::kNested;
  if (spec.capabilities.Has(CAP_SYS_ADMIN)) grants = grants | seccomp::kMounts;
  if (spec.capabilities.Has(CAP_SYS_CHROOT)) grants = grants | seccomp::kChroot;
  if (role.is_process_1) grants = grants | seccomp::kPidOne;
  return grants;
}

// What programs have to do without where Landlock has an ABI from `first` on
// and before `since`.
constexpr struct {
  int first;
  int since;
  absl::string_view words;
} kRefusedBesides[] = {
    {0, 1, "debugging (ptrace(2))"},
    {1, sys::kMovesAbi,
     "moving and linking files from one directory to another"},
    {1, sys::kTruncationAbi,
     "truncate(2), and O_TRUNC without opening for writing"},
    {0, sys::kTcpAbi,
     "connect(2) and bind(2) of sockets that are inherited, without "
     "--net=host"},
    {0, sys::kScopesAbi,
     "job control of the caller's terminal, sigqueue(3) to others, "
     "pidfd_send_signal(2), and signals of files (F_SETOWN)"},
};

// Where there are no namespaces, signals stay inside whatever is asked for: the
// sandbox's own end hangs on them.
Landlock PlanConfinement(const Spec& spec, const Role& role) {
  const int abi = role.landlock_abi;
  Landlock landlock = {.wanted = sys::kScopesAbi,
                       .obtained = abi,
                       .files = sys::FileRightsOf(abi) & sys::kMayMove};
  if (abi >= sys::kScopesAbi) {
    landlock.scopes = sys::kScopeSignals;
    if (spec.reach == Reach::kInside) {
      landlock.scopes |= sys::kScopeAbstractSockets;
    }
  }
  if (abi >= sys::kTcpAbi && !role.shares_network) {
    landlock.tcp = sys::kTcpRights;
  }
  for (const auto& row : kRefusedBesides) {
    if (abi < row.first || abi >= row.since) continue;
    landlock.refused_besides.emplace_back(row.words);
  }
  return landlock;
}

absl::Status CheckConfinement(const Spec& spec, const Role& role) {
  const int abi = role.landlock_abi;
  if (!role.is_confined || abi >= sys::kScopesAbi) return absl::OkStatus();
  const bool can_do_with_less = abi > 0 || !role.is_unprivileged;
  if (spec.landlock == LandlockNeed::kRequired || !can_do_with_less) {
    return absl::FailedPreconditionError(absl::StrCat(
        "without namespaces, files and processes are kept apart by ABI ",
        sys::kScopesAbi, " of Landlock (Linux 6.12), and here is ",
        abi == 0 ? std::string("none") : absl::StrCat("ABI ", abi),
        can_do_with_less ? "; --landlock=prefer does with less"
                         : ", so nothing would keep files"));
  }
  if (spec.refusals == Refusals::kAnswered) return absl::OkStatus();
  return absl::InvalidArgumentError(
      "--seccomp-log lets everything through, the signals too that with "
      "--landlock=prefer only a filter keeps inside");
}

Boundary BoundaryOf(const Role& role) {
  if (!role.is_confined) return Boundary::kPidNamespace;
  return role.landlock_abi >= sys::kScopesAbi ? Boundary::kScope
                                              : Boundary::kBroker;
}

// A network namespace of its own has abstract sockets of its own, and in a pid
// namespace of its own nobody outside can be named to be signalled, but by
// kill(0) the caller's process group, which job control wants; so scopes are
// for whoever shares the host's network.  They need no right over files:
// handling those would make every open(2) dearer and every mount impossible.
Landlock PlanLandlock(const Spec& spec, const Role& role) {
  if (role.is_confined) return PlanConfinement(spec, role);
  if (!role.shares_network || spec.reach == Reach::kOutside) return {};
  Landlock landlock = {.wanted = sys::kScopesAbi,
                       .obtained = role.landlock_abi};
  if (landlock.obtained >= landlock.wanted) {
    landlock.scopes = sys::kScopeAbstractSockets | sys::kScopeSignals;
  }
  return landlock;
}

// Before the profile, for the last ones are those that were given.
void AddConfinement(const Spec& spec, const Role& role, Filters& filters) {
  using seccomp::BuiltIn;
  const int abi = role.landlock_abi;
  const struct {
    bool wanted;
    BuiltIn filter;
  } rows[] = {
      {true, BuiltIn::kNeighbours},
      {true, BuiltIn::kSupervisors},
      {!role.shares_network, BuiltIn::kNoSockets},
      {role.shares_network && spec.reach == Reach::kInside, BuiltIn::kInternet},
      {spec.attributes == Attributes::kKept, BuiltIn::kNoAttributes},
      {abi > 0 && abi < sys::kTruncationAbi, BuiltIn::kNoTruncation},
      {!role.shares_network && abi < sys::kTcpAbi, BuiltIn::kNoConnections},
      {abi == 0, BuiltIn::kNoDebugging},
      {role.has_limits && spec.profile == Profile::kNone, BuiltIn::kBase},
  };
  std::vector<Filter> first;
  for (const auto& row : rows) {
    if (!row.wanted) continue;
    first.emplace_back(BuiltInFilter{row.filter, seccomp::kNothing});
  }
  filters.all.insert(filters.all.begin(), first.begin(), first.end());
}

std::string NameOf(const Spec& spec) {
  switch (spec.profile) {
    case Profile::kDefault:
      return "default";
    case Profile::kStrict:
      return "strict";
    case Profile::kFile:
      return spec.profile_file;
    case Profile::kNone:
      break;
  }
  return "none";
}

}  // namespace

absl::StatusOr<Plan> PlanPolicy(const Spec& spec, const Facts& facts,
                                const Role& role) {
  const bool is_root = IsRoot(spec, role);
  Plan plan = {.limits = spec.limits,
               .held = spec.held,
               .capabilities = SetsOf(spec, is_root),
               .securebits = SecurebitsOf(spec, is_root),
               .profile = NameOf(spec),
               .refusals = spec.refusals,
               .landlock = PlanLandlock(spec, role),
               .boundary = BoundaryOf(role)};
  SBX_RETURN_IF_ERROR(CheckConfinement(spec, role));
  if (role.is_unprivileged) {
    plan.held = Held::kGivenUp;
    plan.securebits = SECUREBITS_DEFAULT;
  }
  SBX_RETURN_IF_ERROR(CheckSets(plan.capabilities, is_root));
  SBX_ASSIGN_OR_RETURN(plan.filters,
                       PlanFilters(spec, facts, GrantsOf(spec, role),
                                   plan.capabilities.bounding));
  if (role.is_confined) AddConfinement(spec, role, plan.filters);
  return plan;
}

}  // namespace sbx::policy
