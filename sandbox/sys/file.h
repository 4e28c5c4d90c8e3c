// SPDX-License-Identifier: Apache-2.0
//
// Whole files, and the identity of what a path leads to.

#ifndef SBX_SANDBOX_SYS_FILE_H_
#define SBX_SANDBOX_SYS_FILE_H_

#include <sys/types.h>

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "sandbox/sys/fd.h"

namespace sbx::sys {

// What a directory entry is, as far as mounting on it goes.
enum class Kind { kDirectory, kFile, kSymlink };

// Which file it is, whatever path led there (stat(2): st_dev, st_ino).
struct Identity {
  uint64_t device = 0;
  uint64_t inode = 0;
  auto operator<=>(const Identity&) const = default;
};

// Opens `path` (open(2)), close-on-exec.
absl::StatusOr<Fd> Open(const std::string& path, int flags, mode_t mode = 0);

// Another descriptor of the same open file, close-on-exec.
absl::StatusOr<Fd> Copy(const Fd& file);
absl::StatusOr<Fd> Copy(int file);

// Reads what is left in `file` to its end; `name` words a failure.
absl::StatusOr<std::string> ReadAll(const Fd& file, absl::string_view name);
absl::StatusOr<std::string> ReadAll(int file, absl::string_view name);
absl::StatusOr<std::string> ReadFile(const std::string& path);

// Waits until something can be read from `file` and takes one byte of it.  Its
// end, or any failure, ends the wait too.
void AwaitByte(int file);

// Takes a shared lock on all of `file`, which is this process's until its end
// (fcntl(2): F_SETLK).
absl::Status LockShared(const Fd& file, absl::string_view name);

// Writes all of `text`; `name` words a failure.
absl::Status WriteAll(const Fd& file, absl::string_view text,
                      absl::string_view name);
// Writes `text` in one call to a file that exists, as /proc wants it.
absl::Status WriteFile(const std::string& path, absl::string_view text);

// Where `path` leads, without links; fails as realpath(3) does.
absl::StatusOr<std::string> RealPath(const std::string& path);

// The names in a directory, an O_PATH descriptor even, without the two that
// every one has; `path` words a failure.
absl::StatusOr<std::vector<std::string>> NamesIn(const Fd& directory,
                                                 const std::string& path);
// Those of directories in it, where the file system tells (readdir(3), d_type).
absl::StatusOr<std::vector<std::string>> DirectoriesIn(const Fd& directory,
                                                       const std::string& path);

// Changes the mode of what `file`, an O_PATH descriptor even, stands for.
absl::Status ChangeMode(const Fd& file, mode_t mode);

absl::StatusOr<Kind> KindOf(const Fd& file);
absl::StatusOr<Identity> IdentityOf(const Fd& file);
// Follows symbolic links.
absl::StatusOr<Identity> IdentityOf(const std::string& path);

// Returns the mount that `file` lies on (statx(2): stx_mnt_id).
absl::StatusOr<uint64_t> MountOf(const Fd& file);

}  // namespace sbx::sys

#endif  // SBX_SANDBOX_SYS_FILE_H_
