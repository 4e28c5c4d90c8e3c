// SPDX-License-Identifier: Apache-2.0

#include "idmap/extents.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "idmap/id.h"

namespace sbx::idmap {
namespace {

// The kernel takes so many extents, and one write of less than a page, which
// extents with long numbers reach first (user_namespaces(7)).  4096 is the
// smallest page there is.
constexpr size_t kMostExtents = 340;
constexpr size_t kLongestMap = 4095;

std::string TextOf(const Extent& extent) {
  return absl::StrCat(extent.inside, ":", extent.outside, ":", extent.count);
}

absl::Status CheckExtent(const Extent& extent) {
  const uint64_t ids = uint64_t{kLastId} + 1;
  if (extent.count == 0) {
    return absl::InvalidArgumentError(
        absl::StrCat("the ids ", TextOf(extent), " are none at all"));
  }
  if (uint64_t{extent.inside} + extent.count > ids ||
      uint64_t{extent.outside} + extent.count > ids) {
    return absl::InvalidArgumentError(absl::StrCat(
        "the ids ", TextOf(extent), " run past ", kLastId, ", the last id"));
  }
  return absl::OkStatus();
}

// Whether `count_a` ids from `a` on and `count_b` from `b` on have one in
// common.
bool Meet(uint32_t a, uint32_t count_a, uint32_t b, uint32_t count_b) {
  return a <= b ? b - a < count_a : a - b < count_b;
}

absl::Status CheckApart(const Extent& a, const Extent& b) {
  const bool inside = Meet(a.inside, a.count, b.inside, b.count);
  const bool outside = Meet(a.outside, a.count, b.outside, b.count);
  if (!inside && !outside) return absl::OkStatus();
  return absl::InvalidArgumentError(
      absl::StrCat("the ids ", TextOf(a), " and ", TextOf(b), " overlap ",
                   inside ? "inside" : "outside"));
}

void AddPart(uint64_t first, uint64_t end, std::vector<Range>& parts) {
  if (first >= end) return;
  parts.push_back({.first = static_cast<uint32_t>(first),
                   .count = static_cast<uint32_t>(end - first)});
}

// Returns `ranges` with each id only where it comes first, and without `own`,
// neighbours put together.  More parts than any map holds are not sought.
std::vector<Range> EachOnce(const std::vector<Range>& ranges, uint32_t own) {
  std::vector<Range> kept;
  std::vector<Range> taken = {{.first = own, .count = 1}};
  for (const Range& range : ranges) {
    if (kept.size() > kMostExtents) break;
    std::vector<Range> parts = {range};
    for (const Range& other : taken) parts = Without(parts, other);
    if (!parts.empty()) taken.push_back(range);
    for (const Range& part : parts) {
      const bool joins =
          !kept.empty() && kept.back().first + kept.back().count == part.first;
      if (joins) {
        kept.back().count += part.count;
      } else {
        kept.push_back(part);
      }
    }
  }
  return kept;
}

bool LowerFirst(const Range& a, const Range& b) { return a.first < b.first; }

bool InsideFirst(const Extent& a, const Extent& b) {
  return a.inside < b.inside;
}

}  // namespace

std::string MapText(const std::vector<Extent>& extents) {
  std::string text;
  for (const Extent& extent : extents) {
    absl::StrAppend(&text, extent.inside, " ", extent.outside, " ",
                    extent.count, "\n");
  }
  return text;
}

absl::Status CheckExtents(const std::vector<Extent>& extents) {
  if (extents.empty()) return absl::InvalidArgumentError("no ids are listed");
  if (extents.size() > kMostExtents || MapText(extents).size() > kLongestMap) {
    return absl::InvalidArgumentError(absl::StrCat(
        "a map of ", extents.size(), " extents is more than the kernel takes (",
        kMostExtents, " extents, ", kLongestMap, " bytes)"));
  }
  for (size_t i = 0; i < extents.size(); ++i) {
    if (absl::Status status = CheckExtent(extents[i]); !status.ok()) {
      return status;
    }
    for (size_t j = 0; j < i; ++j) {
      absl::Status status = CheckApart(extents[j], extents[i]);
      if (!status.ok()) return status;
    }
  }
  return absl::OkStatus();
}

std::vector<Range> Without(const std::vector<Range>& ranges,
                           const Range& taken) {
  const uint64_t hole = taken.first;
  const uint64_t hole_end = hole + taken.count;
  std::vector<Range> parts;
  for (const Range& range : ranges) {
    const uint64_t first = range.first;
    const uint64_t end = first + range.count;
    AddPart(first, std::min(end, hole), parts);
    AddPart(std::max(first, hole_end), end, parts);
  }
  return parts;
}

std::vector<Extent> FillAround(const Extent& own,
                               const std::vector<Range>& ranges) {
  std::vector<Extent> extents;
  uint64_t inside = 0;
  for (const Range& range : EachOnce(ranges, own.outside)) {
    uint64_t outside = range.first;
    uint64_t left = range.count;
    while (left > 0 && inside <= kLastId) {
      if (inside == own.inside) {
        ++inside;
        continue;
      }
      const uint64_t limit =
          inside < own.inside ? own.inside : uint64_t{kLastId} + 1;
      const uint64_t count = std::min(left, limit - inside);
      extents.push_back({.inside = static_cast<uint32_t>(inside),
                         .outside = static_cast<uint32_t>(outside),
                         .count = static_cast<uint32_t>(count)});
      inside += count;
      outside += count;
      left -= count;
    }
  }
  extents.insert(
      std::upper_bound(extents.begin(), extents.end(), own, InsideFirst), own);
  return extents;
}

std::vector<Extent> Isolated(const std::vector<Extent>& extents,
                             uint32_t outside) {
  std::vector<Extent> result;
  for (const Extent& extent : extents) {
    const Range whole = {.first = extent.outside, .count = extent.count};
    const Range own = {.first = outside, .count = 1};
    std::vector<Range> parts = Without({whole}, own);
    if (Meet(whole.first, whole.count, own.first, 1)) parts.push_back(own);
    std::sort(parts.begin(), parts.end(), LowerFirst);
    for (const Range& part : parts) {
      result.push_back({.inside = extent.inside + (part.first - whole.first),
                        .outside = part.first,
                        .count = part.count});
    }
  }
  return result;
}

std::optional<uint32_t> OutsideOf(const std::vector<Extent>& extents,
                                  uint32_t inside) {
  for (const Extent& extent : extents) {
    if (inside < extent.inside || inside - extent.inside >= extent.count) {
      continue;
    }
    return extent.outside + (inside - extent.inside);
  }
  return std::nullopt;
}

std::optional<uint32_t> InsideOf(const std::vector<Extent>& extents,
                                 uint32_t outside) {
  for (const Extent& extent : extents) {
    if (outside < extent.outside || outside - extent.outside >= extent.count) {
      continue;
    }
    return extent.inside + (outside - extent.outside);
  }
  return std::nullopt;
}

}  // namespace sbx::idmap
