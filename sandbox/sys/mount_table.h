// SPDX-License-Identifier: Apache-2.0
//
// The mounts that a process sees, as the kernel tells them.

#ifndef SBX_SANDBOX_SYS_MOUNT_TABLE_H_
#define SBX_SANDBOX_SYS_MOUNT_TABLE_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace sbx::sys {

// A line of proc_pid_mountinfo(5).
struct MountRow {
  // What of its file system is mounted: a path in there.
  std::string root = {};
  // Where, from the root directory of the process.
  std::string place = {};
  // "ext4", "cgroup2" and so on.
  std::string type = {};
  // Those of the file system, with commas between.
  std::string options = {};
  bool operator==(const MountRow&) const = default;
};

// The rows of a text as of /proc/PID/mountinfo; what is no such line is left
// out.
std::vector<MountRow> ParseMounts(absl::string_view mountinfo);

// Those of this process.
absl::StatusOr<std::vector<MountRow>> ReadMounts();

}  // namespace sbx::sys

#endif  // SBX_SANDBOX_SYS_MOUNT_TABLE_H_
