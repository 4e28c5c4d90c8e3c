// SPDX-License-Identifier: Apache-2.0
//
// sbx caps [OPTIONS]: what a command that is run with such options may do.

#ifndef SBX_TOOLS_SBX_CAPS_H_
#define SBX_TOOLS_SBX_CAPS_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"

namespace sbx::tools {

// The argument of `sbx caps` that asks for those of the process itself.
inline constexpr char kHere[] = "--here";

// The command that, run in a sandbox, prints what it may do there: this
// program, whatever of the host's files the sandbox shows.
std::vector<std::string> CapsCommand();

// The five capability sets and the securebits of this process, as capsh(1)
// prints them.
absl::StatusOr<std::string> DescribeCapabilities();

}  // namespace sbx::tools

#endif  // SBX_TOOLS_SBX_CAPS_H_
