// SPDX-License-Identifier: Apache-2.0

#include "sandbox/sys/chroot.h"

#include <fcntl.h>
#include <sched.h>
#include <sys/mount.h>
#include <unistd.h>

#include <string>

#include "sandbox/sys/fd.h"
#include "sandbox/sys/file.h"
#include "sandbox/sys/mount.h"
#include "sandbox/sys/self.h"
#include "sandbox/sys/status.h"

namespace sbx::sys {
namespace {

absl::Status SetRoot(const Fd& directory) {
  SBX_RETURN_IF_ERROR(ChangeDirectory(directory));
  if (chroot(".") != 0) return CallFailed("chroot", ".");
  return absl::OkStatus();
}

absl::StatusOr<bool> AreTheSame(const Fd& a, const Fd& b) {
  SBX_ASSIGN_OR_RETURN(const Identity identity, IdentityOf(a));
  SBX_ASSIGN_OR_RETURN(const uint64_t mount, MountOf(a));
  SBX_ASSIGN_OR_RETURN(const Identity other_identity, IdentityOf(b));
  SBX_ASSIGN_OR_RETURN(const uint64_t other_mount, MountOf(b));
  return identity == other_identity && mount == other_mount;
}

// Goes up from the current directory until there is no further up.
absl::StatusOr<Fd> Climb() {
  SBX_ASSIGN_OR_RETURN(Fd below, Open(".", O_PATH | O_DIRECTORY));
  while (true) {
    SBX_ASSIGN_OR_RETURN(Fd above, Open("..", O_PATH | O_DIRECTORY));
    SBX_RETURN_IF_ERROR(ChangeDirectory(above));
    SBX_ASSIGN_OR_RETURN(const bool top, AreTheSame(above, below));
    if (top) return above;
    below = std::move(above);
  }
}

// Opens the root of this mount namespace.  A ".." stops at the root directory
// of the process alone; with that out of the way, which nobody else sees, it
// goes on to the end.
absl::StatusOr<Fd> OpenRootOfNamespace(const Fd& root) {
  SBX_ASSIGN_OR_RETURN(const Fd here, Open(".", O_PATH | O_DIRECTORY));
  SBX_ASSIGN_OR_RETURN(const Fd aside, NewFilesystem("tmpfs", {}, {}));
  SBX_RETURN_IF_ERROR(SetRoot(aside));
  SBX_RETURN_IF_ERROR(ChangeDirectory(root));
  absl::StatusOr<Fd> top = Climb();
  SBX_RETURN_IF_ERROR(SetRoot(root));
  SBX_RETURN_IF_ERROR(ChangeDirectory(here));
  return top;
}

}  // namespace

absl::StatusOr<bool> InChroot() {
  SBX_ASSIGN_OR_RETURN(const Fd root, Open("/", O_PATH | O_DIRECTORY));
  SBX_ASSIGN_OR_RETURN(const Fd top, OpenRootOfNamespace(root));
  SBX_ASSIGN_OR_RETURN(const bool same, AreTheSame(root, top));
  return !same;
}

absl::Status BecomeRootOfNamespace() {
  SBX_ASSIGN_OR_RETURN(const std::string here, CurrentDirectory());
  if (unshare(CLONE_NEWNS) != 0) return CallFailed("unshare", "CLONE_NEWNS");
  SBX_ASSIGN_OR_RETURN(const Fd root, Open("/", O_PATH | O_DIRECTORY));
  SBX_ASSIGN_OR_RETURN(const Fd top, OpenRootOfNamespace(root));
  SBX_RETURN_IF_ERROR(SetRoot(top));
  // The mounts of a copied namespace still pass on what happens to them.
  if (mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0) {
    return CallFailed("mount", "/", "MS_PRIVATE");
  }
  SBX_ASSIGN_OR_RETURN(const Fd tree,
                       CloneTree(root.get(), "", Reach::kAllBelow));
  SBX_RETURN_IF_ERROR(AttachOverRoot(tree));
  SBX_RETURN_IF_ERROR(PivotInto(tree));
  SBX_ASSIGN_OR_RETURN(const Fd back, Open(here, O_PATH | O_DIRECTORY));
  return ChangeDirectory(back);
}

}  // namespace sbx::sys
