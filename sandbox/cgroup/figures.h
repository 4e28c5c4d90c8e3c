// SPDX-License-Identifier: Apache-2.0
//
// What the kernel has counted of a cgroup.

#ifndef SBX_SANDBOX_CGROUP_FIGURES_H_
#define SBX_SANDBOX_CGROUP_FIGURES_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"

namespace sbx::cgroup {

// A name of ours, with the unit in it, and a number.
struct Figure {
  std::string name = {};
  uint64_t value = 0;
  bool operator==(const Figure&) const = default;
};

// Reads those of the cgroup `directory`, as far as this kernel counts them.
std::vector<Figure> ReadFigures(const std::string& directory);

// Returns the value of the figure `name`, or 0.
uint64_t FigureOf(absl::Span<const Figure> figures, absl::string_view name);

}  // namespace sbx::cgroup

#endif  // SBX_SANDBOX_CGROUP_FIGURES_H_
