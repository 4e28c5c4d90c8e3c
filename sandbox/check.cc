// SPDX-License-Identifier: Apache-2.0

#include "sandbox/check.h"

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

}  // namespace

absl::Status Check(const Spec& spec) {
  SBX_RETURN_IF_ERROR(CheckCommand(spec));
  SBX_RETURN_IF_ERROR(CheckHostName(spec));
  SBX_RETURN_IF_ERROR(CheckTimes(spec));
  return CheckDefaultShares(spec);
}

}  // namespace sbx
