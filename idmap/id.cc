// SPDX-License-Identifier: Apache-2.0

#include "idmap/id.h"

#include <algorithm>

#include "absl/strings/ascii.h"

namespace sbx::idmap {

std::optional<uint32_t> IdFrom(absl::string_view text) {
  constexpr size_t kMostDigits = 10;
  if (text.empty() || text.size() > kMostDigits) return std::nullopt;
  if (text[0] == '0' && text.size() > 1) return std::nullopt;
  if (!std::all_of(text.begin(), text.end(), absl::ascii_isdigit)) {
    return std::nullopt;
  }
  uint64_t id = 0;
  for (const char digit : text) {
    id = 10 * id + static_cast<uint64_t>(digit - '0');
  }
  if (id > kLastId) return std::nullopt;
  return static_cast<uint32_t>(id);
}

}  // namespace sbx::idmap
