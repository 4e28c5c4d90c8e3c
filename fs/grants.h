// SPDX-License-Identifier: Apache-2.0
//
// What a command sees that gets no root of its own: the same operations, as
// rights over the host's files.

#ifndef SBX_FS_GRANTS_H_
#define SBX_FS_GRANTS_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "fs/facts.h"
#include "fs/spec.h"
#include "sandbox/sys/file.h"

namespace sbx::fs {

enum class Right {
  kNone,
  // Reading files, listing directories, running programs.
  kRead,
  // That, and changing them.
  kWrite,
  // Reading, writing and commanding one device.
  kUse,
};

// A right over `path` and all that is below it, but for what is at `hidden`,
// from `path` on, and below that.
//
// Landlock only adds rights, and so nothing can be taken out of a directory
// that is given: each of its entries that holds nothing hidden is given
// instead, as they are when the sandbox starts.  The directory itself cannot be
// listed then, and what comes into it later is out of reach.
//
// Below the root directory alone parts may be read-only though the rest is
// writable: then all of it can be read, and nothing made in the root itself.
struct Grant {
  std::string path = {};
  Right right = Right::kRead;
  std::vector<std::string> hidden = {};
  Absent source = Absent::kFail;
  std::optional<sys::Identity> identity = {};
  std::string reason = {};
  bool operator==(const Grant&) const = default;
};

// Plans what `spec` asks for: a later operation covers an earlier one.  What
// only mounts can do is an error, and so is what is to be less than what it
// lies in, where that may be written and Landlock cannot say so.
absl::StatusOr<std::vector<Grant>> PlanGrants(const Spec& spec,
                                              const Facts& facts);

}  // namespace sbx::fs

#endif  // SBX_FS_GRANTS_H_
