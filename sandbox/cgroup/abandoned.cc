// SPDX-License-Identifier: Apache-2.0

#include "sandbox/cgroup/abandoned.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <memory>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "sandbox/sys/file.h"
#include "sandbox/sys/status.h"

namespace sbx::cgroup {
namespace {

constexpr absl::string_view kPrefix = "sbx-";

using Entries = std::unique_ptr<DIR, int (*)(DIR*)>;

absl::StatusOr<sys::Fd> OpenIn(const sys::Fd& directory,
                               const std::string& name) {
  sys::Fd found(openat(directory.get(), name.c_str(),
                       O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
  if (!found) return sys::CallFailed("openat", name);
  return found;
}

// The name of a cgroup in `directory`; empty: there is none.
absl::StatusOr<std::string> AnyIn(const sys::Fd& directory) {
  SBX_ASSIGN_OR_RETURN(sys::Fd copy, OpenIn(directory, "."));
  const Entries entries(fdopendir(copy.get()), closedir);
  if (entries == nullptr) return sys::CallFailed("fdopendir");
  (void)copy.Release();
  while (const dirent* entry = readdir(entries.get())) {
    const absl::string_view name = entry->d_name;
    if (entry->d_type == DT_DIR && name != "." && name != "..") {
      return std::string(name);
    }
  }
  return std::string();
}

// However deep it goes, few descriptors are open at once.
absl::Status RemoveAllIn(sys::Fd here) {
  std::vector<std::string> way;
  while (true) {
    SBX_ASSIGN_OR_RETURN(std::string name, AnyIn(here));
    if (!name.empty()) {
      SBX_ASSIGN_OR_RETURN(here, OpenIn(here, name));
      way.push_back(std::move(name));
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
  const Entries entries(opendir(directory.c_str()), closedir);
  if (entries == nullptr) return;
  while (const dirent* entry = readdir(entries.get())) {
    if (!absl::StartsWith(entry->d_name, kPrefix)) continue;
    const std::string path = absl::StrCat(directory, "/", entry->d_name);
    // What cannot be removed is in use.
    if (OpenLocked(path, LOCK_EX | LOCK_NB).ok()) {
      (void)RemoveWithAllBelow(path);
    }
  }
}

}  // namespace sbx::cgroup
