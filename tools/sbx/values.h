// SPDX-License-Identifier: Apache-2.0
//
// The forms that values of options have.

#ifndef SBX_TOOLS_SBX_VALUES_H_
#define SBX_TOOLS_SBX_VALUES_H_

#include <sys/types.h>

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "fs/spec.h"

namespace sbx::tools {

// Splits at colons; "\:" is a colon in a part, and "\\" a backslash.
std::vector<std::string> SplitAtColons(absl::string_view value);

// SRC[:DEST].  A relative SRC starts `here`; without DEST it is the same path
// inside.
struct Places {
  std::string host = {};
  std::string inside = {};
  bool operator==(const Places&) const = default;
};
absl::StatusOr<Places> ParsePlaces(absl::string_view value,
                                   const std::string& here);

// SRC[:DEST][:rwm], where a DEST begins with a slash.
absl::StatusOr<fs::Device> ParseDevice(absl::string_view value,
                                       const std::string& here);

// DEST[:size=SIZE,mode=MODE].
absl::StatusOr<fs::Tmpfs> ParseTmpfs(absl::string_view value);
// PATH[:mode=MODE].
absl::StatusOr<fs::Directory> ParseDirectory(absl::string_view value);
// DEST:DESCRIPTOR.
absl::StatusOr<fs::File> ParseFile(absl::string_view value);
// TARGET:DEST.
absl::StatusOr<fs::Symlink> ParseSymlink(absl::string_view value);

// "90", "1.5s", "2m", "1h30m", "1d": seconds, unless a unit says otherwise.
absl::StatusOr<absl::Duration> ParseTime(absl::string_view value);

// The number of a descriptor that is open.
absl::StatusOr<int> ParseDescriptor(absl::string_view value);

// "yes" or "no"; nothing is "yes".
absl::StatusOr<bool> ParseYesNo(absl::string_view value);

// An absolute path.
absl::StatusOr<std::string> ParseInside(absl::string_view value);

}  // namespace sbx::tools

#endif  // SBX_TOOLS_SBX_VALUES_H_
