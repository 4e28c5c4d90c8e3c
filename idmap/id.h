// SPDX-License-Identifier: Apache-2.0

#ifndef SBX_IDMAP_ID_H_
#define SBX_IDMAP_ID_H_

#include <cstdint>
#include <optional>

#include "absl/strings/string_view.h"

namespace sbx::idmap {

// The last user or group id.  The one after it, 4294967295, is the kernel's
// word for “no id” (setresuid(2)).
inline constexpr uint32_t kLastId = 4294967294;

// Returns the id that `text` names in decimal, or nothing if any other number
// reader could take it for a different one: no sign, no space, no leading zero,
// nothing behind it.
std::optional<uint32_t> IdFrom(absl::string_view text);

}  // namespace sbx::idmap

#endif  // SBX_IDMAP_ID_H_
