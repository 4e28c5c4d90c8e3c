// SPDX-License-Identifier: Apache-2.0

#include "sandbox/facts.h"

#include <unistd.h>

#include <algorithm>
#include <string>
#include <utility>

#include "fs/secrets.h"
#include "sandbox/sys/capabilities.h"
#include "sandbox/sys/chroot.h"
#include "sandbox/sys/path.h"
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

fs::Spec WithLoginSecrets(const Spec& spec, const idmap::Facts& ids) {
  fs::Spec files = spec.files;
  if (spec.login_secrets == LoginSecrets::kShown || !ids.caller) return files;
  const std::string home = sys::Lexical(ids.caller->home);
  for (fs::Secret& secret : fs::SecretsBelow(home)) {
    const auto known =
        std::find(files.secrets.begin(), files.secrets.end(), secret);
    // All of them are there, or none.
    if (known != files.secrets.end()) break;
    files.secrets.push_back(std::move(secret));
  }
  return files;
}

}  // namespace

absl::StatusOr<Facts> ReadFacts(const Spec& spec, const Caller& caller) {
  Facts facts;
  absl::StatusOr<idmap::Facts> ids = idmap::ReadFacts(spec.ids);
  if (!ids.ok()) return sys::While("reading users and ids", ids.status());
  facts.ids = *std::move(ids);
  facts.files = fs::ReadFacts(WithLoginSecrets(spec, facts.ids));
  facts.environment = caller.environment;
  SBX_ASSIGN_OR_RETURN(facts.in_chroot, InChrootThatCanBeLeft());
  return facts;
}

}  // namespace sbx
