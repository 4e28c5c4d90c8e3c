// SPDX-License-Identifier: Apache-2.0
//
// Devices as a cgroup limits them: which may be opened, whatever nodes there
// are (Documentation/admin-guide/cgroup-v2.rst, "Device controller").

#ifndef SBX_SANDBOX_CGROUP_DEVICE_H_
#define SBX_SANDBOX_CGROUP_DEVICE_H_

#include <optional>
#include <string>

namespace sbx::cgroup {

// A device, or all of a major number, and what is allowed with it.
struct DeviceRule {
  // How users know it.
  std::string name = {};
  // 'c' for a character device, 'b' for a block device.
  char type = 'c';
  unsigned major = 0;
  // Unset: every one.
  std::optional<unsigned> minor = {};
  bool read = true;
  bool write = true;
  // Whether nodes of it may be made.
  bool make = false;
  bool operator==(const DeviceRule&) const = default;
};

// What becomes of it if nothing closes the other devices.
enum class DeviceLimit {
  // Nobody asks.
  kOff,
  // The report says so.
  kPrefer,
  // The sandbox is not made.
  kRequire,
};

// What sbx can close them with.
enum class DeviceFilter {
  // It has not the privilege; perhaps somebody closed them for all that this
  // user runs.
  kNone,
  // A program of type BPF_PROG_TYPE_CGROUP_DEVICE.
  kProgram,
  // The controller of version 1.
  kOldController,
};

// What came of trying to open one that is not allowed.
enum class DeviceVerdict {
  kNotTried,
  kClosed,
  kOpen,
  // There is none that the file permissions would let this user open.
  kUnknown,
};

}  // namespace sbx::cgroup

#endif  // SBX_SANDBOX_CGROUP_DEVICE_H_
