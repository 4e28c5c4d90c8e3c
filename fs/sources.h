// SPDX-License-Identifier: Apache-2.0
//
// What the operations on a new root take from the host.

#ifndef SBX_FS_SOURCES_H_
#define SBX_FS_SOURCES_H_

#include <optional>
#include <vector>

#include "absl/status/statusor.h"
#include "fs/plan.h"
#include "fs/spec.h"
#include "sandbox/sys/fd.h"

namespace sbx::fs {

// For a share, a device and a /proc of outside: one detached mount, restricted.
// For a Dev: those of its devices, in the order of kDevices, and the terminal
// if there is one.  For an overlay: its directories, opened; the layers, then
// the two that it writes to.  For others: nothing.
using Pieces = std::vector<sys::Fd>;

// Takes what `item`, a step of `plan`, needs.  Nothing at all if that may be
// missing, and is.  A failure is worded as the item has it.
absl::StatusOr<std::optional<Pieces>> TakePieces(const Item& item,
                                                 const Plan& plan);

// Opens the present root, to be the new one, with the restrictions of `bind`.
absl::StatusOr<sys::Fd> TakePresentRoot(const Bind& bind);

}  // namespace sbx::fs

#endif  // SBX_FS_SOURCES_H_
