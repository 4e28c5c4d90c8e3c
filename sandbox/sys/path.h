// SPDX-License-Identifier: Apache-2.0
//
// Paths as text, and paths walked by descriptor without leaving a root.

#ifndef SBX_SANDBOX_SYS_PATH_H_
#define SBX_SANDBOX_SYS_PATH_H_

#include <sys/types.h>

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "sandbox/sys/fd.h"

namespace sbx::sys {

// Opens `path` as a process whose root directory is `root` would find it, and
// so never outside it, whatever symbolic links and ".." it meets; magic links
// (/proc/self/fd/N) are refused (openat2(2): RESOLVE_IN_ROOT,
// RESOLVE_NO_MAGICLINKS).  `flags` and `mode` are those of open(2).
absl::StatusOr<Fd> OpenInRoot(const Fd& root, const std::string& path,
                              int flags, mode_t mode = 0);

// Whether the host's `path` is one without symbolic links and ".." on its way;
// false too if there is nothing.
bool IsStraight(const std::string& path);

// Returns where the host's `path` leads, by a name without symbolic links and
// ".."; or `path` itself, if there is no such name or nothing there.
std::string RealPath(const std::string& path);

// Returns `path` as an absolute path, by way of `directory` if it is relative.
std::string Absolute(absl::string_view directory, absl::string_view path);

// Returns `path` without empty and "." components, and with ".." applied to
// the text alone: fit for comparing, not for opening, for a symbolic link
// before a ".." leads elsewhere.
std::string Lexical(absl::string_view path);

// Splits an absolute path into its components, leaving out empty and ".".
std::vector<std::string> Components(absl::string_view path);

// Whether `path` is `directory` or lies below it; both as Lexical gives them.
bool IsAtOrBelow(absl::string_view path, absl::string_view directory);

// Returns the directory part: "/a" of "/a/b", "/" of "/a" and of "/".
std::string ParentOf(absl::string_view path);

}  // namespace sbx::sys

#endif  // SBX_SANDBOX_SYS_PATH_H_
