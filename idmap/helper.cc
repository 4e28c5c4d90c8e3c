// SPDX-License-Identifier: Apache-2.0

#include "idmap/helper.h"

#include <endian.h>
#include <linux/capability.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/xattr.h>

#include <cstdint>
#include <cstring>

#include "absl/strings/str_cat.h"

namespace sbx::idmap {
namespace {

constexpr mode_t kAnyExecute = S_IXUSR | S_IXGRP | S_IXOTH;

bool IsProgram(const std::string& path, struct stat& found) {
  return stat(path.c_str(), &found) == 0 && S_ISREG(found.st_mode) &&
         (found.st_mode & kAnyExecute) != 0;
}

bool IsSetuidRoot(const struct stat& found) {
  return found.st_uid == 0 && (found.st_mode & S_ISUID) != 0;
}

bool HasCapability(const std::string& path, int capability) {
  char value[sizeof(vfs_ns_cap_data)];
  const ssize_t size =
      getxattr(path.c_str(), "security.capability", value, sizeof(value));
  // Whatever the reason is, such a file gives no capability.
  if (size < 0) return false;
  return Permits(absl::string_view(value, static_cast<size_t>(size)),
                 capability);
}

bool IsOnNosuidMount(const std::string& path) {
  struct statvfs found;
  return statvfs(path.c_str(), &found) == 0 && (found.f_flag & ST_NOSUID) != 0;
}

Helper::State StateOf(const std::string& path, int capability) {
  struct stat found;
  if (!IsProgram(path, found)) return Helper::State::kMissing;
  if (!IsSetuidRoot(found) && !HasCapability(path, capability)) {
    return Helper::State::kNotPrivileged;
  }
  return IsOnNosuidMount(path) ? Helper::State::kOnNosuidMount
                               : Helper::State::kReady;
}

}  // namespace

std::string FindProgram(absl::string_view name,
                        const std::vector<std::string>& directories) {
  for (const std::string& directory : directories) {
    std::string path = absl::StrCat(directory, "/", name);
    if (struct stat found; IsProgram(path, found)) return path;
  }
  return "";
}

Helper FindHelper(absl::string_view name, int capability,
                  const std::vector<std::string>& directories) {
  Helper best;
  for (const std::string& directory : directories) {
    const std::string path = absl::StrCat(directory, "/", name);
    const Helper::State state = StateOf(path, capability);
    if (state == Helper::State::kReady) return {.state = state, .path = path};
    if (best.state == Helper::State::kMissing &&
        state != Helper::State::kMissing) {
      best = {.state = state, .path = path};
    }
  }
  return best;
}

bool Permits(absl::string_view value, int capability) {
  vfs_cap_data data;
  // The first of the two halves; revision 1 had only that one.
  constexpr size_t kFirstHalf = XATTR_CAPS_SZ_1;
  if (value.size() < kFirstHalf) return false;
  std::memcpy(&data, value.data(), kFirstHalf);
  return (le32toh(data.data[0].permitted) >> capability & 1) != 0;
}

}  // namespace sbx::idmap
