// SPDX-License-Identifier: Apache-2.0
//
// A device limit by a program in the kernel (bpf(2)), which takes privileges on
// the host.

#ifndef SBX_SANDBOX_CGROUP_DEVICE_FILTER_H_
#define SBX_SANDBOX_CGROUP_DEVICE_FILTER_H_

#include <linux/bpf.h>

#include <vector>

#include "absl/status/status.h"
#include "absl/types/span.h"
#include "sandbox/cgroup/device.h"
#include "sandbox/sys/fd.h"

namespace sbx::cgroup {

// Returns a program of type BPF_PROG_TYPE_CGROUP_DEVICE that allows what one of
// `rules` does and nothing else.
std::vector<bpf_insn> DeviceProgram(absl::Span<const DeviceRule> rules);

// Whether the kernel lets this process load such a program: found out by doing
// it.
bool CanLoadDevicePrograms();

// Loads that program for everything in the cgroup whose directory `cgroup` is,
// beside those that its ancestors have.  It goes with the cgroup.
absl::Status FilterDevices(absl::Span<const DeviceRule> rules,
                           const sys::Fd& cgroup);

}  // namespace sbx::cgroup

#endif  // SBX_SANDBOX_CGROUP_DEVICE_FILTER_H_
