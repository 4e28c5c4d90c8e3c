// SPDX-License-Identifier: Apache-2.0

#include "sandbox/chroot_plan.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "sandbox/sys/status.h"

namespace sbx {
namespace {

fs::Access AccessOfRoot(const fs::Spec& files) {
  for (const fs::Item& item : files.items) {
    const auto* bind = std::get_if<fs::Bind>(&item.operation);
    if (bind != nullptr && bind->inside == "/") return bind->access;
  }
  return fs::Access::kReadWrite;
}

// What a mount of its own would keep too.
absl::Status CheckPlainRoot(const ChrootPlan& plan, const ChrootFacts& facts) {
  if (plan.mount == Own::kYes) return absl::OkStatus();
  if (plan.access == fs::Access::kReadOnly) {
    return absl::FailedPreconditionError(absl::StrCat(
        sys::Quoted(plan.directory),
        " cannot be read-only: that takes Landlock, or a mount of its own (",
        plan.no_mount_reason, ")"));
  }
  if (facts.kernel_files.empty()) return absl::OkStatus();
  const KernelFiles& files = facts.kernel_files.front();
  return absl::FailedPreconditionError(absl::StrCat(
      sys::Quoted(files.writable), " can be written (", files.reason,
      "), and without Landlock nothing keeps root from it; unmount it there, "
      "or mount it read-only"));
}

absl::Status CheckWithoutLandlock(const ChrootPlan& plan,
                                  const ChrootFacts& facts) {
  SBX_RETURN_IF_ERROR(CheckPlainRoot(plan, facts));
  if (facts.directories.empty()) return absl::OkStatus();
  return absl::FailedPreconditionError(absl::StrCat(
      "descriptor ", facts.directories.front(),
      " is a directory, and so a way out of the root, which without Landlock "
      "nothing closes; give the command something else there"));
}

}  // namespace

std::vector<std::string> MountsOf(const std::vector<KernelFiles>& files) {
  std::vector<std::string> mounts;
  for (const KernelFiles& row : files) {
    if (std::find(mounts.begin(), mounts.end(), row.mount) == mounts.end()) {
      mounts.push_back(row.mount);
    }
  }
  return mounts;
}

absl::StatusOr<ChrootPlan> PlanChroot(const Spec& spec, const Facts& facts) {
  if (spec.mode != Mode::kChroot) return ChrootPlan();
  const ChrootFacts& chroot = facts.chroot;
  ChrootPlan plan = {.directory = spec.chroot,
                     .mount = chroot.binding.ok() ? Own::kYes : Own::kNo,
                     .no_mount_reason = std::string(chroot.binding.message()),
                     .access = AccessOfRoot(spec.files),
                     .kernel_files = MountsOf(chroot.kernel_files)};
  if (facts.landlock_abi > 0) return plan;
  const absl::Status kept = CheckWithoutLandlock(plan, chroot);
  if (!kept.ok()) return kept;
  return plan;
}

}  // namespace sbx
