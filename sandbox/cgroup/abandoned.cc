// SPDX-License-Identifier: Apache-2.0

#include "sandbox/cgroup/abandoned.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "sandbox/sys/file.h"
#include "sandbox/sys/status.h"

namespace sbx::cgroup {
namespace {

constexpr absl::string_view kPrefix = "sbx-";

absl::StatusOr<sys::Fd> OpenIn(const sys::Fd& directory,
                               const std::string& name) {
  sys::Fd found(openat(directory.get(), name.c_str(),
                       O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
  if (!found) return sys::CallFailed("openat", name);
  return found;
}

// However deep it goes, few descriptors are open at once.
absl::Status RemoveAllIn(sys::Fd here) {
  std::vector<std::string> way;
  while (true) {
    SBX_ASSIGN_OR_RETURN(const auto below, sys::DirectoriesIn(here, "cgroup"));
    if (!below.empty()) {
      SBX_ASSIGN_OR_RETURN(here, OpenIn(here, below[0]));
      way.push_back(below[0]);
      continue;
    }
    if (way.empty()) return absl::OkStatus();
    SBX_ASSIGN_OR_RETURN(here, OpenIn(here, ".."));
    if (unlinkat(here.get(), way.back().c_str(), AT_REMOVEDIR) != 0) {
      return sys::CallFailed("unlinkat", way.back());
    }
    way.pop_back();
  }
}

}  // namespace

absl::StatusOr<sys::Fd> OpenLocked(const std::string& path, int lock) {
  SBX_ASSIGN_OR_RETURN(sys::Fd directory,
                       sys::Open(path, O_RDONLY | O_DIRECTORY));
  if (flock(directory.get(), lock) != 0) return sys::CallFailed("flock", path);
  return directory;
}

std::string NewName(const std::string& directory) {
  return absl::StrCat(directory, "/", kPrefix, getpid());
}

absl::Status RemoveWithAllBelow(const std::string& path) {
  SBX_ASSIGN_OR_RETURN(sys::Fd directory,
                       sys::Open(path, O_RDONLY | O_DIRECTORY));
  SBX_RETURN_IF_ERROR(RemoveAllIn(std::move(directory)));
  if (rmdir(path.c_str()) != 0) return sys::CallFailed("rmdir", path);
  return absl::OkStatus();
}

void RemoveAbandoned(const std::string& directory) {
  const auto here = sys::Open(directory, O_RDONLY | O_DIRECTORY);
  if (!here.ok()) return;
  const auto names = sys::DirectoriesIn(*here, directory);
  if (!names.ok()) return;
  for (const std::string& name : *names) {
    if (!absl::StartsWith(name, kPrefix)) continue;
    const std::string path = absl::StrCat(directory, "/", name);
    // What cannot be removed is in use.
    if (OpenLocked(path, LOCK_EX | LOCK_NB).ok()) {
      (void)RemoveWithAllBelow(path);
    }
  }
}

}  // namespace sbx::cgroup
