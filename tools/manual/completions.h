// SPDX-License-Identifier: Apache-2.0
//
// What shells need to complete a command line of sbx.

#ifndef SBX_TOOLS_MANUAL_COMPLETIONS_H_
#define SBX_TOOLS_MANUAL_COMPLETIONS_H_

#include <string>
#include <vector>

#include "tools/manual/entries.h"

namespace sbx::manual {

// A file for bash-completion's directory "completions".
std::string ForBash(const std::vector<Group>& groups);
// "_sbx" in a directory of zsh's fpath.
std::string ForZsh(const std::vector<Group>& groups);
// A file for fish's directory "vendor_completions.d".
std::string ForFish(const std::vector<Group>& groups);

}  // namespace sbx::manual

#endif  // SBX_TOOLS_MANUAL_COMPLETIONS_H_
