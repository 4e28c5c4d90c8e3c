// SPDX-License-Identifier: Apache-2.0
//
// What the sandbox may use of the machine, as a cgroup limits it
// (Documentation/admin-guide/cgroup-v2.rst of the kernel).

#ifndef SBX_SANDBOX_CGROUP_SPEC_H_
#define SBX_SANDBOX_CGROUP_SPEC_H_

#include <string>
#include <vector>

#include "sandbox/cgroup/device.h"

namespace sbx::cgroup {

// Where the sandbox's cgroup comes from.
enum class Route {
  // kSystemd where there is a systemd with a bus to reach it, else kDirect.
  kAuto,
  // A scope that systemd makes, the user's own or, for root, the system's.
  kSystemd,
  // The cgroup that sbx is started in, or that above it, which has to be
  // delegated to the caller.
  kDirect,
  // None at all.
  kNone,
};

// What becomes of a limit that cannot be set.
enum class Shortfall {
  kIsAnError,
  // Resource limits of setrlimit(2) do what they can.
  kIsAccepted,
};

// One limit: what is written to which file of the cgroup.
struct Setting {
  // How users call it.
  std::string option = {};
  std::string controller = {};
  std::string file = {};
  std::string value = {};
  // The file that shows it as it counts, in the same words.
  std::string shown_by = {};
  bool operator==(const Setting&) const = default;
};

struct Spec {
  Route route = Route::kAuto;
  // The unit that systemd puts the scope into.
  std::string slice = "sbx.slice";
  Shortfall shortfall = Shortfall::kIsAnError;
  std::vector<Setting> settings = {};
  DeviceLimit device_limit = DeviceLimit::kOff;
  bool operator==(const Spec&) const = default;
};

}  // namespace sbx::cgroup

#endif  // SBX_SANDBOX_CGROUP_SPEC_H_
