// SPDX-License-Identifier: Apache-2.0
//
// The minimal /dev, as data: the list that LXC made standard.

#ifndef SBX_FS_DEV_H_
#define SBX_FS_DEV_H_

#include <optional>

#include "absl/strings/string_view.h"

namespace sbx::fs {

// A device of the host that every sandbox may use.
struct DeviceRow {
  const char* name;
  // As Documentation/admin-guide/devices.txt of the kernel has them.
  unsigned major, minor;
  absl::string_view reason;
};

inline constexpr DeviceRow kDevices[] = {
    {"null", 1, 3, "nothing works without it; holds no state"},
    {"zero", 1, 5, "memory and empty files; holds no state"},
    {"full", 1, 7, "tests of a full disk; holds no state"},
    {"random", 1, 8, "the kernel's generator, which writing cannot weaken"},
    {"urandom", 1, 9, "the same, as most programs open it"},
    {"tty", 5, 0,
     "the caller's own terminal, if there is one: passwords, pagers"},
};

// A device of the sandbox's own devpts.
struct TerminalRow {
  const char* name;
  unsigned major;
  // Unset: every one.
  std::optional<unsigned> minor;
};

inline constexpr TerminalRow kTerminals[] = {
    {"/dev/pts/ptmx", 5, 2},
    {"/dev/pts/*", 136, std::nullopt},
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
