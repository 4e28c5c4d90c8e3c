// SPDX-License-Identifier: Apache-2.0

#include "sandbox/cgroup/old_devices.h"

#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <utility>

#include "absl/strings/str_cat.h"
#include "sandbox/cgroup/abandoned.h"
#include "sandbox/cgroup/hierarchy.h"
#include "sandbox/sys/file.h"
#include "sandbox/sys/status.h"

namespace sbx::cgroup {
namespace {

absl::Status MoveTo(const std::string& directory) {
  return sys::WriteFile(directory + "/cgroup.procs", absl::StrCat(getpid()));
}

}  // namespace

OldDevices::OldDevices(OldDevices&& other) noexcept
    : before_(std::exchange(other.before_, "")),
      path_(std::exchange(other.path_, "")),
      lock_(std::move(other.lock_)) {}

OldDevices& OldDevices::operator=(OldDevices&& other) noexcept {
  (void)Leave();
  before_ = std::exchange(other.before_, "");
  path_ = std::exchange(other.path_, "");
  lock_ = std::move(other.lock_);
  return *this;
}

absl::StatusOr<OldDevices> OldDevices::Enter(
    absl::Span<const DeviceRule> rules) {
  SBX_ASSIGN_OR_RETURN(const Place place, ReadOldPlace("devices"));
  const std::string before = place.Directory();
  SBX_ASSIGN_OR_RETURN(const sys::Fd lock, OpenLocked(before, LOCK_EX));
  RemoveAbandoned(before);
  OldDevices made;
  const std::string path = NewName(before);
  if (mkdir(path.c_str(), 0755) != 0) return sys::CallFailed("mkdir", path);
  made.path_ = path;
  made.before_ = before;
  SBX_ASSIGN_OR_RETURN(made.lock_, OpenLocked(path, LOCK_SH));
  SBX_RETURN_IF_ERROR(sys::WriteFile(path + "/devices.deny", "a"));
  for (const DeviceRule& rule : rules) {
    SBX_RETURN_IF_ERROR(
        sys::WriteFile(path + "/devices.allow", OldWords(rule)));
  }
  SBX_RETURN_IF_ERROR(MoveTo(path));
  return made;
}

absl::Status OldDevices::Leave() {
  if (path_.empty()) return absl::OkStatus();
  const std::string path = std::exchange(path_, "");
  SBX_RETURN_IF_ERROR(MoveTo(before_));
  lock_ = sys::Fd();
  if (rmdir(path.c_str()) != 0) return sys::CallFailed("rmdir", path);
  return absl::OkStatus();
}

bool HasOldDevices() {
  const auto place = ReadOldPlace("devices");
  return place.ok() && access(place->Directory().c_str(), W_OK) == 0;
}

std::string OldWords(const DeviceRule& rule) {
  const std::string minor = rule.minor ? absl::StrCat(*rule.minor) : "*";
  return absl::StrCat(std::string(1, rule.type), " ", rule.major, ":", minor,
                      " ", rule.read ? "r" : "", rule.write ? "w" : "",
                      rule.make ? "m" : "");
}

}  // namespace sbx::cgroup
