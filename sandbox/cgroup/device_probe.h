// SPDX-License-Identifier: Apache-2.0

#ifndef SBX_SANDBOX_CGROUP_DEVICE_PROBE_H_
#define SBX_SANDBOX_CGROUP_DEVICE_PROBE_H_

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "sandbox/cgroup/device.h"
#include "sandbox/sys/fd.h"

namespace sbx::cgroup {

// Tries, in the cgroup whose directory `cgroup` is (not open: that of this
// process), to open devices of the host that `allowed` does not list and that
// do nothing when they are opened.  What systemd says of a unit is no answer:
// that of a user takes DevicePolicy= and does not keep it.
absl::StatusOr<DeviceVerdict> TryDevices(absl::Span<const DeviceRule> allowed,
                                         const sys::Fd& cgroup);

}  // namespace sbx::cgroup

#endif  // SBX_SANDBOX_CGROUP_DEVICE_PROBE_H_
