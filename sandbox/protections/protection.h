// SPDX-License-Identifier: Apache-2.0
//
// Which protections there are, and how much there can be of one.

#ifndef SBX_SANDBOX_PROTECTIONS_PROTECTION_H_
#define SBX_SANDBOX_PROTECTIONS_PROTECTION_H_

#include <cstdint>

#include "absl/strings/string_view.h"

namespace sbx {

// In the order of the rows.
enum class Protection {
  // What it sees.
  kNamespaces,
  kFiles,
  kHiddenFiles,
  kAttributes,
  kSecrets,
  kDevices,
  kDeviceLimit,
  kKernelSettings,
  kDescriptors,
  // Who else is there.
  kHostProcesses,
  kSignals,
  kPriorities,
  kSharedMemory,
  kNetwork,
  kAbstractSockets,
  kServices,
  kTerminal,
  kLeftovers,
  // What it may do.
  kIds,
  kHostName,
  kCapabilities,
  kNewPrivileges,
  kSystemCalls,
  // What it may use.
  kMemory,
  kProcesses,
  kProcessorTime,
  kProcessorWeight,
  kProcessors,
  kDisks,
};

inline constexpr int kProtections = static_cast<int>(Protection::kDisks) + 1;

// A set of them.
using Protections = uint64_t;

template <typename... All>
constexpr Protections SetOf(All... all) {
  return ((Protections{1} << static_cast<int>(all)) | ... | 0);
}

constexpr bool Has(Protections set, Protection protection) {
  return (set & SetOf(protection)) != 0;
}

// How much there is of a protection.
enum class Kept {
  // All of it, or all that was asked for.
  kFully,
  kWeaker,
  kNot,
  // Nobody has asked for it, and it is not there by default.
  kNotAskedFor,
};

// What asks for a form of a protection where no option does.
inline constexpr absl::string_view kByDefault = "default";

}  // namespace sbx

#endif  // SBX_SANDBOX_PROTECTIONS_PROTECTION_H_
