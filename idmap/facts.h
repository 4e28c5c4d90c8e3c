// SPDX-License-Identifier: Apache-2.0
//
// What the host answers about ids.

#ifndef SBX_IDMAP_FACTS_H_
#define SBX_IDMAP_FACTS_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "idmap/accounts.h"
#include "idmap/spec.h"
#include "idmap/subordinate.h"

namespace sbx::idmap {

// newuidmap(1) or newgidmap(1), or what is wrong with it.
struct Helper {
  enum class State {
    kReady,
    kMissing,
    // Neither setuid root nor with the file capability that it needs.
    kNotPrivileged,
    // On a file system that is mounted nosuid.
    kOnNosuidMount,
  };
  State state = State::kMissing;
  std::string path = {};
  bool operator==(const Helper&) const = default;
};

// What only maps of several ids need.
struct SubordinateFacts {
  std::vector<Range> uids = {};
  std::vector<Range> gids = {};
  Helper newuidmap = {};
  Helper newgidmap = {};
  bool no_new_privileges = false;
  // The caller may write any map itself: CAP_SETUID and CAP_SETGID.
  bool may_map_any = false;
  bool operator==(const SubordinateFacts&) const = default;
};

struct Facts {
  // The caller's effective ids.
  uint32_t uid = 0;
  uint32_t gid = 0;
  // Who that is on the host; unset: nobody there knows.
  std::optional<Account> caller = {};
  // The sandbox's own /etc/passwd and /etc/group; unset: there is none.
  std::optional<std::string> passwd = {};
  std::optional<std::string> group = {};
  std::optional<SubordinateFacts> subordinate = {};
  bool operator==(const Facts&) const = default;
};

// Where the host keeps its answers.
struct HostPaths {
  std::string passwd = "/etc/passwd";
  std::string group = "/etc/group";
  std::string subuid = "/etc/subuid";
  std::string subgid = "/etc/subgid";
  std::string nsswitch = "/etc/nsswitch.conf";
  // Where its programs are sought: fixed, for nobody's PATH is to decide which
  // program gets privileges.
  std::vector<std::string> programs = {"/usr/bin", "/bin", "/usr/sbin",
                                       "/usr/local/bin", "/run/wrappers/bin"};
};

// Reads what `spec` needs and no more: where one id is mapped and /etc/passwd
// knows the caller, two small files and no program.
absl::StatusOr<Facts> ReadFacts(const Spec& spec, const HostPaths& host = {});

}  // namespace sbx::idmap

#endif  // SBX_IDMAP_FACTS_H_
