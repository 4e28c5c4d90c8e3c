// SPDX-License-Identifier: Apache-2.0
//
// The id maps of a sandbox and who its command is.

#ifndef SBX_IDMAP_PLAN_H_
#define SBX_IDMAP_PLAN_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "idmap/facts.h"
#include "idmap/spec.h"

namespace sbx::idmap {

// Who writes the maps.
enum class Writer {
  // The sandbox's first process, itself: one id.  Nobody waits for anybody.
  kChild,
  // newuidmap(1) and newgidmap(1), side by side.
  kHelpers,
  // sbx itself, for it has the capabilities.
  kParent,
  // They are there already, or are none of our business.
  kNobody,
};

// Whether the command's process takes the ids of the plan, or stays who it is
// in the user namespace that it finds itself in.
enum class Switch { kToUser, kNone };

// How the command's user is called inside.
struct Login {
  std::string name = {};
  std::string home = {};
  std::string shell = {};
  bool operator==(const Login&) const = default;
};

struct Plan {
  Writer writer = Writer::kChild;
  std::vector<Extent> uids = {};
  std::vector<Extent> gids = {};
  GroupControl groups = GroupControl::kDenied;
  // Who the command is, by the ids inside.
  uint32_t uid = 0;
  uint32_t gid = 0;
  Switch user_switch = Switch::kToUser;
  Login login = {};
  // New contents of the sandbox's files, where they had no entry for the
  // command's user or group.
  std::optional<std::string> passwd = {};
  std::optional<std::string> group = {};
  // Paths of the helpers, if they write the maps.
  std::string newuidmap = {};
  std::string newgidmap = {};
  bool operator==(const Plan&) const = default;
};

// Whether `spec` asks for more ids than one.
bool WantsRange(const Spec& spec);

// Whether `extents` are nothing but the caller's own id, which needs nobody's
// leave (user_namespaces(7)).
bool OnlyOwnId(const std::vector<Extent>& extents, uint32_t uid, uint32_t gid);

// Plans the maps that `spec` asks for.  The command's own id is always the
// caller's outside, unless the extents are listed; subordinate ids fill the
// other ids inside from 0 up, in the order in which the host lists them.
absl::StatusOr<Plan> PlanIds(const Spec& spec, const Facts& facts);

}  // namespace sbx::idmap

#endif  // SBX_IDMAP_PLAN_H_
