// SPDX-License-Identifier: Apache-2.0

#include "policy/plan.h"

#include <linux/securebits.h>

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

sys::CapabilitySets SetsOf(CapabilitySet wanted, bool as_root) {
  // A user other than root keeps capabilities over execve(2) only if they are
  // ambient, and ambient ones must be inheritable (capabilities(7)).
  const CapabilitySet kept = as_root ? CapabilitySet() : wanted;
  return {.effective = wanted,
          .permitted = wanted,
          .inheritable = kept,
          .bounding = wanted,
          .ambient = kept};
}

seccomp::Grants GrantsOf(const Spec& spec, const Role& role) {
  seccomp::Grants grants = seccomp::kNothing;
  if (spec.nesting == Nesting::kAllowed) grants = grants | seccomp::kNested;
  if (spec.capabilities.Has(CAP_SYS_ADMIN)) grants = grants | seccomp::kMounts;
  if (spec.capabilities.Has(CAP_SYS_CHROOT)) grants = grants | seccomp::kChroot;
  if (role.is_process_1) grants = grants | seccomp::kPidOne;
  return grants;
}

}  // namespace

Plan PlanPolicy(const Spec& spec, const Role& role) {
  const bool as_root = role.is_root && !spec.capabilities.empty();
  Plan plan = {.limits = spec.limits,
               .capabilities = SetsOf(spec.capabilities, as_root),
               .securebits = as_root ? kUsualSecurebits : kLockedSecurebits};
  if (spec.profile == Profile::kDefault) plan.filter = GrantsOf(spec, role);
  return plan;
}

}  // namespace sbx::policy
