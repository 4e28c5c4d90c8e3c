// SPDX-License-Identifier: Apache-2.0

#ifndef SBX_TOOLS_LINUX_SANDBOX_MAIN_H_
#define SBX_TOOLS_LINUX_SANDBOX_MAIN_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "sandbox/caller.h"

namespace sbx::linux_sandbox {

// Runs the command line of Bazel's linux-sandbox and returns its exit status.
// `program` is what usage calls it.
int Main(absl::string_view program, const std::vector<std::string>& arguments,
         const Caller& caller);

}  // namespace sbx::linux_sandbox

#endif  // SBX_TOOLS_LINUX_SANDBOX_MAIN_H_
