// SPDX-License-Identifier: Apache-2.0

#include "sandbox/facts.h"

#include <unistd.h>

#include <utility>

#include "sandbox/sys/capabilities.h"
#include "sandbox/sys/chroot.h"
#include "sandbox/sys/status.h"

namespace sbx {
namespace {

// Without privilege nothing can be done about a chroot, and making namespaces
// will say so.
absl::StatusOr<bool> InChrootThatCanBeLeft() {
  if (geteuid() != 0) return false;
  SBX_ASSIGN_OR_RETURN(const sys::CapabilitySet held,
                       sys::EffectiveCapabilities());
  if (!held.Has(CAP_SYS_CHROOT) || !held.Has(CAP_SYS_ADMIN)) return false;
  return sys::InChroot();
}

}  // namespace

absl::StatusOr<Facts> ReadFacts(const Spec& spec, const Caller& caller) {
  Facts facts;
  absl::StatusOr<idmap::Facts> ids = idmap::ReadFacts(spec.ids);
  if (!ids.ok()) return sys::While("reading users and ids", ids.status());
  facts.ids = *std::move(ids);
  facts.files = fs::ReadFacts(spec.files);
  facts.environment = caller.environment;
  SBX_ASSIGN_OR_RETURN(facts.in_chroot, InChrootThatCanBeLeft());
  return facts;
}

}  // namespace sbx
