// SPDX-License-Identifier: Apache-2.0
//
// The ways to make a sandbox, the strongest first.

#ifndef SBX_SANDBOX_MODE_H_
#define SBX_SANDBOX_MODE_H_

#include <cstdint>

#include "absl/strings/string_view.h"

namespace sbx {

enum class Mode {
  // Namespaces and mounts.
  kNamespace,
  // A root file system by chroot(2), and what kLandlock has.
  kChroot,
  // No privilege at all: Landlock, a filter of system calls, no_new_privs.
  kLandlock,
};

inline constexpr Mode kModes[] = {Mode::kNamespace, Mode::kChroot,
                                  Mode::kLandlock};

// A set of modes.
using Modes = uint32_t;

constexpr Modes In(Mode mode) { return Modes{1} << static_cast<int>(mode); }

// Those without namespaces: Landlock, or with kChroot perhaps the root alone,
// says which files are in reach, and the host's processes are neighbours.
inline constexpr Modes kConfinedModes = In(Mode::kChroot) | In(Mode::kLandlock);
inline constexpr Modes kAllModes = In(Mode::kNamespace) | kConfinedModes;

constexpr bool Has(Modes modes, Mode mode) { return (modes & In(mode)) != 0; }

constexpr bool IsConfined(Mode mode) { return Has(kConfinedModes, mode); }

// "namespace", "chroot" or "landlock".
constexpr absl::string_view NameOf(Mode mode) {
  constexpr absl::string_view kNames[] = {"namespace", "chroot", "landlock"};
  return kNames[static_cast<int>(mode)];
}

}  // namespace sbx

#endif  // SBX_SANDBOX_MODE_H_
