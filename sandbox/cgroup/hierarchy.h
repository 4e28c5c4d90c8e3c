// SPDX-License-Identifier: Apache-2.0
//
// Where the cgroups of this process are (cgroups(7)).

#ifndef SBX_SANDBOX_CGROUP_HIERARCHY_H_
#define SBX_SANDBOX_CGROUP_HIERARCHY_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace sbx::cgroup {

// A cgroup of the unified hierarchy, or of one of version 1.
struct Place {
  // Where the hierarchy is mounted, and the cgroup that is seen there.
  std::string mount = {};
  std::string mount_root = {};
  // As /proc/self/cgroup names it.
  std::string path = {};
  bool operator==(const Place&) const = default;

  // Its directory.
  std::string Directory() const;
};

// Finds it in the texts of /proc/PID/cgroup and /proc/PID/mountinfo.
absl::StatusOr<Place> ParsePlace(absl::string_view cgroup,
                                 absl::string_view mountinfo);

// That of this process.
absl::StatusOr<Place> ReadPlace();

// The same of the hierarchy of version 1 that has `controller`.
absl::StatusOr<Place> ParseOldPlace(absl::string_view controller,
                                    absl::string_view cgroup,
                                    absl::string_view mountinfo);
absl::StatusOr<Place> ReadOldPlace(absl::string_view controller);

// Returns the controllers that `cgroup`, a text as of /proc/PID/cgroup, shows
// bound to hierarchies of version 1.
std::vector<std::string> OldControllers(absl::string_view cgroup);

}  // namespace sbx::cgroup

#endif  // SBX_SANDBOX_CGROUP_HIERARCHY_H_
