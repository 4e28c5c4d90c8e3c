// SPDX-License-Identifier: Apache-2.0

#ifndef SBX_SANDBOX_CGROUP_OLD_DEVICES_H_
#define SBX_SANDBOX_CGROUP_OLD_DEVICES_H_

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "sandbox/cgroup/device.h"
#include "sandbox/sys/fd.h"

namespace sbx::cgroup {

// A device limit by the controller of version 1
// (Documentation/admin-guide/cgroup-v1/devices.rst): this process is in the
// cgroup too, for nobody can be born into one of that version, and leaves it
// when this goes out of scope.
class OldDevices {
 public:
  OldDevices() = default;
  OldDevices(OldDevices&& other) noexcept;
  OldDevices& operator=(OldDevices&& other) noexcept;
  ~OldDevices() { (void)Leave(); }

  // Makes a cgroup that allows what one of `rules` does and nothing else, and
  // enters it.
  static absl::StatusOr<OldDevices> Enter(absl::Span<const DeviceRule> rules);

  // Back to where this process was; everybody else in it has ended.
  absl::Status Leave();

 private:
  std::string before_ = {};
  std::string path_ = {};
  sys::Fd lock_ = {};
};

// Whether this process may make one.
bool HasOldDevices();

// Returns what is written to devices.allow for `rule`.
std::string OldWords(const DeviceRule& rule);

}  // namespace sbx::cgroup

#endif  // SBX_SANDBOX_CGROUP_OLD_DEVICES_H_
