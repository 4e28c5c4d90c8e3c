// SPDX-License-Identifier: Apache-2.0

#include "sandbox/cgroup/trunk.h"

#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <set>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "sandbox/cgroup/hierarchy.h"
#include "sandbox/sys/file.h"
#include "sandbox/sys/path.h"
#include "sandbox/sys/status.h"

namespace sbx::cgroup {
namespace {

constexpr absl::string_view kRemedy =
    "; an administrator delegates it to the users' own systemd with a file "
    "/etc/systemd/system/user@.service.d/delegate.conf of two lines, "
    "[Service] and Delegate=cpu cpuset io memory pids";

using Controllers = std::set<std::string>;

absl::StatusOr<Controllers> ReadControllers(const std::string& file) {
  SBX_ASSIGN_OR_RETURN(const std::string text, sys::ReadFile(file));
  return Controllers(
      absl::StrSplit(absl::StripAsciiWhitespace(text), ' ', absl::SkipEmpty()));
}

Controllers NeededBy(absl::Span<const Setting> settings) {
  Controllers needed;
  for (const Setting& setting : settings) needed.insert(setting.controller);
  return needed;
}

absl::Status Missing(const std::string& directory, const std::string& name) {
  const auto cgroup = sys::ReadFile("/proc/self/cgroup");
  if (cgroup.ok()) {
    for (const std::string& old : OldControllers(*cgroup)) {
      if (old != name) continue;
      return absl::FailedPreconditionError(absl::StrCat(
          "the controller ", name,
          " is bound to cgroup version 1 here, where limits cannot be "
          "delegated safely; boot with systemd.unified_cgroup_hierarchy=1"));
    }
  }
  return absl::FailedPreconditionError(
      absl::StrCat("the controller ", name, " is not delegated to the cgroup ",
                   sys::Quoted(directory), kRemedy));
}

absl::Status CheckDelegated(const std::string& directory,
                            const Controllers& needed) {
  SBX_ASSIGN_OR_RETURN(const Controllers there,
                       ReadControllers(directory + "/cgroup.controllers"));
  for (const std::string& name : needed) {
    if (!there.contains(name)) return Missing(directory, name);
  }
  return absl::OkStatus();
}

absl::StatusOr<Controllers> NotYetEnabled(const std::string& directory,
                                          const Controllers& needed) {
  SBX_ASSIGN_OR_RETURN(const Controllers enabled,
                       ReadControllers(directory + "/cgroup.subtree_control"));
  Controllers rest;
  for (const std::string& name : needed) {
    if (!enabled.contains(name)) rest.insert(name);
  }
  return rest;
}

// "+cpu +memory", or with minus.
std::string Switches(absl::string_view sign, const Controllers& controllers) {
  return absl::StrJoin(controllers, " ",
                       [&](std::string* out, const std::string& name) {
                         absl::StrAppend(out, sign, name);
                       });
}

absl::Status Enter(const std::string& directory) {
  return sys::WriteFile(directory + "/cgroup.procs", "0");
}

// Whether leaves with the controllers can be made there as it is.
bool Serves(const std::string& directory, const Controllers& needed) {
  const auto lacks = NotYetEnabled(directory, needed);
  return lacks.ok() && lacks->empty() && access(directory.c_str(), W_OK) == 0;
}

absl::Status Crowded(const std::string& directory) {
  return sys::ErrnoStatus(
      EBUSY,
      absl::StrCat("other processes are in the cgroup ", sys::Quoted(directory),
                   ", which so cannot pass controllers on: start sbx in one "
                   "of its own, below which it may make others"));
}

}  // namespace

Trunk::Trunk(Trunk&& other) noexcept
    : directory_(std::exchange(other.directory_, "")),
      own_leaf_(std::exchange(other.own_leaf_, "")),
      undo_(std::exchange(other.undo_, "")) {}

Trunk& Trunk::operator=(Trunk&& other) noexcept {
  (void)Leave();
  directory_ = std::exchange(other.directory_, "");
  own_leaf_ = std::exchange(other.own_leaf_, "");
  undo_ = std::exchange(other.undo_, "");
  return *this;
}

absl::StatusOr<Trunk> Trunk::Make(const std::string& directory,
                                  absl::Span<const Setting> settings) {
  const Controllers needed = NeededBy(settings);
  SBX_RETURN_IF_ERROR(CheckDelegated(directory, needed));
  SBX_ASSIGN_OR_RETURN(const Controllers rest,
                       NotYetEnabled(directory, needed));
  Trunk trunk;
  trunk.directory_ = directory;
  if (rest.empty()) return trunk;
  SBX_RETURN_IF_ERROR(trunk.StepAside());
  const absl::Status enabled = sys::WriteFile(
      directory + "/cgroup.subtree_control", Switches("+", rest));
  if (enabled.ok()) {
    trunk.undo_ = Switches("-", rest);
    return trunk;
  }
  SBX_RETURN_IF_ERROR(trunk.Leave());
  if (sys::ErrnoOf(enabled) != EBUSY) return enabled;
  const std::string above = sys::ParentOf(directory);
  if (!Serves(above, needed)) return Crowded(directory);
  trunk.directory_ = above;
  return trunk;
}

absl::Status Trunk::StepAside() {
  const std::string leaf =
      absl::StrCat(directory_, "/sbx-", getpid(), "-supervisor");
  if (mkdir(leaf.c_str(), 0755) != 0) return sys::CallFailed("mkdir", leaf);
  own_leaf_ = leaf;
  return Enter(leaf);
}

absl::Status Trunk::Leave() {
  if (!undo_.empty()) {
    SBX_RETURN_IF_ERROR(
        sys::WriteFile(directory_ + "/cgroup.subtree_control", undo_));
    undo_.clear();
  }
  if (own_leaf_.empty()) return absl::OkStatus();
  const std::string leaf = std::move(own_leaf_);
  own_leaf_.clear();
  SBX_RETURN_IF_ERROR(Enter(directory_));
  if (rmdir(leaf.c_str()) != 0) return sys::CallFailed("rmdir", leaf);
  return absl::OkStatus();
}

}  // namespace sbx::cgroup
