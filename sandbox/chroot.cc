// SPDX-License-Identifier: Apache-2.0

#include "sandbox/chroot.h"

#include <fcntl.h>
#include <sched.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "fs/proc.h"
#include "sandbox/chroot_plan.h"
#include "sandbox/sys/capabilities.h"
#include "sandbox/sys/file.h"
#include "sandbox/sys/mount.h"
#include "sandbox/sys/mount_table.h"
#include "sandbox/sys/path.h"
#include "sandbox/sys/status.h"
#include "sandbox/try_mode.h"

namespace sbx {
namespace {

// File systems besides proc, which has a table of its own, that speak for the
// kernel, and to which their owner should not write: root without any
// capability is the owner all the same.
constexpr struct {
  absl::string_view type;
  absl::string_view reason;
} kKernelFileSystems[] = {
    {"sysfs", "settings of the kernel and of devices"},
    {"cgroup", "release_agent starts a program outside"},
    {"cgroup2", "lifts the limits of others, and ends them"},
    {"debugfs", "the inside of drivers"},
    {"tracefs", "what the kernel tells of everybody"},
    {"configfs", "makes devices"},
    {"securityfs", "the rules of security modules"},
    {"bpf", "programs in the kernel"},
    {"binfmt_misc", "starts a program for every other one"},
    {"efivarfs", "how the machine starts"},
};

bool OwnerCanWrite(const std::string& path) {
  struct stat found;
  struct statvfs mount;
  return stat(path.c_str(), &found) == 0 &&
         statvfs(path.c_str(), &mount) == 0 && found.st_uid == geteuid() &&
         (mount.f_flag & ST_RDONLY) == 0;
}

// The parts of a mount that are not to be written, each with the reason.
std::vector<std::pair<std::string, absl::string_view>> PartsOf(
    const sys::MountRow& mount) {
  std::vector<std::pair<std::string, absl::string_view>> parts;
  for (const fs::ProcRow& row : fs::kProcCovers) {
    if (mount.type != "proc" || row.cover != fs::ProcCover::kReadOnly) continue;
    parts.emplace_back(absl::StrCat(mount.place, "/", row.path), row.reason);
  }
  for (const auto& row : kKernelFileSystems) {
    if (mount.type == row.type) parts.emplace_back(mount.place, row.reason);
  }
  return parts;
}

// Those in `directory`, a path without links.
absl::StatusOr<std::vector<KernelFiles>> KernelFilesIn(
    const std::string& directory) {
  SBX_ASSIGN_OR_RETURN(const std::vector<sys::MountRow> mounts,
                       sys::ReadMounts());
  const size_t prefix = directory == "/" ? 0 : directory.size();
  std::vector<KernelFiles> all;
  for (const sys::MountRow& mount : mounts) {
    if (!sys::IsAtOrBelow(mount.place, directory)) continue;
    for (const auto& [path, reason] : PartsOf(mount)) {
      if (!OwnerCanWrite(path)) continue;
      all.push_back({.mount = mount.place.substr(prefix),
                     .writable = path,
                     .reason = std::string(reason)});
    }
  }
  return all;
}

bool IsDirectory(int descriptor) {
  struct stat found;
  return fstat(descriptor, &found) == 0 && S_ISDIR(found.st_mode);
}

absl::Status TryBinding(const ChrootPlan& plan) {
  SBX_ASSIGN_OR_RETURN(const sys::CapabilitySet held,
                       sys::EffectiveCapabilities());
  if (!held.Has(CAP_SYS_ADMIN)) {
    return absl::FailedPreconditionError("sbx lacks CAP_SYS_ADMIN");
  }
  return TryInChild([&plan] { return BindRoot(plan).status(); });
}

std::vector<int> DirectoriesAmong(const std::vector<int>& descriptors) {
  std::vector<int> all = {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO};
  all.insert(all.end(), descriptors.begin(), descriptors.end());
  std::erase_if(all, [](int descriptor) { return !IsDirectory(descriptor); });
  return all;
}

}  // namespace

absl::StatusOr<ChrootFacts> ReadChrootFacts(
    const std::string& directory, const std::vector<int>& descriptors) {
  // As mountinfo has it: without links.
  SBX_ASSIGN_OR_RETURN(const std::string resolved, sys::RealPath(directory));
  ChrootFacts facts = {.directories = DirectoriesAmong(descriptors)};
  SBX_ASSIGN_OR_RETURN(facts.kernel_files, KernelFilesIn(resolved));
  facts.binding = TryBinding(
      {.directory = directory, .kernel_files = MountsOf(facts.kernel_files)});
  return facts;
}

absl::StatusOr<sys::Fd> BindRoot(const ChrootPlan& plan) {
  if (unshare(CLONE_NEWNS) != 0) {
    return sys::CallFailed("unshare", "CLONE_NEWNS");
  }
  SBX_RETURN_IF_ERROR(sys::KeepMountsToOurselves());
  SBX_ASSIGN_OR_RETURN(const sys::Fd place,
                       sys::Open(plan.directory, O_PATH | O_DIRECTORY));
  SBX_ASSIGN_OR_RETURN(sys::Fd tree,
                       sys::CloneTree(place.get(), "", sys::Reach::kAllBelow));
  SBX_RETURN_IF_ERROR(
      sys::RestrictTree(tree, {.access = plan.access, .allow_devices = true},
                        sys::Reach::kAllBelow));
  SBX_RETURN_IF_ERROR(sys::AttachTree(tree, place));
  // Only now, for a part of a tree that is not attached is nobody's to change
  // on older kernels.
  for (const std::string& path : plan.kernel_files) {
    SBX_ASSIGN_OR_RETURN(const sys::Fd mount,
                         sys::OpenInRoot(tree, path, O_PATH));
    SBX_RETURN_IF_ERROR(sys::RestrictMount(
        mount, {.access = sys::Access::kReadOnly, .allow_devices = true}));
  }
  return tree;
}

}  // namespace sbx
