// SPDX-License-Identifier: Apache-2.0

#ifndef SBX_SANDBOX_DEVICES_H_
#define SBX_SANDBOX_DEVICES_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "fs/spec.h"
#include "sandbox/cgroup/device.h"

namespace sbx {

// Returns the devices that are to be had in `files`, as a cgroup limits them:
// those of a minimal /dev, `terminal`, which is its console if not empty, and
// those that were asked for, as the host has them.
absl::StatusOr<std::vector<cgroup::DeviceRule>> DevicesOf(
    const fs::Spec& files, const std::string& terminal);

}  // namespace sbx

#endif  // SBX_SANDBOX_DEVICES_H_
