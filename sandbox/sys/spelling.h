// SPDX-License-Identifier: Apache-2.0
//
// Which name may have been meant by one that does not exist.

#ifndef SBX_SANDBOX_SYS_SPELLING_H_
#define SBX_SANDBOX_SYS_SPELLING_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace sbx::sys {

// Returns those of `names` that differ from `word` by one or two letters, the
// likest first.  Half of a short name is no likeness.
std::vector<std::string> NearNames(absl::string_view word,
                                   const std::vector<std::string>& names);

}  // namespace sbx::sys

#endif  // SBX_SANDBOX_SYS_SPELLING_H_
