// SPDX-License-Identifier: Apache-2.0

#ifndef SBX_TOOLS_BWRAP_DRAFT_H_
#define SBX_TOOLS_BWRAP_DRAFT_H_

#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "sandbox/spec.h"

namespace sbx::bwrap {

// What bwrap does instead of running a command.
enum class Instead { kNothing, kHelp, kVersion };

// What bubblewrap shares with the host unless it is told otherwise.
inline Spec SharingSpec() {
  return {.own = {Own::kNo, Own::kNo, Own::kNo, Own::kNo, Own::kNo},
          .network = Network::kHost,
          .parent_death = ParentDeath::kIsIgnored,
          .leftovers = Leftovers::kLiveOn};
}

// The command line as it is read, without what depends on the rest of it.
struct Draft {
  // Filled as far as one option alone can tell.
  Spec spec = SharingSpec();
  // --perms and --size wait for the operation that they are for.
  std::optional<mode_t> perms = {};
  std::optional<uint64_t> size = {};
  // --overlay-src waits for the overlay that it belongs to.
  std::vector<std::string> layers = {};
  Own user = Own::kNo;
  std::optional<uint32_t> uid = {};
  std::optional<uint32_t> gid = {};
  std::optional<std::string> cwd = {};
  // The default for root is what the caller has, for others nothing.
  std::optional<policy::CapabilitySet> capabilities = {};
  std::optional<int> seccomp = {};
  std::vector<int> stacked_seccomp = {};
  std::optional<int> info = {};
  std::optional<int> status = {};
  std::optional<int> maps_written = {};
  bool as_process_1 = false;
  bool levels = false;
  // Names of the options that were given and that take effect once.
  std::set<std::string> given = {};
  std::vector<std::string> warnings = {};
  Instead instead = Instead::kNothing;
};

}  // namespace sbx::bwrap

#endif  // SBX_TOOLS_BWRAP_DRAFT_H_
