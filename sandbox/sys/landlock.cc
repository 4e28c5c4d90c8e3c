// SPDX-License-Identifier: Apache-2.0

#include "sandbox/sys/landlock.h"

#include <sys/syscall.h>
#include <unistd.h>

#include "sandbox/sys/fd.h"
#include "sandbox/sys/status.h"

namespace sbx::sys {
namespace {

// struct landlock_ruleset_attr since the ABI that has scopes.
struct RulesetAttributes {
  uint64_t handled_access_fs = 0;
  uint64_t handled_access_net = 0;
  uint64_t scoped = 0;
};

// LANDLOCK_CREATE_RULESET_VERSION.
constexpr unsigned kAskVersion = 1;

}  // namespace

int LandlockAbi() {
  const long abi =
      syscall(SYS_landlock_create_ruleset, nullptr, 0, kAskVersion);
  return abi < 0 ? 0 : static_cast<int>(abi);
}

absl::Status RestrictScopes(uint64_t scopes) {
  const RulesetAttributes attributes = {.scoped = scopes};
  const Fd ruleset(static_cast<int>(syscall(
      SYS_landlock_create_ruleset, &attributes, sizeof(attributes), 0)));
  if (!ruleset) return CallFailed("landlock_create_ruleset", scopes);
  if (syscall(SYS_landlock_restrict_self, ruleset.get(), 0) != 0) {
    return CallFailed("landlock_restrict_self");
  }
  return absl::OkStatus();
}

}  // namespace sbx::sys
