// SPDX-License-Identifier: Apache-2.0
//
// sbx doctor [--json]: what sbx can do here, and what would change it.

#ifndef SBX_TOOLS_DOCTOR_MAIN_H_
#define SBX_TOOLS_DOCTOR_MAIN_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "sandbox/caller.h"

namespace sbx::doctor {

inline constexpr absl::string_view kName = "doctor";
// The argument with which it does nothing and succeeds: what runs in a sandbox
// that is being tried.
inline constexpr absl::string_view kHere = "--here";

// Returns the exit status: 0 if the default sandbox works, 1 if it does not,
// 125 for a command line that it does not know.
int Main(const std::vector<std::string>& arguments, const Caller& caller);

}  // namespace sbx::doctor

#endif  // SBX_TOOLS_DOCTOR_MAIN_H_
