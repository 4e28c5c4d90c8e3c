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

#include "absl/strings/string_view.h"
#include "sandbox/sys/file.h"
#include "sandbox/sys/mount.h"

namespace sbx::fs {

using sys::Access;
using sys::Propagation;

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

enum class Devices { kForbidden, kUsable };

// A host path, with everything mounted below it, and where the command sees it.
// Never with setuid programs.
struct Bind {
  std::string host = {};
  std::string inside = {};
  Access access = Access::kReadOnly;
  Devices devices = Devices::kForbidden;
  Propagation propagation = Propagation::kPrivate;
  Absent source = Absent::kFail;
  Absent destination = Absent::kMake;
  MountPoints mount_points = MountPoints::kMustExist;
  // An open descriptor of what is meant, whatever path it has by then; `host`
  // is not looked at.
  std::optional<int> descriptor = {};
  // What must lie there, if it matters: what the plan covers below was found in
  // that.
  std::optional<sys::Identity> identity = {};
  bool operator==(const Bind&) const = default;
};

// Where an overlay keeps what is written.
enum class Upper {
  // In a directory of the host.
  kHost,
  // In memory, for the life of the sandbox.
  kMemory,
  // Nowhere: it is read-only.
  kNone,
};

// Directories of the host as one, the later ones before the earlier ones
// (overlayfs).  Whiteouts and such are in user extended attributes.
struct Overlay {
  std::string inside = {};
  std::vector<std::string> layers = {};
  Upper upper = Upper::kNone;
  // If `upper` is kHost: that directory, and an empty one beside it.
  std::string written = {};
  std::string work = {};
  bool operator==(const Overlay&) const = default;
};

// One device node of the host, usable.
struct Device {
  std::string host = {};
  std::string inside = {};
  // What the command may do with the device, and whether it may make nodes of
  // it: not for mounts to limit, but for a filter of devices.
  bool read = true;
  bool write = true;
  bool make = false;
  Absent source = Absent::kFail;
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

// What happens to a file that is there already.
enum class Existing { kRefused, kOverwritten };

// A file with what can be read from an open descriptor.
struct File {
  std::string inside = {};
  int content = -1;
  mode_t mode = 0644;
  Existing existing = Existing::kRefused;
  bool operator==(const File&) const = default;
};

// A read-only file with this text, mounted over the one that may be there.
struct Text {
  std::string inside = {};
  std::string text = {};
  mode_t mode = 0444;
  bool operator==(const Text&) const = default;
};

// A file with what can be read from an open descriptor, mounted over the one
// that may be there.
struct Data {
  std::string inside = {};
  int content = -1;
  mode_t mode = 0600;
  Access access = Access::kReadWrite;
  bool operator==(const Data&) const = default;
};

// The mode of what is there already.
struct Mode {
  std::string inside = {};
  mode_t mode = 0;
  bool operator==(const Mode&) const = default;
};

// Makes a mount that is there already read-only, without those below it.
struct ReadOnly {
  std::string inside = {};
  bool operator==(const ReadOnly&) const = default;
};

// A symbolic link; one that leads to the same target may be there already.
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

// Whose processes are shown.
enum class Processes {
  kOwn,
  kHosts,
  // The same, read-only, so that nothing of them can be changed there.
  kHostsReadOnly,
};

// Processes (proc(5)).
struct Proc {
  std::string inside = "/proc";
  Processes processes = Processes::kOwn;
  bool operator==(const Proc&) const = default;
};

// kSealed: read-only once everything is built, with a file system of its own
// for shared memory, which everybody may use.  kPlain: one writable file
// system.
enum class DevStyle { kSealed, kPlain };

// The minimal /dev of fs/dev.h, with terminals of its own.
struct Dev {
  std::string inside = "/dev";
  DevStyle style = DevStyle::kSealed;
  bool operator==(const Dev&) const = default;
};

// The sandbox's own message queues (mq_overview(7)).
struct Mqueue {
  std::string inside = {};
  bool operator==(const Mqueue&) const = default;
};

using Operation =
    std::variant<Bind, Overlay, Device, Tmpfs, Directory, File, Text, Data,
                 Mode, ReadOnly, Symlink, Hide, Proc, Dev, Mqueue>;

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
  // What it is called where it is to be shown; this and the reason are a
  // table's own words.
  absl::string_view name = {};
  // Without empty, "." and ".." components.
  std::string host = {};
  absl::string_view reason = {};
  Visibility visibility = Visibility::kHidden;
  std::vector<Shown> parts = {};
  bool operator==(const Secret&) const = default;
};

// How a front end words the failure of an operation: of its source, and of what
// is done with it.  Empty: not in its own words.
struct FailureWords {
  std::string source = {};
  std::string place = {};
  bool operator==(const FailureWords&) const = default;
};

// An operation, and why it is there if nobody asked for it.
struct Item {
  Operation operation = {};
  std::string reason = {};
  // The mode of directories that are made above it.
  mode_t parents = 0755;
  FailureWords words = {};
  bool operator==(const Item&) const = default;
};

enum class Placement {
  // Only the first operation may be on the root, and mount points are made in
  // mounts of the sandbox's own, or where a share allows it.
  kCareful,
  // Everything may be anywhere; what is made in a share of the host stays
  // behind there.
  kAnywhere,
};

struct Spec {
  // If the first one makes the root itself ("/"), that is the root; otherwise
  // an empty tmpfs is.
  std::vector<Item> items = {};
  Placement placement = Placement::kCareful;
  std::vector<Secret> secrets = {};
  // Where the command starts, inside; and if that is not there, in the first
  // of the others that is.
  std::string cwd = "/";
  std::vector<std::string> other_cwds = {};
  bool operator==(const Spec&) const = default;
};

// Where inside `operation` puts something.
const std::string& InsideOf(const Operation& operation);

}  // namespace sbx::fs

#endif  // SBX_FS_SPEC_H_
