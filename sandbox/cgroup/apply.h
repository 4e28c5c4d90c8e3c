// SPDX-License-Identifier: Apache-2.0

#ifndef SBX_SANDBOX_CGROUP_APPLY_H_
#define SBX_SANDBOX_CGROUP_APPLY_H_

#include <string>

#include "absl/status/statusor.h"
#include "sandbox/cgroup/leaf.h"
#include "sandbox/cgroup/old_devices.h"
#include "sandbox/cgroup/plan.h"
#include "sandbox/cgroup/trunk.h"

namespace sbx::cgroup {

Facts ReadFacts(const Spec& spec);

// The cgroup of a sandbox, with what it hangs on.
struct Cgroup {
  // Goes after the leaf.
  Trunk trunk = {};
  Leaf leaf = {};
  OldDevices old_devices = {};
  // Whether devices that are not listed can be opened in it.
  DeviceVerdict devices = DeviceVerdict::kNotTried;

  // Removes all of it.
  absl::Status Remove();
};

// Makes what `plan` says, before the sandbox is made, perhaps nothing but a
// look at devices; by way of systemd this process is in another cgroup from
// then on.  `description` is what systemctl shows of it.
absl::StatusOr<Cgroup> MakeCgroup(const Plan& plan,
                                  const std::string& description);

}  // namespace sbx::cgroup

#endif  // SBX_SANDBOX_CGROUP_APPLY_H_
