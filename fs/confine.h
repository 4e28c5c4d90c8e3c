// SPDX-License-Identifier: Apache-2.0
//
// Keeps this process to the files that it was given, by Landlock.

#ifndef SBX_FS_CONFINE_H_
#define SBX_FS_CONFINE_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "fs/grants.h"

namespace sbx::fs {

// Takes the rights `kept` (sys::kMay…) over all files, but for what `grants`
// give; for good, and for all that this process starts.  Needs no_new_privs,
// and an ABI of Landlock that knows those rights.
absl::Status Confine(const std::vector<Grant>& grants, uint64_t kept);

// Goes where the command starts.
absl::Status GoTo(const std::string& directory);

}  // namespace sbx::fs

#endif  // SBX_FS_CONFINE_H_
