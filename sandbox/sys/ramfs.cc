// SPDX-License-Identifier: Apache-2.0

#include "sandbox/sys/ramfs.h"

#include <fcntl.h>
#include <linux/magic.h>
#include <sys/vfs.h>

#include <algorithm>
#include <string>
#include <vector>

#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "sandbox/sys/fd.h"
#include "sandbox/sys/file.h"
#include "sandbox/sys/mount.h"
#include "sandbox/sys/self.h"
#include "sandbox/sys/status.h"

namespace sbx::sys {
namespace {

// A line of mountinfo for a mount on the root directory whose file system's
// type is that of the initial ramfs (proc_pid_mountinfo(5)).
bool IsInitialRamfs(absl::string_view line) {
  constexpr size_t kMountPoint = 4;
  const std::vector<absl::string_view> words = absl::StrSplit(line, ' ');
  const auto dash = std::find(words.begin(), words.end(), "-");
  return words.size() > kMountPoint && words[kMountPoint] == "/" &&
         words.end() - dash > 1 && dash[1] == "rootfs";
}

}  // namespace

absl::StatusOr<bool> InInitialRamfs() {
  struct statfs root;
  if (statfs("/", &root) != 0) return CallFailed("statfs", "/");
  // It is one of these, and mountinfo need not be read for any other.
  if (root.f_type != RAMFS_MAGIC && root.f_type != TMPFS_MAGIC) return false;
  SBX_ASSIGN_OR_RETURN(const std::string mounts,
                       ReadFile("/proc/self/mountinfo"));
  const std::vector<absl::string_view> lines = absl::StrSplit(mounts, '\n');
  return std::any_of(lines.begin(), lines.end(), IsInitialRamfs);
}

absl::Status LeaveInitialRamfs() {
  SBX_ASSIGN_OR_RETURN(const std::string here, CurrentDirectory());
  SBX_ASSIGN_OR_RETURN(const Fd copy,
                       CloneTree(kCurrentDirectory, "/", Reach::kAllBelow));
  SBX_RETURN_IF_ERROR(AttachOverRoot(copy));
  SBX_RETURN_IF_ERROR(ChangeRoot(copy));
  SBX_ASSIGN_OR_RETURN(const Fd back, Open(here, O_PATH | O_DIRECTORY));
  return ChangeDirectory(back);
}

}  // namespace sbx::sys
