// SPDX-License-Identifier: Apache-2.0
//
// Values of options.  A failure is a sentence of bubblewrap's.

#ifndef SBX_TOOLS_BWRAP_VALUES_H_
#define SBX_TOOLS_BWRAP_VALUES_H_

#include <sys/types.h>

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace sbx::bwrap {

// A descriptor that an option names is its own, and so the command does not
// inherit it.
absl::StatusOr<int> ParseDescriptor(const std::string& value);

// "user" or "group" id, as `what` words it: "uid".
absl::StatusOr<uint32_t> ParseId(absl::string_view what,
                                 const std::string& value);

// For the option `name`.
absl::StatusOr<mode_t> ParseMode(absl::string_view name,
                                 const std::string& value);
absl::StatusOr<uint64_t> ParseBytes(absl::string_view name,
                                    const std::string& value);

// A place outside, by way of the current directory.
absl::StatusOr<std::string> Outside(const std::string& path);

// A place in the sandbox: relative ones start at its root.
std::string Inside(const std::string& path);

}  // namespace sbx::bwrap

#endif  // SBX_TOOLS_BWRAP_VALUES_H_
