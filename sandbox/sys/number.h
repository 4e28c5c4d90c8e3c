// SPDX-License-Identifier: Apache-2.0
//
// Numbers as people write them, read strictly: no signs, no spaces.

#ifndef SBX_SANDBOX_SYS_NUMBER_H_
#define SBX_SANDBOX_SYS_NUMBER_H_

#include <cstdint>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace sbx::sys {

// Parses a decimal number.
absl::StatusOr<uint64_t> ParseNumber(absl::string_view text);

// Parses a count or a number of bytes, with perhaps a unit of 1024, 1024², …:
// "4096", "64M".
absl::StatusOr<uint64_t> ParseSize(absl::string_view text);

}  // namespace sbx::sys

#endif  // SBX_SANDBOX_SYS_NUMBER_H_
