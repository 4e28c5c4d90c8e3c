// SPDX-License-Identifier: Apache-2.0

#include "sandbox/sys/landlock.h"

#include <fcntl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "sandbox/sys/status.h"

namespace sbx::sys {
namespace {

// struct landlock_ruleset_attr since the ABI that has scopes.
struct RulesetAttributes {
  uint64_t handled_access_fs = 0;
  uint64_t handled_access_net = 0;
  uint64_t scoped = 0;
};

// struct landlock_path_beneath_attr.
struct __attribute__((packed)) PathAttributes {
  uint64_t allowed_access = 0;
  int32_t parent_fd = -1;
};

// LANDLOCK_CREATE_RULESET_VERSION, LANDLOCK_RULE_PATH_BENEATH.
constexpr unsigned kAskVersion = 1;
constexpr unsigned kPathBeneath = 1;

}  // namespace

uint64_t FileRightsOf(int abi) {
  constexpr struct {
    int since;
    uint64_t right;
  } kLater[] = {{kMovesAbi, kMayMove},
                {kTruncationAbi, kMayTruncate},
                {kDevicesAbi, kMayCommandDevice}};
  uint64_t rights = abi > 0 ? kFileRights : 0;
  for (const auto& row : kLater) {
    if (abi < row.since) rights &= ~row.right;
  }
  return rights;
}

int LandlockAbi() {
  const long abi =
      syscall(SYS_landlock_create_ruleset, nullptr, 0, kAskVersion);
  return abi < 0 ? 0 : static_cast<int>(abi);
}

absl::StatusOr<Ruleset> Ruleset::New(const Handled& handled) {
  const RulesetAttributes attributes = {.handled_access_fs = handled.files,
                                        .handled_access_net = handled.tcp,
                                        .scoped = handled.scopes};
  Fd ruleset(static_cast<int>(syscall(SYS_landlock_create_ruleset, &attributes,
                                      sizeof(attributes), 0)));
  if (!ruleset) {
    return CallFailed("landlock_create_ruleset", handled.files, handled.tcp,
                      handled.scopes);
  }
  return Ruleset(std::move(ruleset));
}

absl::Status Ruleset::Allow(const Fd& place, uint64_t rights) const {
  const PathAttributes attributes = {.allowed_access = rights,
                                     .parent_fd = place.get()};
  if (syscall(SYS_landlock_add_rule, fd_.get(), kPathBeneath, &attributes, 0) !=
      0) {
    return CallFailed("landlock_add_rule", rights);
  }
  return absl::OkStatus();
}

absl::Status Ruleset::Enter() const {
  if (syscall(SYS_landlock_restrict_self, fd_.get(), 0) != 0) {
    return CallFailed("landlock_restrict_self");
  }
  return absl::OkStatus();
}

absl::Status Restrict(const Handled& handled) {
  SBX_ASSIGN_OR_RETURN(const Ruleset ruleset, Ruleset::New(handled));
  if (handled.files != 0) {
    const Fd root(open("/", O_PATH | O_CLOEXEC));
    if (!root) return CallFailed("open", "/");
    SBX_RETURN_IF_ERROR(ruleset.Allow(root, handled.files));
  }
  return ruleset.Enter();
}

}  // namespace sbx::sys
