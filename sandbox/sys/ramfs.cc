// SPDX-License-Identifier: Apache-2.0

#include "sandbox/sys/ramfs.h"

#include <fcntl.h>
#include <linux/magic.h>
#include <sys/vfs.h>

#include <algorithm>
#include <string>
#include <vector>

#include "sandbox/sys/fd.h"
#include "sandbox/sys/file.h"
#include "sandbox/sys/mount.h"
#include "sandbox/sys/mount_table.h"
#include "sandbox/sys/self.h"
#include "sandbox/sys/status.h"

namespace sbx::sys {
namespace {

bool IsInitialRamfs(const MountRow& row) {
  return row.place == "/" && row.type == "rootfs";
}

}  // namespace

absl::StatusOr<bool> InInitialRamfs() {
  struct statfs root;
  if (statfs("/", &root) != 0) return CallFailed("statfs", "/");
  // It is one of these, and mountinfo need not be read for any other.
  if (root.f_type != RAMFS_MAGIC && root.f_type != TMPFS_MAGIC) return false;
  SBX_ASSIGN_OR_RETURN(const std::vector<MountRow> mounts, ReadMounts());
  return std::any_of(mounts.begin(), mounts.end(), IsInitialRamfs);
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
