// SPDX-License-Identifier: Apache-2.0

#include "sandbox/sys/path.h"

#include <fcntl.h>
#include <limits.h>
#include <linux/openat2.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "sandbox/sys/status.h"

namespace sbx::sys {

absl::StatusOr<Fd> OpenInRoot(const Fd& root, const std::string& path,
                              int flags, mode_t mode) {
  open_how how = {};
  how.flags = static_cast<uint64_t>(flags) | O_CLOEXEC;
  how.mode = mode;
  how.resolve = RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS;
  long number = -1;
  // EAGAIN: a rename or mount elsewhere made the kernel unsure that a ".."
  // stayed inside; the walk is asked for again (openat2(2)).
  do {
    number = syscall(SYS_openat2, root.get(), path.c_str(), &how, sizeof(how));
  } while (number < 0 && errno == EAGAIN);
  if (number < 0) return CallFailed("openat2", path);
  return Fd(static_cast<int>(number));
}

bool IsStraight(const std::string& path) {
  for (absl::string_view component : absl::StrSplit(path, '/')) {
    if (component == "..") return false;
  }
  open_how how = {};
  how.flags = O_PATH | O_CLOEXEC;
  how.resolve = RESOLVE_NO_SYMLINKS;
  const Fd found(static_cast<int>(
      syscall(SYS_openat2, AT_FDCWD, path.c_str(), &how, sizeof(how))));
  return static_cast<bool>(found);
}

std::string RealPath(const std::string& path) {
  const Fd found(open(path.c_str(), O_PATH | O_CLOEXEC));
  if (!found) return path;
  char name[PATH_MAX];
  const ssize_t size = readlink(
      absl::StrCat("/proc/self/fd/", found.get()).c_str(), name, sizeof(name));
  // Of a namespace, say, it is no path.
  if (size <= 0 || name[0] != '/') return path;
  return std::string(name, static_cast<size_t>(size));
}

std::string Absolute(absl::string_view directory, absl::string_view path) {
  if (!path.empty() && path[0] == '/') return std::string(path);
  if (path.empty() || path == ".") return std::string(directory);
  return absl::StrCat(directory, directory == "/" ? "" : "/", path);
}

std::string Lexical(absl::string_view path) {
  std::vector<std::string> kept;
  for (std::string& component : Components(path)) {
    if (component != "..") {
      kept.push_back(std::move(component));
    } else if (!kept.empty()) {
      kept.pop_back();
    }
  }
  return absl::StrCat("/", absl::StrJoin(kept, "/"));
}

std::vector<std::string> Components(absl::string_view path) {
  std::vector<std::string> components;
  for (absl::string_view component :
       absl::StrSplit(path, '/', absl::SkipEmpty())) {
    if (component != ".") components.emplace_back(component);
  }
  return components;
}

bool IsAtOrBelow(absl::string_view path, absl::string_view directory) {
  if (directory == "/") return true;
  return absl::ConsumePrefix(&path, directory) &&
         (path.empty() || path[0] == '/');
}

std::string ParentOf(absl::string_view path) {
  const size_t slash = path.rfind('/');
  if (slash == absl::string_view::npos || slash == 0) return "/";
  return std::string(path.substr(0, slash));
}

}  // namespace sbx::sys
