// SPDX-License-Identifier: Apache-2.0

#include "fs/builder.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "sandbox/sys/mount.h"
#include "sandbox/sys/path.h"
#include "sandbox/sys/status.h"

namespace sbx::fs {

using sys::Fd;
using sys::Kind;
using sys::Reach;

namespace {

// Where the host's root lies in the base.  All else there has a number.
constexpr char kHost[] = "host";

// Empty: the root itself.
std::string NameOf(const std::string& inside) {
  const std::vector<std::string> components = sys::Components(inside);
  return components.empty() ? "" : components.back();
}

absl::StatusOr<Fd> MakeFile(const Fd& directory, const std::string& name,
                            mode_t mode) {
  Fd file(openat(directory.get(), name.c_str(),
                 O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode));
  if (!file) return sys::CallFailed("openat", name);
  return file;
}

absl::Status MakeEntry(const Fd& directory, const std::string& name, Kind kind,
                       mode_t mode) {
  if (kind != Kind::kDirectory) {
    // One call where open(2) takes two, and never through a symbolic link.
    return mknodat(directory.get(), name.c_str(), S_IFREG | mode, 0) == 0
               ? absl::OkStatus()
               : sys::CallFailed("mknodat", name);
  }
  return mkdirat(directory.get(), name.c_str(), mode) == 0
             ? absl::OkStatus()
             : sys::CallFailed("mkdirat", name);
}

}  // namespace

absl::Status Builder::Start(Fd root, MountPoints mount_points) {
  root_ = std::move(root);
  if (mount_points == MountPoints::kMayBeMade) {
    SBX_RETURN_IF_ERROR(Own(root_));
  }
  return assembly_ == Assembly::kInBase ? BuildInBase() : absl::OkStatus();
}

absl::Status Builder::MakeBase() {
  if (base_) return absl::OkStatus();
  SBX_ASSIGN_OR_RETURN(base_,
                       sys::NewFilesystem("tmpfs", {{"mode", "0700"}}, {}));
  return absl::OkStatus();
}

absl::Status Builder::BuildInBase() {
  SBX_RETURN_IF_ERROR(MakeBase());
  SBX_RETURN_IF_ERROR(MakeEntry(base_, kHost, Kind::kDirectory, 0700));
  SBX_RETURN_IF_ERROR(sys::PivotUnder(base_, kHost));
  return AttachToBase(root_);
}

absl::Status Builder::AttachToBase(const Fd& tree) {
  SBX_ASSIGN_OR_RETURN(const Fd place, NewBaseDirectory());
  return sys::AttachTree(tree, place);
}

Root Builder::Finish() {
  return {assembly_, std::move(base_), std::move(root_)};
}

absl::StatusOr<Fd> Builder::NewCover(Kind kind, absl::string_view text,
                                     mode_t mode,
                                     const sys::MountFlags& flags) {
  SBX_RETURN_IF_ERROR(MakeBase());
  const std::string name = absl::StrCat(pieces_++);
  if (kind == Kind::kDirectory) {
    SBX_RETURN_IF_ERROR(MakeEntry(base_, name, kind, mode));
  } else {
    SBX_ASSIGN_OR_RETURN(const Fd file, MakeFile(base_, name, mode));
    SBX_RETURN_IF_ERROR(sys::WriteAll(file, text, name));
  }
  SBX_ASSIGN_OR_RETURN(Fd cover,
                       sys::CloneTree(base_.get(), name, Reach::kThisMount));
  SBX_RETURN_IF_ERROR(sys::RestrictTree(cover, flags, Reach::kThisMount));
  return cover;
}

absl::StatusOr<Fd> Builder::NewBaseDirectory() {
  SBX_RETURN_IF_ERROR(MakeBase());
  const std::string name = absl::StrCat(pieces_++);
  SBX_RETURN_IF_ERROR(MakeEntry(base_, name, Kind::kDirectory, 0755));
  return sys::OpenInRoot(base_, name, O_PATH | O_DIRECTORY);
}

absl::Status Builder::MountOn(const Fd& tree, const Fd& place) {
  last_parent_ = {};
  return sys::AttachTree(tree, place);
}

// Returns whether there was nothing yet at `inside`, and so it is done.
absl::StatusOr<bool> Builder::MountInLastParent(const Fd& tree,
                                                const std::string& inside) {
  if (!last_parent_.directory) return false;
  const std::string name = NameOf(inside);
  if (name.empty() || inside != sys::Absolute(last_parent_.path, name)) {
    return false;
  }
  SBX_ASSIGN_OR_RETURN(const Kind kind, sys::KindOf(tree));
  const absl::Status made = MountNew(tree, kind, last_parent_.directory, name);
  if (sys::ErrnoOf(made) == EEXIST) return false;
  if (!made.ok()) return made;
  return true;
}

absl::Status Builder::Mount(const Fd& tree, const std::string& inside,
                            Absent absent) {
  if (absent == Absent::kMake) {
    SBX_ASSIGN_OR_RETURN(const bool done, MountInLastParent(tree, inside));
    if (done) return absl::OkStatus();
  }
  absl::StatusOr<Fd> place = Find(inside);
  const bool is_new = !place.ok();
  if (place.ok()) {
    SBX_ASSIGN_OR_RETURN(const bool root, IsRoot(*place));
    if (root) return MountOverRoot(tree);
  } else if (sys::ErrnoOf(place.status()) == ENOENT) {
    if (absent == Absent::kSkip) return absl::OkStatus();
    SBX_ASSIGN_OR_RETURN(const Kind kind, sys::KindOf(tree));
    place = FindOrMake(inside, absent, kind);
  }
  if (!place.ok()) return place.status();
  const absl::Status status =
      is_new ? sys::AttachTree(tree, *place) : MountOn(tree, *place);
  // move_mount(2) has the same EINVAL for much else; this is what people do.
  if (sys::ErrnoOf(status) == EINVAL) {
    SBX_ASSIGN_OR_RETURN(const Kind above, sys::KindOf(tree));
    SBX_ASSIGN_OR_RETURN(const Kind below, sys::KindOf(*place));
    if ((above == Kind::kDirectory) != (below == Kind::kDirectory)) {
      return sys::ErrnoStatus(
          above == Kind::kDirectory ? ENOTDIR : EISDIR,
          absl::StrCat("mounting on ", sys::Quoted(inside)));
    }
  }
  return status.ok()
             ? status
             : sys::While(absl::StrCat("mounting on ", sys::Quoted(inside)),
                          status);
}

absl::Status Builder::MountOwn(const Fd& tree, const std::string& inside,
                               Absent absent) {
  SBX_RETURN_IF_ERROR(Mount(tree, inside, absent));
  return Own(tree);
}

// By whatever name: "/..", or a symbolic link.
absl::StatusOr<bool> Builder::IsRoot(const Fd& place) const {
  if (placement_ == Placement::kCareful) return false;
  SBX_ASSIGN_OR_RETURN(const sys::Identity identity, sys::IdentityOf(place));
  SBX_ASSIGN_OR_RETURN(const sys::Identity root, sys::IdentityOf(root_));
  if (identity != root) return false;
  SBX_ASSIGN_OR_RETURN(const uint64_t mount, sys::MountOf(place));
  SBX_ASSIGN_OR_RETURN(const uint64_t root_mount, sys::MountOf(root_));
  return mount == root_mount;
}

absl::Status Builder::MountOverRoot(const Fd& tree) {
  SBX_ASSIGN_OR_RETURN(const Kind kind, sys::KindOf(tree));
  if (kind != Kind::kDirectory) {
    return sys::ErrnoStatus(EISDIR, "mounting a file on \"/\"");
  }
  // Nothing of the root so far would be seen any more; the end of the base is
  // its end too, or that of the descriptor.
  last_parent_ = {};
  SBX_ASSIGN_OR_RETURN(root_, sys::Copy(tree));
  if (assembly_ == Assembly::kInBase) return AttachToBase(root_);
  assembly_ = Assembly::kDetached;
  return absl::OkStatus();
}

absl::Status Builder::MountNew(const Fd& tree, Kind kind, const Fd& directory,
                               const std::string& name) {
  SBX_RETURN_IF_ERROR(
      MakeEntry(directory, name, kind, kind == Kind::kDirectory ? 0755 : 0644));
  return sys::AttachTree(tree, directory, name);
}

absl::StatusOr<Fd> Builder::Find(const std::string& inside) const {
  return sys::OpenInRoot(root_, inside, O_PATH);
}

absl::StatusOr<Fd> Builder::OpenFile(const std::string& inside, int flags,
                                     mode_t mode) {
  SBX_RETURN_IF_ERROR(OpenParent(inside).status());
  return sys::OpenInRoot(root_, inside, flags, mode);
}

absl::StatusOr<Fd> Builder::MakeDirectory(const std::string& inside,
                                          mode_t mode) {
  absl::StatusOr<Fd> found =
      sys::OpenInRoot(root_, inside, O_PATH | O_DIRECTORY);
  if (found.ok() || sys::ErrnoOf(found.status()) != ENOENT) return found;
  SBX_ASSIGN_OR_RETURN(const Fd parent, OpenParent(inside));
  SBX_RETURN_IF_ERROR(
      MakeEntry(parent, NameOf(inside), Kind::kDirectory, mode));
  return sys::OpenInRoot(root_, inside, O_PATH | O_DIRECTORY);
}

absl::StatusOr<Fd> Builder::OpenParent(const std::string& inside) {
  SBX_ASSIGN_OR_RETURN(Fd parent,
                       MakeDirectory(sys::ParentOf(inside), parents_));
  SBX_RETURN_IF_ERROR(CheckOwn(parent, inside));
  return parent;
}

absl::StatusOr<Fd> Builder::FindOrMake(const std::string& inside, Absent absent,
                                       Kind kind) {
  if (absent == Absent::kMake) {
    SBX_RETURN_IF_ERROR(MakeMountPoint(inside, kind));
  }
  return Find(inside);
}

absl::Status Builder::MakeMountPoint(const std::string& inside, Kind kind) {
  SBX_ASSIGN_OR_RETURN(Fd parent, OpenParent(inside));
  const mode_t mode = kind == Kind::kDirectory ? 0755 : 0644;
  absl::Status status = MakeEntry(parent, NameOf(inside), kind, mode);
  last_parent_ = {sys::ParentOf(inside), std::move(parent)};
  if (sys::ErrnoOf(status) != EEXIST) return status;
  return sys::ErrnoStatus(
      EEXIST, absl::StrCat("making the mount point ", sys::Quoted(inside),
                           ", where a symbolic link leads nowhere"));
}

absl::Status Builder::Own(const Fd& tree) {
  SBX_ASSIGN_OR_RETURN(const uint64_t mount, sys::MountOf(tree));
  own_mounts_.push_back(mount);
  return absl::OkStatus();
}

absl::Status Builder::CheckOwn(const Fd& directory, const std::string& inside) {
  if (placement_ == Placement::kAnywhere) return absl::OkStatus();
  SBX_ASSIGN_OR_RETURN(const uint64_t mount, sys::MountOf(directory));
  if (std::find(own_mounts_.begin(), own_mounts_.end(), mount) !=
      own_mounts_.end()) {
    return absl::OkStatus();
  }
  return sys::ErrnoStatus(
      ENOENT, absl::StrCat(sys::Quoted(inside),
                           " lies in a share of the host, where it cannot be "
                           "made without staying behind"));
}

}  // namespace sbx::fs
