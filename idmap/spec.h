// SPDX-License-Identifier: Apache-2.0
//
// Who the command is to be, as the user asks for it.

#ifndef SBX_IDMAP_SPEC_H_
#define SBX_IDMAP_SPEC_H_

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace sbx::idmap {

// `count` ids from `inside` on are those from `outside` on
// (user_namespaces(7)).
struct Extent {
  uint32_t inside = 0;
  uint32_t outside = 0;
  uint32_t count = 0;
  bool operator==(const Extent&) const = default;
};

// A user by the name that the sandbox's own /etc/passwd gives.
struct UserName {
  std::string name = {};
  bool operator==(const UserName&) const = default;
};

struct UserIds {
  uint32_t uid = 0;
  // Unset: the primary group that /etc/passwd of the sandbox gives the uid, or
  // else a group of the same number.
  std::optional<uint32_t> gid = {};
  bool operator==(const UserIds&) const = default;
};

// As outside: by the same number inside, or, where extents are listed, by the
// one that they give the caller.
struct SameUser {
  bool operator==(const SameUser&) const = default;
};

using User = std::variant<SameUser, UserName, UserIds>;

// Which ids exist inside.
enum class Ids {
  // kRange where another id can matter: a root file system of its own, or a
  // user that was asked for by name or number.  Else kSelf.
  kAuto,
  // The command's own id alone.
  kSelf,
  // The command's own id and all of the caller's subordinate ids.
  kRange,
  // The extents of the Spec, for users and groups alike.
  kListed,
  // Those of the user namespace that the sandbox is in, in which nothing is
  // mapped: the caller's own, one that is joined, or one whose maps somebody
  // else writes.
  kGiven,
};

// Whether the command may change its supplementary groups (setgroups(2)).
// Allowing it lets the command leave a group that a file's mode shuts out.  The
// kernel never allows it to whoever writes a map of one id itself.
enum class GroupControl { kDenied, kAllowed };

// Where the /etc/passwd and /etc/group of the sandbox come from.
enum class Accounts {
  kHost,
  kDirectory,
  kNone,
  // Nobody asks: none is read, and none is made.
  kUnread,
};

struct Spec {
  User user = SameUser{};
  Ids ids = Ids::kAuto;
  std::vector<Extent> extents = {};
  GroupControl groups = GroupControl::kDenied;
  Accounts accounts = Accounts::kHost;
  // The root file system, if `accounts` is kDirectory.
  std::string root = {};
  bool operator==(const Spec&) const = default;
};

}  // namespace sbx::idmap

#endif  // SBX_IDMAP_SPEC_H_
