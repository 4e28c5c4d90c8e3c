// SPDX-License-Identifier: Apache-2.0

#include "sandbox/check.h"

#include <linux/capability.h>

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"
#include "sandbox/sys/path.h"
#include "sandbox/sys/status.h"

namespace sbx {
namespace {

// sethostname(2).
constexpr size_t kLongestHostName = 64;

absl::Status CheckCommand(const Spec& spec) {
  if (spec.command.empty()) {
    return absl::InvalidArgumentError("there is no command to run");
  }
  if (spec.command[0].empty()) {
    return absl::InvalidArgumentError("the name of the command is empty");
  }
  return absl::OkStatus();
}

absl::Status CheckHostName(const Spec& spec) {
  if (!spec.host_name) return absl::OkStatus();
  if (spec.host_name->empty() || spec.host_name->size() > kLongestHostName) {
    return absl::InvalidArgumentError(
        absl::StrCat("the host name ", sys::Quoted(*spec.host_name),
                     " does not have 1 to 64 characters"));
  }
  return absl::OkStatus();
}

absl::Status CheckTimes(const Spec& spec) {
  if (spec.time_limit <= absl::ZeroDuration()) {
    return absl::InvalidArgumentError("the time limit is not above zero");
  }
  if (spec.grace < absl::ZeroDuration()) {
    return absl::InvalidArgumentError("the time to end is below zero");
  }
  return absl::OkStatus();
}

absl::Status CheckDefaultShare(const std::string& host,
                               const std::vector<fs::Secret>& secrets) {
  const std::string path = sys::Lexical(host);
  for (const fs::Secret& secret : secrets) {
    if (secret.visibility == fs::Visibility::kShown ||
        !sys::IsAtOrBelow(path, secret.host)) {
      continue;
    }
    return absl::InvalidArgumentError(absl::StrCat(
        sys::Quoted(host), " belongs to a store of secrets (", secret.reason,
        "), which is hidden; go elsewhere, share it with --rw=",
        sys::Quoted(secret.host), ", or use --expose=", secret.name));
  }
  return absl::OkStatus();
}

// A share that is there by default must not open what is hidden by default:
// whoever stands in a store of secrets is to say that it is meant.
absl::Status CheckDefaultShares(const Spec& spec) {
  for (const fs::Item& item : spec.files.items) {
    const fs::Bind* bind = std::get_if<fs::Bind>(&item.operation);
    if (bind == nullptr || item.reason.empty()) continue;
    SBX_RETURN_IF_ERROR(CheckDefaultShare(bind->host, spec.files.secrets));
  }
  return absl::OkStatus();
}

// Whoever may write to the cgroup above may take a controller away, and its
// limits with it; the kernel guards only the leaf itself, against its own
// namespace.
absl::Status CheckLimitsHold(const Spec& spec) {
  constexpr absl::string_view kCgroups = "/sys/fs/cgroup";
  const std::string limit =
      !spec.cgroup.settings.empty() ? spec.cgroup.settings.front().option
      : spec.cgroup.device_limit != cgroup::DeviceLimit::kOff ? "device-limit"
                                                              : "";
  if (limit.empty()) return absl::OkStatus();
  // It makes writable what is not (mount_setattr(2)).
  const bool remounts = spec.policy.capabilities.Has(CAP_SYS_ADMIN);
  for (const fs::Item& item : spec.files.items) {
    const fs::Bind* bind = std::get_if<fs::Bind>(&item.operation);
    if (bind == nullptr) continue;
    const std::string host = sys::Lexical(bind->host);
    if (!sys::IsAtOrBelow(host, kCgroups) &&
        !sys::IsAtOrBelow(kCgroups, host)) {
      continue;
    }
    if (bind->access == fs::Access::kReadWrite) {
      return absl::InvalidArgumentError(
          absl::StrCat("with ", sys::Quoted(bind->host),
                       " writable the command could lift the limit --", limit,
                       "; share less of it, or with --ro"));
    }
    if (remounts) {
      return absl::InvalidArgumentError(absl::StrCat(
          "with CAP_SYS_ADMIN the command could make ", sys::Quoted(bind->host),
          " writable and lift the limit --", limit,
          "; share less of it, as with --root or --bare, or take the "
          "capability away"));
    }
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status Check(const Spec& spec) {
  SBX_RETURN_IF_ERROR(CheckCommand(spec));
  SBX_RETURN_IF_ERROR(CheckHostName(spec));
  SBX_RETURN_IF_ERROR(CheckTimes(spec));
  SBX_RETURN_IF_ERROR(CheckLimitsHold(spec));
  return CheckDefaultShares(spec);
}

}  // namespace sbx
