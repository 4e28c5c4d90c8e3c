// SPDX-License-Identifier: Apache-2.0

#include "sandbox/cgroup/abandoned.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <memory>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "sandbox/sys/file.h"
#include "sandbox/sys/status.h"

namespace sbx::cgroup {
namespace {

constexpr absl::string_view kPrefix = "sbx-";

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

void RemoveAbandoned(const std::string& directory) {
  const std::unique_ptr<DIR, int (*)(DIR*)> entries(opendir(directory.c_str()),
                                                    closedir);
  if (entries == nullptr) return;
  while (const dirent* entry = readdir(entries.get())) {
    if (!absl::StartsWith(entry->d_name, kPrefix)) continue;
    const std::string path = absl::StrCat(directory, "/", entry->d_name);
    // What cannot be removed is in use.
    if (OpenLocked(path, LOCK_EX | LOCK_NB).ok()) (void)rmdir(path.c_str());
  }
}

}  // namespace sbx::cgroup
