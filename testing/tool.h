// SPDX-License-Identifier: Apache-2.0

#ifndef SBX_TESTING_TOOL_H_
#define SBX_TESTING_TOOL_H_

#include <string>
#include <vector>

#include "absl/status/status.h"

namespace sbx::test {

// Runs a program of the system, found in the usual directories, root's
// included.  It is a failure if it ends otherwise than with exit status 0.
absl::Status RunTool(const std::vector<std::string>& command);

}  // namespace sbx::test

#endif  // SBX_TESTING_TOOL_H_
