// SPDX-License-Identifier: Apache-2.0
//
// Overlays of open directories (overlayfs).

#ifndef SBX_FS_OVERLAY_H_
#define SBX_FS_OVERLAY_H_

#include <optional>
#include <vector>

#include "absl/status/statusor.h"
#include "sandbox/sys/fd.h"

namespace sbx::fs {

// Where what is written goes, and a directory for overlayfs itself.
struct Written {
  sys::Fd upper = {};
  sys::Fd work = {};
};

// Makes a detached overlay of `layers`, the lowest one first, which is
// read-only unless there is somewhere to write.
absl::StatusOr<sys::Fd> NewOverlay(const std::vector<sys::Fd>& layers,
                                   const std::optional<Written>& written);

}  // namespace sbx::fs

#endif  // SBX_FS_OVERLAY_H_
