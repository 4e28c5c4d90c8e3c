// SPDX-License-Identifier: Apache-2.0

#include "sandbox/cgroup/hierarchy.h"

#include <optional>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "sandbox/sys/file.h"
#include "sandbox/sys/mount_table.h"
#include "sandbox/sys/path.h"
#include "sandbox/sys/status.h"

namespace sbx::cgroup {
namespace {

absl::StatusOr<std::string> PathOf(absl::string_view cgroup) {
  for (absl::string_view line : absl::StrSplit(cgroup, '\n')) {
    // The others are hierarchies of version 1.
    if (!absl::ConsumePrefix(&line, "0::")) continue;
    if (absl::StartsWith(line, "/..")) {
      return absl::FailedPreconditionError(
          absl::StrCat("the cgroup ", sys::Quoted(line),
                       " lies outside of this cgroup namespace"));
    }
    return std::string(line);
  }
  return absl::FailedPreconditionError(
      "the kernel has no unified cgroup hierarchy (version 2) here, and limits "
      "need it: boot with systemd.unified_cgroup_hierarchy=1");
}

// A hierarchy of version 1 in a text as of /proc/PID/cgroup.
struct OldLine {
  absl::string_view controllers;
  absl::string_view path;
};

std::vector<OldLine> OldLines(absl::string_view cgroup) {
  std::vector<OldLine> lines;
  for (const absl::string_view line : absl::StrSplit(cgroup, '\n')) {
    const std::vector<absl::string_view> fields =
        absl::StrSplit(line, absl::MaxSplits(':', 2));
    if (fields.size() < 3 || fields[0] == "0") continue;
    lines.push_back({.controllers = fields[1], .path = fields[2]});
  }
  return lines;
}

bool Lists(absl::string_view list, absl::string_view word) {
  for (const absl::string_view one : absl::StrSplit(list, ',')) {
    if (one == word) return true;
  }
  return false;
}

// Where a file system of `type`, with `option` among its options unless that is
// empty, shows the cgroup `path`.
std::optional<Place> PlaceOf(const std::string& path, absl::string_view type,
                             absl::string_view option,
                             absl::string_view mountinfo) {
  for (const sys::MountRow& row : sys::ParseMounts(mountinfo)) {
    if (row.type != type || !sys::IsAtOrBelow(path, row.root)) continue;
    if (!option.empty() && !Lists(row.options, option)) continue;
    return Place{.mount = row.place, .mount_root = row.root, .path = path};
  }
  return std::nullopt;
}

}  // namespace

std::string Place::Directory() const {
  absl::string_view below = path;
  if (mount_root != "/") absl::ConsumePrefix(&below, mount_root);
  return below == "/" || below.empty() ? mount : absl::StrCat(mount, below);
}

absl::StatusOr<Place> ParsePlace(absl::string_view cgroup,
                                 absl::string_view mountinfo) {
  SBX_ASSIGN_OR_RETURN(std::string path, PathOf(cgroup));
  if (auto place = PlaceOf(path, "cgroup2", "", mountinfo)) return *place;
  return absl::FailedPreconditionError(absl::StrCat(
      "no mount here shows the cgroup ", sys::Quoted(path),
      " of the unified hierarchy; mount one at /sys/fs/cgroup (cgroup2)"));
}

absl::StatusOr<Place> ParseOldPlace(absl::string_view controller,
                                    absl::string_view cgroup,
                                    absl::string_view mountinfo) {
  for (const OldLine& line : OldLines(cgroup)) {
    if (!Lists(line.controllers, controller)) continue;
    if (auto place =
            PlaceOf(std::string(line.path), "cgroup", controller, mountinfo)) {
      return *place;
    }
  }
  return absl::FailedPreconditionError(
      absl::StrCat("no mount here shows the controller ", controller,
                   " of cgroup version 1"));
}

absl::StatusOr<Place> ReadPlace() {
  SBX_ASSIGN_OR_RETURN(const std::string cgroup,
                       sys::ReadFile("/proc/self/cgroup"));
  SBX_ASSIGN_OR_RETURN(const std::string mountinfo,
                       sys::ReadFile("/proc/self/mountinfo"));
  return ParsePlace(cgroup, mountinfo);
}

absl::StatusOr<Place> ReadOldPlace(absl::string_view controller) {
  SBX_ASSIGN_OR_RETURN(const std::string cgroup,
                       sys::ReadFile("/proc/self/cgroup"));
  SBX_ASSIGN_OR_RETURN(const std::string mountinfo,
                       sys::ReadFile("/proc/self/mountinfo"));
  return ParseOldPlace(controller, cgroup, mountinfo);
}

std::vector<std::string> OldControllers(absl::string_view cgroup) {
  std::vector<std::string> all;
  for (const OldLine& line : OldLines(cgroup)) {
    for (const absl::string_view name : absl::StrSplit(line.controllers, ',')) {
      if (!absl::StrContains(name, '=')) all.emplace_back(name);
    }
  }
  return all;
}

}  // namespace sbx::cgroup
