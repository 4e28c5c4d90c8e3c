// SPDX-License-Identifier: Apache-2.0

#include "sandbox/sys/spelling.h"

#include <algorithm>
#include <map>

namespace sbx::sys {
namespace {

constexpr size_t kLikest = 3;

// How many letters must change, come or go to make one word of the other.
size_t Distance(absl::string_view a, absl::string_view b) {
  std::vector<size_t> row(b.size() + 1);
  for (size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (size_t i = 1; i <= a.size(); ++i) {
    size_t diagonal = row[0];
    row[0] = i;
    for (size_t j = 1; j <= b.size(); ++j) {
      const size_t changed = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
      diagonal = row[j];
      row[j] = std::min({changed, row[j] + 1, row[j - 1] + 1});
    }
  }
  return row[b.size()];
}

}  // namespace

std::vector<std::string> NearNames(absl::string_view word,
                                   const std::vector<std::string>& names) {
  std::multimap<size_t, std::string> by_distance;
  for (const std::string& name : names) {
    const size_t distance = Distance(word, name);
    if (distance < kLikest && 2 * distance < name.size()) {
      by_distance.emplace(distance, name);
    }
  }
  std::vector<std::string> near;
  for (const auto& [distance, name] : by_distance) near.push_back(name);
  return near;
}

}  // namespace sbx::sys
