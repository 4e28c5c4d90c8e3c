// SPDX-License-Identifier: Apache-2.0

#include "sandbox/devices.h"

#include <sys/stat.h>
#include <sys/sysmacros.h>

#include <variant>

#include "absl/strings/str_cat.h"
#include "fs/dev.h"
#include "sandbox/sys/status.h"

namespace sbx {
namespace {

using Rules = std::vector<cgroup::DeviceRule>;

absl::StatusOr<cgroup::DeviceRule> RuleOf(const fs::Device& device) {
  struct stat node = {};
  if (stat(device.host.c_str(), &node) != 0) {
    return sys::CallFailed("stat", device.host);
  }
  if (!S_ISCHR(node.st_mode) && !S_ISBLK(node.st_mode)) {
    return absl::InvalidArgumentError(
        absl::StrCat(sys::Quoted(device.host), " is no device"));
  }
  return cgroup::DeviceRule{.name = device.host,
                            .type = S_ISBLK(node.st_mode) ? 'b' : 'c',
                            .major = major(node.st_rdev),
                            .minor = minor(node.st_rdev),
                            .read = device.read,
                            .write = device.write,
                            .make = device.make};
}

absl::Status AddMinimal(const std::string& terminal, Rules& rules) {
  for (const fs::DeviceRow& row : fs::kDevices) {
    rules.push_back({.name = absl::StrCat("/dev/", row.name),
                     .major = row.major,
                     .minor = row.minor});
  }
  for (const fs::TerminalRow& row : fs::kTerminals) {
    rules.push_back({.name = row.name, .major = row.major, .minor = row.minor});
  }
  if (terminal.empty()) return absl::OkStatus();
  SBX_ASSIGN_OR_RETURN(rules.emplace_back(),
                       RuleOf(fs::Device{.host = terminal}));
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<Rules> DevicesOf(const fs::Spec& files,
                                const std::string& terminal) {
  Rules rules;
  for (const fs::Item& item : files.items) {
    if (std::holds_alternative<fs::Dev>(item.operation)) {
      SBX_RETURN_IF_ERROR(AddMinimal(terminal, rules));
    } else if (const auto* device = std::get_if<fs::Device>(&item.operation)) {
      SBX_ASSIGN_OR_RETURN(rules.emplace_back(), RuleOf(*device));
    }
  }
  return rules;
}

}  // namespace sbx
