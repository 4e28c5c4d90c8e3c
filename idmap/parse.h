// SPDX-License-Identifier: Apache-2.0
//
// The words of a command line that say who the command is.  Strict: what could
// be read in two ways is refused.

#ifndef SBX_IDMAP_PARSE_H_
#define SBX_IDMAP_PARSE_H_

#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "idmap/spec.h"

namespace sbx::idmap {

// The parts of a Spec that say which ids exist inside.
struct IdsAsked {
  Ids ids = Ids::kAuto;
  std::vector<Extent> extents = {};
  bool operator==(const IdsAsked&) const = default;
};

// Parses NAME or UID[:GID].
absl::StatusOr<User> ParseUser(absl::string_view text);

// Parses auto, self, range or INSIDE:OUTSIDE:COUNT[,…].
absl::StatusOr<IdsAsked> ParseIds(absl::string_view text);

}  // namespace sbx::idmap

#endif  // SBX_IDMAP_PARSE_H_
