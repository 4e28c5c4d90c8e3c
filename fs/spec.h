// SPDX-License-Identifier: Apache-2.0
//
// What the command is to see: operations on a new root, done in order.

#ifndef SBX_FS_SPEC_H_
#define SBX_FS_SPEC_H_

#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "sandbox/sys/file.h"
#include "sandbox/sys/mount.h"

namespace sbx::fs {

using sys::Access;

// What happens when there is nothing at a path.
enum class Absent {
  kFail,
  // The operation is left out.
  kSkip,
  // A mount point is made, if it lies in a mount of the sandbox's own.
  kMake,
};

// Whether mount points may be made in a share of the host, where they stay
// behind.
enum class MountPoints { kMustExist, kMayBeMade };

// A host path, with everything mounted below it, and where the command sees it.
// Never with setuid programs or usable devices.
struct Bind {
  std::string host = {};
  std::string inside = {};
  Access access = Access::kReadOnly;
  Absent source = Absent::kFail;
  Absent destination = Absent::kMake;
  MountPoints mount_points = MountPoints::kMustExist;
  // What must lie there, if it matters: what the plan covers below was found in
  // that.
  std::optional<sys::Identity> identity = {};
  bool operator==(const Bind&) const = default;
};

// One device node of the host, usable.
struct Device {
  std::string host = {};
  std::string inside = {};
  bool operator==(const Device&) const = default;
};

// An empty file system in memory.
struct Tmpfs {
  std::string inside = {};
  mode_t mode = 0755;
  // In bytes; unset: half of the memory.
  std::optional<uint64_t> size = {};
  Absent destination = Absent::kMake;
  bool operator==(const Tmpfs&) const = default;
};

// A directory, made if it is not there yet.
struct Directory {
  std::string inside = {};
  mode_t mode = 0755;
  bool operator==(const Directory&) const = default;
};

// A new file with what can be read from an open descriptor.
struct File {
  std::string inside = {};
  int content = -1;
  mode_t mode = 0644;
  bool operator==(const File&) const = default;
};

// A read-only file with this text, mounted over the one that may be there.
struct Text {
  std::string inside = {};
  std::string text = {};
  mode_t mode = 0444;
  bool operator==(const Text&) const = default;
};

struct Symlink {
  std::string target = {};
  std::string inside = {};
  bool operator==(const Symlink&) const = default;
};

// An empty, read-only directory or file over what is there.
struct Hide {
  std::string inside = {};
  Absent destination = Absent::kFail;
  bool operator==(const Hide&) const = default;
};

// The sandbox's own processes (proc(5)).
struct Proc {
  std::string inside = "/proc";
  bool operator==(const Proc&) const = default;
};

// The minimal /dev of fs/dev.h, with terminals of its own.
struct Dev {
  std::string inside = "/dev";
  bool operator==(const Dev&) const = default;
};

using Operation = std::variant<Bind, Device, Tmpfs, Directory, File, Text,
                               Symlink, Hide, Proc, Dev>;

// A part of a store of secrets that is shown all the same.
struct Shown {
  std::string host = {};
  // From the store on.
  std::string below = {};
  bool operator==(const Shown&) const = default;
};

enum class Visibility { kHidden, kShown };

// A host path that is covered wherever a share of something above it would
// show it, unless the share is of the path itself or of something below it.
struct Secret {
  // What it is called where it is to be shown.
  std::string name = {};
  // Without empty, "." and ".." components.
  std::string host = {};
  std::string reason = {};
  Visibility visibility = Visibility::kHidden;
  std::vector<Shown> parts = {};
  bool operator==(const Secret&) const = default;
};

// An operation, and why it is there if nobody asked for it.
struct Item {
  Operation operation = {};
  std::string reason = {};
  bool operator==(const Item&) const = default;
};

struct Spec {
  // If the first one makes the root itself ("/"), that is the root; otherwise
  // an empty tmpfs is.
  std::vector<Item> items = {};
  std::vector<Secret> secrets = {};
  // Where the command starts, inside.
  std::string cwd = "/";
  bool operator==(const Spec&) const = default;
};

// Where inside `operation` puts something.
const std::string& InsideOf(const Operation& operation);

}  // namespace sbx::fs

#endif  // SBX_FS_SPEC_H_
