// SPDX-License-Identifier: Apache-2.0
//
// What a command may do.

#include "sandbox/protections/rows.h"

namespace sbx::protections {
namespace {

// --- Who it is -----------------------------------------------------------

bool LacksUserNamespace(const Circumstances& in) {
  return !in.plan.namespaces.user;
}

bool HasHostRoot(const Circumstances& in) {
  return in.plan.files.inside.has_host_root;
}

bool MayLeaveGroups(const Circumstances& in) {
  return in.plan.ids.groups == idmap::GroupControl::kAllowed;
}

constexpr Form kIds[] = {
    {LacksUserNamespace, Kept::kWeaker, "{mode}", "those of outside",
     "there is no user namespace"},
    {HasHostRoot, Kept::kWeaker, kByDefault,
     "its own, but the host's root is among them",
     "sbx was started by root; start it as an ordinary user"},
    {MayLeaveGroups, Kept::kWeaker, "--root or --setgroups=allow",
     "its own, but a group can be left that a file's mode shuts out",
     "su and package managers change groups; --setgroups=deny forbids it"},
};

bool HasNameOfItsOwn(const Circumstances& in) {
  return !in.plan.host_name.empty();
}

bool LacksUtsNamespace(const Circumstances& in) {
  return !in.plan.namespaces.uts;
}

constexpr Form kHostName[] = {
    {LacksUtsNamespace, Kept::kWeaker, "{mode}", "the host's",
     "there is no uts namespace"},
    {HasNameOfItsOwn, Kept::kFully, "--hostname"},
};

// --- Capabilities --------------------------------------------------------

bool HoldsWhatSbxHolds(const Circumstances& in) {
  return in.plan.policy.held == policy::Held::kAnyway;
}

bool HasGivenThemUp(const Circumstances& in) {
  return in.plan.policy.held == policy::Held::kGivenUp;
}

bool HasSome(const Circumstances& in) {
  return !in.plan.policy.capabilities.permitted.empty();
}

bool IsBoundAbove(const Circumstances& in) {
  return !in.plan.policy.capabilities.bounding.empty();
}

constexpr Form kCapabilities[] = {
    {HoldsWhatSbxHolds, Kept::kNot, kByDefault, "those that sbx has",
     "sbx was started by root"},
    {HasSome, Kept::kWeaker, "--cap or --root",
     "{capabilities}, over what is the sandbox's own", "they were given"},
    {IsBoundAbove, Kept::kWeaker, "--cap-bound",
     "none, but sandboxes inside can have {bounding}", "they were not bounded"},
    {HasGivenThemUp, Kept::kWeaker, "{mode}",
     "none, and only no_new_privs keeps it so",
     "it takes a privilege to bound and lock them"},
};

// Whatever was asked for: the filters need no_new_privs too.
constexpr absl::Span<const Form> kNewPrivileges = {};

// --- System calls --------------------------------------------------------

bool HasProfile(const Circumstances& in) {
  return in.plan.policy.profile != "none";
}

bool HasOnlyGivenFilters(const Circumstances& in) {
  return !HasProfile(in) && in.plan.policy.filters.given > 0;
}

bool HasOnlyConfinement(const Circumstances& in) {
  return !HasProfile(in) && Confined(in);
}

bool HasNoProfile(const Circumstances& in) { return !HasProfile(in); }

template <policy::seccomp::Grants grant>
bool IsGranted(const Circumstances& in) {
  return HasBuiltIn(in, [](const policy::BuiltInFilter& filter) {
    return (filter.grants & grant) != 0;
  });
}

bool HasAnotherProfile(const Circumstances& in) {
  return in.plan.policy.profile != "default";
}

constexpr policy::seccomp::Grants kByCapability =
    policy::seccomp::kMounts | policy::seccomp::kChroot;

constexpr Form kSystemCalls[] = {
    {ReportsRefusals, Kept::kNot, "--seccomp-log",
     "all are let through; what the profile would refuse is reported",
     "it is for finding out what a command needs"},
    {HasOnlyGivenFilters, Kept::kWeaker, "--seccomp=none",
     "those that the given filters refuse", "there is no profile"},
    {HasOnlyConfinement, Kept::kWeaker, "--seccomp=none",
     "those that reach outside are refused", "there is no profile"},
    {HasNoProfile, Kept::kNot, "--seccomp=none",
     "all are let through; nothing is filtered", "there is no profile"},
    {IsGranted<policy::seccomp::kNested>, Kept::kWeaker, "--nested",
     "those for namespaces and mounts are let through",
     "sandboxes inside make both"},
    {IsGranted<kByCapability>, Kept::kWeaker, "--cap or --root",
     "those that the capabilities are for are let through",
     "without them the capabilities would be worth nothing"},
    {HasAnotherProfile, Kept::kFully, "--seccomp={profile}",
     "those that the profile {profile} refuses are refused"},
};

constexpr Row kRows[] = {
    {Protection::kIds, "ids", "its own; outside all are the caller's", kIds},
    {Protection::kHostName, "host name", "one of its own", kHostName},
    {Protection::kCapabilities, "capabilities",
     "none, and none can ever be had", kCapabilities},
    {Protection::kNewPrivileges, "new privileges",
     "no program gives any, setuid or not", kNewPrivileges},
    {Protection::kSystemCalls, "system calls",
     "those for administrators and attackers are refused", kSystemCalls},
};

}  // namespace

absl::Span<const Row> RightRows() { return kRows; }

}  // namespace sbx::protections
