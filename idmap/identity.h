// SPDX-License-Identifier: Apache-2.0
//
// Who the command is, and what names it: the part of the plan that is about
// /etc/passwd and /etc/group.  Pure.

#ifndef SBX_IDMAP_IDENTITY_H_
#define SBX_IDMAP_IDENTITY_H_

#include <cstdint>
#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "idmap/accounts.h"
#include "idmap/facts.h"
#include "idmap/plan.h"
#include "idmap/spec.h"

namespace sbx::idmap {

struct Identity {
  uint32_t uid = 0;
  uint32_t gid = 0;
  // As the sandbox's /etc/passwd has it, if it does.
  std::optional<Account> account = {};
};

absl::StatusOr<Identity> PlanIdentity(const Spec& spec, const Facts& facts);

// The entry that the sandbox has for it, or the one that is added.
Login LoginOf(const Identity& identity, const Spec& spec, const Facts& facts);

// The new contents of the sandbox's files, where they need any.
std::optional<std::string> PlanPasswd(const Identity& identity,
                                      const Spec& spec, const Facts& facts);
std::optional<std::string> PlanGroup(const Identity& identity, const Spec& spec,
                                     const Facts& facts);

}  // namespace sbx::idmap

#endif  // SBX_IDMAP_IDENTITY_H_
