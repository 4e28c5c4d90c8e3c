// SPDX-License-Identifier: Apache-2.0
//
// Finds the host's programs.

#ifndef SBX_IDMAP_HELPER_H_
#define SBX_IDMAP_HELPER_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "idmap/facts.h"

namespace sbx::idmap {

// Returns the path of the first program `name` in `directories`; empty: there
// is none.
std::string FindProgram(absl::string_view name,
                        const std::vector<std::string>& directories);

// Finds the program `name`, which needs `capability`: the first that is ready,
// or else the first there is.
Helper FindHelper(absl::string_view name, int capability,
                  const std::vector<std::string>& directories);

// Whether the extended attribute security.capability, `value`, permits a
// program `capability` (capabilities(7)).
bool Permits(absl::string_view value, int capability);

}  // namespace sbx::idmap

#endif  // SBX_IDMAP_HELPER_H_
