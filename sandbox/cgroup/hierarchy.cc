// SPDX-License-Identifier: Apache-2.0

#include "sandbox/cgroup/hierarchy.h"

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "sandbox/sys/file.h"
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

}  // namespace

std::string Place::Directory() const {
  absl::string_view below = path;
  if (mount_root != "/") absl::ConsumePrefix(&below, mount_root);
  return below == "/" || below.empty() ? mount : absl::StrCat(mount, below);
}

absl::StatusOr<Place> ParsePlace(absl::string_view cgroup,
                                 absl::string_view mountinfo) {
  SBX_ASSIGN_OR_RETURN(std::string path, PathOf(cgroup));
  for (const absl::string_view line : absl::StrSplit(mountinfo, '\n')) {
    const std::vector<absl::string_view> halves =
        absl::StrSplit(line, absl::MaxSplits(" - ", 1));
    if (halves.size() != 2 || !absl::StartsWith(halves[1], "cgroup2 ")) {
      continue;
    }
    const std::vector<std::string> fields = absl::StrSplit(halves[0], ' ');
    if (fields.size() < 5 || !sys::IsAtOrBelow(path, fields[3])) continue;
    return Place{
        .mount = fields[4], .mount_root = fields[3], .path = std::move(path)};
  }
  return absl::FailedPreconditionError(absl::StrCat(
      "no mount here shows the cgroup ", sys::Quoted(path),
      " of the unified hierarchy; mount one at /sys/fs/cgroup (cgroup2)"));
}

absl::StatusOr<Place> ReadPlace() {
  SBX_ASSIGN_OR_RETURN(const std::string cgroup,
                       sys::ReadFile("/proc/self/cgroup"));
  SBX_ASSIGN_OR_RETURN(const std::string mountinfo,
                       sys::ReadFile("/proc/self/mountinfo"));
  return ParsePlace(cgroup, mountinfo);
}

std::vector<std::string> OldControllers(absl::string_view cgroup) {
  std::vector<std::string> all;
  for (const absl::string_view line : absl::StrSplit(cgroup, '\n')) {
    const std::vector<absl::string_view> fields =
        absl::StrSplit(line, absl::MaxSplits(':', 2));
    if (fields.size() < 3 || fields[0] == "0") continue;
    for (const absl::string_view name : absl::StrSplit(fields[1], ',')) {
      if (!absl::StrContains(name, '=')) all.emplace_back(name);
    }
  }
  return all;
}

}  // namespace sbx::cgroup
