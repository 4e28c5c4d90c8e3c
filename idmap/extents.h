// SPDX-License-Identifier: Apache-2.0
//
// Arithmetic on ranges of ids and on the extents of a map.  Pure.

#ifndef SBX_IDMAP_EXTENTS_H_
#define SBX_IDMAP_EXTENTS_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "idmap/spec.h"
#include "idmap/subordinate.h"

namespace sbx::idmap {

// Returns the text that the kernel takes for a map: a line for each extent.
std::string MapText(const std::vector<Extent>& extents);

// Refuses extents that the kernel would not take, whoever writes them: empty
// ones, ids past the last, an id twice on either side, too many.
absl::Status CheckExtents(const std::vector<Extent>& extents);

// Returns the parts of `ranges` that `taken` leaves, in order.
std::vector<Range> Without(const std::vector<Range>& ranges,
                           const Range& taken);

// Returns a map in which `own.inside` is `own.outside`, and the other ids
// inside, from 0 up, are those of `ranges` in their order, each once.
std::vector<Extent> FillAround(const Extent& own,
                               const std::vector<Range>& ranges);

// Returns the same map with the id `outside` in an extent of its own.
// newuidmap(1) allows the caller's own id only so, wherever it lies.
std::vector<Extent> Isolated(const std::vector<Extent>& extents,
                             uint32_t outside);

// Returns the id outside that `inside` is, and the other way round, if any.
std::optional<uint32_t> OutsideOf(const std::vector<Extent>& extents,
                                  uint32_t inside);
std::optional<uint32_t> InsideOf(const std::vector<Extent>& extents,
                                 uint32_t outside);

}  // namespace sbx::idmap

#endif  // SBX_IDMAP_EXTENTS_H_
