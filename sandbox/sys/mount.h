// SPDX-License-Identifier: Apache-2.0
//
// Mounts as descriptors: made detached, restricted, and only then attached, so
// that nobody ever sees one without its restrictions (open_tree(2), fsopen(2),
// mount_setattr(2), move_mount(2); Linux 5.12).

#ifndef SBX_SANDBOX_SYS_MOUNT_H_
#define SBX_SANDBOX_SYS_MOUNT_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "sandbox/sys/fd.h"

namespace sbx::sys {

enum class Access { kReadOnly, kReadWrite };

// What a mount forbids.  A default one forbids setuid programs and devices.
struct MountFlags {
  Access access = Access::kReadWrite;
  bool allow_devices = false;
  bool allow_programs = true;
  bool operator==(const MountFlags&) const = default;
};

// Whether what is mounted below the origin of a tree from now on shows in it
// too (mount_namespaces(7)): never, or as it is there, whatever the tree
// forbids.
enum class Propagation { kPrivate, kSlave };

// How far a change or a copy goes.
enum class Reach { kThisMount, kAllBelow };

// Options of a file system, as fsconfig(2) takes them: {"size", "1M"}.  An
// option without a value is a flag.
struct FilesystemOption {
  std::string name = {};
  std::string value = {};
};

// Whether the kernel lets a detached tree be put together before it is
// attached: mounts be attached in it, and copies be made of what it holds. Both
// came with open_tree_attr(2), in Linux 6.15, and that is what is asked for;
// where a filter keeps it from us, the answer is no.
bool CanAssembleDetached();

// Copies the mounts that `path`, from `directory` on, leads to, detached
// (open_tree(2)).  `directory` may be kCurrentDirectory.  Symbolic links are
// followed.
absl::StatusOr<Fd> CloneTree(int directory, const std::string& path,
                             Reach reach);

// Makes a new file system of `type`, detached.  A failure ends with what the
// kernel's file system context has to say, if anything.
absl::StatusOr<Fd> NewFilesystem(const std::string& type,
                                 const std::vector<FilesystemOption>& options,
                                 const MountFlags& flags);

// Sets `flags` on a tree, and cuts it off from whatever is mounted below its
// origin from now on, unless `propagation` lets it in.  What the kernel has
// locked stays locked.
absl::Status RestrictTree(const Fd& tree, const MountFlags& flags, Reach reach,
                          Propagation propagation = Propagation::kPrivate);

// Sets `flags` on the mount whose root `place` is, and on nothing below it.
absl::Status RestrictMount(const Fd& place, const MountFlags& flags);

// Lets nothing that is mounted in this mount namespace show in the one that it
// was copied from.  One that came with a user namespace begins so.
absl::Status KeepMountsToOurselves();

// Mounts a detached tree on what the O_PATH descriptor `target` stands for, or
// on the entry `name` of that directory.  That may lie in a detached tree too,
// if CanAssembleDetached().
absl::Status AttachTree(const Fd& tree, const Fd& target,
                        const std::string& name = "");

// Mounts a detached tree over the root directory of this process.
absl::Status AttachOverRoot(const Fd& tree);

// Makes the detached mount `base` the root of this mount namespace, with the
// present root at its directory `old` (pivot_root(2)).  This process stays
// where it is: its root and current directory are those that it had.
absl::Status PivotUnder(const Fd& base, const std::string& old);

// Makes `directory` the root directory of this process, and the current one
// (chroot(2)).
absl::Status ChangeRoot(const Fd& directory);

// Makes the mount `root` the root of this mount namespace and the current
// directory, and takes the old root with everything below it away
// (pivot_root(2)).  `root` is mounted somewhere below the root directory of
// this process, which is that of the namespace, or alone over it.
absl::Status PivotInto(const Fd& root);

}  // namespace sbx::sys

#endif  // SBX_SANDBOX_SYS_MOUNT_H_
