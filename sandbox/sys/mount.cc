// SPDX-License-Identifier: Apache-2.0

#include "sandbox/sys/mount.h"

#include <fcntl.h>
#include <sys/mount.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "absl/strings/strip.h"
#include "sandbox/sys/status.h"

// Newer than the headers of Debian 12; the number is the same for all
// architectures.
#ifndef SYS_open_tree_attr
#define SYS_open_tree_attr 467
#endif

namespace sbx::sys {
namespace {

uint64_t AttributesOf(const MountFlags& flags) {
  uint64_t attributes = MOUNT_ATTR_NOSUID;
  if (flags.access == Access::kReadOnly) attributes |= MOUNT_ATTR_RDONLY;
  if (!flags.allow_devices) attributes |= MOUNT_ATTR_NODEV;
  if (!flags.allow_programs) attributes |= MOUNT_ATTR_NOEXEC;
  return attributes;
}

// A file system context explains its errors in messages that are read from its
// descriptor, "e " and the words (fsopen(2)); errno alone is mostly EINVAL.
absl::Status ContextFailed(const Fd& context, const char* call,
                           const std::string& type, absl::string_view option) {
  absl::Status status =
      option.empty() ? CallFailed(call, type) : CallFailed(call, type, option);
  char words[512];
  const ssize_t count = read(context.get(), words, sizeof(words));
  if (count <= 0) return status;
  const absl::string_view text =
      absl::StripPrefix(absl::StripTrailingAsciiWhitespace(absl::string_view(
                            words, static_cast<size_t>(count))),
                        "e ");
  return ErrnoStatus(ErrnoOf(status),
                     absl::StrCat(call, "(", Quoted(type), "): ", text));
}

absl::Status Configure(const Fd& context, const std::string& type,
                       const FilesystemOption& option) {
  const bool flag = option.value.empty();
  if (fsconfig(context.get(), flag ? FSCONFIG_SET_FLAG : FSCONFIG_SET_STRING,
               option.name.c_str(), flag ? nullptr : option.value.c_str(),
               0) != 0) {
    return ContextFailed(context, "fsconfig", type, option.name);
  }
  return absl::OkStatus();
}

}  // namespace

bool CanAssembleDetached() {
  // Where there is such a call, it refuses flags that nobody has defined.
  return syscall(SYS_open_tree_attr, AT_FDCWD, "", ~0u, nullptr, 0) != 0 &&
         errno == EINVAL;
}

absl::StatusOr<Fd> CloneTree(int directory, const std::string& path,
                             Reach reach) {
  unsigned flags = OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC;
  if (reach == Reach::kAllBelow) flags |= AT_RECURSIVE;
  if (path.empty()) flags |= AT_EMPTY_PATH;
  Fd tree(open_tree(directory, path.c_str(), flags));
  if (!tree) return CallFailed("open_tree", path);
  return tree;
}

absl::StatusOr<Fd> NewFilesystem(const std::string& type,
                                 const std::vector<FilesystemOption>& options,
                                 const MountFlags& flags) {
  const Fd context(fsopen(type.c_str(), FSOPEN_CLOEXEC));
  if (!context) return CallFailed("fsopen", type);
  // What mountinfo calls it; "none" without.
  SBX_RETURN_IF_ERROR(Configure(context, type, {"source", type}));
  for (const FilesystemOption& option : options) {
    SBX_RETURN_IF_ERROR(Configure(context, type, option));
  }
  if (fsconfig(context.get(), FSCONFIG_CMD_CREATE, nullptr, nullptr, 0) != 0) {
    return ContextFailed(context, "fsconfig", type, "create");
  }
  Fd tree(fsmount(context.get(), FSMOUNT_CLOEXEC,
                  static_cast<unsigned>(AttributesOf(flags))));
  if (!tree) return ContextFailed(context, "fsmount", type, "");
  return tree;
}

absl::Status RestrictTree(const Fd& tree, const MountFlags& flags, Reach reach,
                          Propagation propagation) {
  mount_attr attributes = {};
  attributes.attr_set = AttributesOf(flags);
  attributes.propagation =
      propagation == Propagation::kPrivate ? MS_PRIVATE : MS_SLAVE;
  const unsigned how =
      AT_EMPTY_PATH | (reach == Reach::kAllBelow ? AT_RECURSIVE : 0u);
  if (mount_setattr(tree.get(), "", how, &attributes, sizeof(attributes)) !=
      0) {
    return CallFailed("mount_setattr", tree.get());
  }
  return absl::OkStatus();
}

absl::Status RestrictMount(const Fd& place, const MountFlags& flags) {
  mount_attr attributes = {};
  attributes.attr_set = AttributesOf(flags);
  if (mount_setattr(place.get(), "", AT_EMPTY_PATH, &attributes,
                    sizeof(attributes)) != 0) {
    return CallFailed("mount_setattr", place.get());
  }
  return absl::OkStatus();
}

absl::Status KeepMountsToOurselves() {
  if (mount(nullptr, "/", nullptr, MS_REC | MS_SLAVE, nullptr) != 0) {
    return CallFailed("mount", "/", "MS_SLAVE");
  }
  return absl::OkStatus();
}

absl::Status AttachTree(const Fd& tree, const Fd& target,
                        const std::string& name) {
  const unsigned itself = name.empty() ? MOVE_MOUNT_T_EMPTY_PATH : 0;
  if (move_mount(tree.get(), "", target.get(), name.c_str(),
                 MOVE_MOUNT_F_EMPTY_PATH | itself) != 0) {
    return name.empty() ? CallFailed("move_mount")
                        : CallFailed("move_mount", name);
  }
  return absl::OkStatus();
}

absl::Status AttachOverRoot(const Fd& tree) {
  if (move_mount(tree.get(), "", AT_FDCWD, "/", MOVE_MOUNT_F_EMPTY_PATH) != 0) {
    return CallFailed("move_mount", "/");
  }
  return absl::OkStatus();
}

absl::Status PivotUnder(const Fd& base, const std::string& old) {
  const Fd root(open("/", O_PATH | O_DIRECTORY | O_CLOEXEC));
  if (!root) return CallFailed("open", "/");
  const Fd current(open(".", O_PATH | O_DIRECTORY | O_CLOEXEC));
  if (!current) return CallFailed("open", ".");
  SBX_RETURN_IF_ERROR(AttachOverRoot(base));
  if (fchdir(base.get()) != 0) return CallFailed("fchdir", "the base");
  if (syscall(SYS_pivot_root, ".", old.c_str()) != 0) {
    return CallFailed("pivot_root", ".", old);
  }
  SBX_RETURN_IF_ERROR(ChangeRoot(root));
  if (fchdir(current.get()) != 0) return CallFailed("fchdir", ".");
  return absl::OkStatus();
}

absl::Status ChangeRoot(const Fd& directory) {
  if (fchdir(directory.get()) != 0) return CallFailed("fchdir");
  if (chroot(".") != 0) return CallFailed("chroot", ".");
  return absl::OkStatus();
}

absl::Status PivotInto(const Fd& root) {
  if (fchdir(root.get()) != 0) return CallFailed("fchdir", "the new root");
  // With both names "." the old root is stacked over the new one, and so it is
  // what the umount of "." takes away: no directory is needed for it
  // (pivot_root(2), NOTES).
  if (syscall(SYS_pivot_root, ".", ".") != 0) {
    return CallFailed("pivot_root", ".", ".");
  }
  if (umount2(".", MNT_DETACH) != 0) return CallFailed("umount2", ".");
  // The current directory is still the place that the old root covered.
  if (chdir("/") != 0) return CallFailed("chdir", "/");
  return absl::OkStatus();
}

}  // namespace sbx::sys
