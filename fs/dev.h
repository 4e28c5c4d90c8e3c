// SPDX-License-Identifier: Apache-2.0
//
// The minimal /dev, as data: the list that LXC made standard.

#ifndef SBX_FS_DEV_H_
#define SBX_FS_DEV_H_

#include "absl/strings/string_view.h"

namespace sbx::fs {

// A device of the host that every sandbox may use.
struct DeviceRow {
  const char* name;
  absl::string_view reason;
};

inline constexpr DeviceRow kDevices[] = {
    {"null", "nothing works without it; holds no state"},
    {"zero", "memory and empty files; holds no state"},
    {"full", "tests of a full disk; holds no state"},
    {"random", "the kernel's generator, which writing cannot weaken"},
    {"urandom", "the same, as most programs open it"},
    {"tty", "the caller's own terminal, if there is one: passwords, pagers"},
};

// A symbolic link that programs expect in /dev.
struct LinkRow {
  const char* name;
  const char* target;
};

inline constexpr LinkRow kDeviceLinks[] = {
    {"fd", "/proc/self/fd"},
    {"stdin", "/proc/self/fd/0"},
    {"stdout", "/proc/self/fd/1"},
    {"stderr", "/proc/self/fd/2"},
    // Terminals are the sandbox's own, and so is what makes them.
    {"ptmx", "pts/ptmx"},
};

}  // namespace sbx::fs

#endif  // SBX_FS_DEV_H_
