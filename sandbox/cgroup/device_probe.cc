// SPDX-License-Identifier: Apache-2.0

#include "sandbox/cgroup/device_probe.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "sandbox/sys/process.h"
#include "sandbox/sys/status.h"

namespace sbx::cgroup {
namespace {

// Devices whose open(2) has no effect and no permission of its own, so that
// EPERM can come from the cgroup alone.  (/dev/kmsg, for one, has both.)
constexpr const char* kHarmless[] = {"/dev/fuse",         "/dev/net/tun",
                                     "/dev/kvm",          "/dev/autofs",
                                     "/dev/vhost-net",    "/dev/vsock",
                                     "/dev/loop-control", "/dev/btrfs-control"};

bool IsAllowed(const struct stat& node, absl::Span<const DeviceRule> allowed) {
  return std::any_of(
      allowed.begin(), allowed.end(), [&](const DeviceRule& rule) {
        return rule.type == 'c' && rule.major == major(node.st_rdev) &&
               (!rule.minor || *rule.minor == minor(node.st_rdev));
      });
}

DeviceVerdict Try(const char* path, absl::Span<const DeviceRule> allowed) {
  struct stat node = {};
  if (stat(path, &node) != 0 || !S_ISCHR(node.st_mode) ||
      IsAllowed(node, allowed)) {
    return DeviceVerdict::kUnknown;
  }
  const sys::Fd opened(open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC));
  if (opened) return DeviceVerdict::kOpen;
  if (errno == EPERM) return DeviceVerdict::kClosed;
  // The mode of the node, or a mount, forbids it; anything else is what the
  // driver says, who is only asked where the cgroup allows it.
  return errno == EACCES ? DeviceVerdict::kUnknown : DeviceVerdict::kOpen;
}

// One that opens is enough.
DeviceVerdict TryAll(absl::Span<const DeviceRule> allowed) {
  DeviceVerdict verdict = DeviceVerdict::kUnknown;
  for (const char* path : kHarmless) {
    const DeviceVerdict one = Try(path, allowed);
    if (one == DeviceVerdict::kOpen) return one;
    if (one == DeviceVerdict::kClosed) verdict = one;
  }
  return verdict;
}

}  // namespace

absl::StatusOr<DeviceVerdict> TryDevices(absl::Span<const DeviceRule> allowed,
                                         const sys::Fd& cgroup) {
  SBX_ASSIGN_OR_RETURN(sys::Child child,
                       sys::Fork({}, sys::ChildOf::kThisProcess, cgroup));
  if (child.pid() == 0) _exit(static_cast<int>(TryAll(allowed)));
  SBX_ASSIGN_OR_RETURN(const sys::WaitStatus status, child.Wait());
  if (!status.exited()) return sys::ErrnoStatus(EINTR, "trying devices");
  return static_cast<DeviceVerdict>(status.exit_status());
}

}  // namespace sbx::cgroup
