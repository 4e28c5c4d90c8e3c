// SPDX-License-Identifier: Apache-2.0
//
// The new root while it is built: where things go, and what they are made of.

#ifndef SBX_FS_BUILDER_H_
#define SBX_FS_BUILDER_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "fs/plan.h"
#include "fs/spec.h"
#include "sandbox/sys/fd.h"
#include "sandbox/sys/file.h"
#include "sandbox/sys/mount.h"

namespace sbx::fs {

// What has been built, and where.
struct Root {
  Assembly assembly = Assembly::kInBase;
  // If that is where it lies.
  sys::Fd base = {};
  sys::Fd root = {};
  // Mounts in it that have to be made read-only yet.
  std::vector<sys::Fd> unsealed = {};
};

// A root that is built by descriptor: every destination is walked inside it,
// so that no symbolic link and no rename, however quick, leads out of it.
class Builder {
 public:
  Builder(Placement placement, Assembly assembly)
      : placement_(placement), assembly_(assembly) {}

  // Makes a detached mount the new root, or the present root, if it is built in
  // place.
  absl::Status Start(sys::Fd root, MountPoints mount_points);

  // The mode of the directories that are made on the way to a place.
  void SetParents(mode_t mode) { parents_ = mode; }

  // Makes what Hide, Text and Data mount: `kind` in the base, empty or with
  // `text`, detached.
  absl::StatusOr<sys::Fd> NewCover(sys::Kind kind, absl::string_view text,
                                   mode_t mode, const sys::MountFlags& flags);

  // Makes an empty directory in the base, which stays as long as something uses
  // it.
  absl::StatusOr<sys::Fd> NewBaseDirectory();

  // Mounts the detached `tree` at `inside`, which is made if it is missing and
  // `absent` says so; with Absent::kSkip it may be left out.
  absl::Status Mount(const sys::Fd& tree, const std::string& inside,
                     Absent absent);
  // The same for a new file system of the sandbox's own, in which anything may
  // be made later.
  absl::Status MountOwn(const sys::Fd& tree, const std::string& inside,
                        Absent absent);

  // Mounts `tree` on `place`, which was there before.
  absl::Status MountOn(const sys::Fd& tree, const sys::Fd& place);

  // Mounts `tree`, which is a `kind`, on a new entry `name` of `directory`.  A
  // plain name is safe in a file system that nobody else has seen yet.
  static absl::Status MountNew(const sys::Fd& tree, sys::Kind kind,
                               const sys::Fd& directory,
                               const std::string& name);

  // Opens what is at `inside` as a place (O_PATH).
  absl::StatusOr<sys::Fd> Find(const std::string& inside) const;
  // The same for a file that may be made.
  absl::StatusOr<sys::Fd> OpenFile(const std::string& inside, int flags,
                                   mode_t mode);
  // Opens the directory `inside`, made if it is missing, each part of it.
  absl::StatusOr<sys::Fd> MakeDirectory(const std::string& inside, mode_t mode);
  // Opens a directory in which an entry `inside` may be made.
  absl::StatusOr<sys::Fd> OpenParent(const std::string& inside);

  // Says that anything may be made in this mount.
  absl::Status Own(const sys::Fd& tree);

  Root Finish();

 private:
  // Makes the base, unless it is there: what holds the pieces that cover
  // something, and both roots, if the new one is not detached.
  absl::Status MakeBase();
  absl::Status BuildInBase();
  absl::Status AttachToBase(const sys::Fd& tree);
  absl::StatusOr<bool> MountInLastParent(const sys::Fd& tree,
                                         const std::string& inside);
  absl::StatusOr<bool> IsRoot(const sys::Fd& place) const;
  // `tree` is the root from now on.
  absl::Status MountOverRoot(const sys::Fd& tree);
  absl::StatusOr<sys::Fd> FindOrMake(const std::string& inside, Absent absent,
                                     sys::Kind kind);
  absl::Status MakeMountPoint(const std::string& inside, sys::Kind kind);
  absl::Status CheckOwn(const sys::Fd& directory, const std::string& inside);

  // A directory by the path that it was found by.
  struct Parent {
    std::string path = {};
    sys::Fd directory = {};
  };

  const Placement placement_;
  Assembly assembly_;
  mode_t parents_ = 0755;
  sys::Fd root_;
  sys::Fd base_;
  int pieces_ = 0;
  // Where the last mount point was made, as long as nothing can have covered
  // it: a thousand shares side by side need no thousand walks.
  Parent last_parent_;
  // The mounts in which things may be made.
  std::vector<uint64_t> own_mounts_;
};

}  // namespace sbx::fs

#endif  // SBX_FS_BUILDER_H_
