// SPDX-License-Identifier: Apache-2.0
//
// What can be told of a sandbox when its first process has been born and waits.

#ifndef SBX_SANDBOX_NEWBORN_H_
#define SBX_SANDBOX_NEWBORN_H_

#include <sys/types.h>

#include <cstdint>
#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"

namespace sbx {

// A namespace that the sandbox has of its own, by its name in /proc/PID/ns and
// its number there.
struct NamespaceId {
  std::string name = {};
  uint64_t number = 0;
};

struct Newborn {
  // The first process, as sbx sees it.
  pid_t pid = -1;
  std::vector<NamespaceId> namespaces = {};
};

// Tells somebody.  A failure ends the sandbox.
using Announce = absl::FunctionRef<absl::Status(const Newborn&)>;

inline absl::Status AnnounceToNobody(const Newborn&) {
  return absl::OkStatus();
}

}  // namespace sbx

#endif  // SBX_SANDBOX_NEWBORN_H_
