// SPDX-License-Identifier: Apache-2.0
//
// Small text files that others may have put there.

#ifndef SBX_IDMAP_TEXT_H_
#define SBX_IDMAP_TEXT_H_

#include <optional>
#include <string>

#include "absl/status/statusor.h"

namespace sbx::idmap {

// Return the text of a file, or nothing where there is none.  What is no
// regular file, or a very large one, is a failure, and is not read.
absl::StatusOr<std::optional<std::string>> ReadText(const std::string& path);

// The same of the file that `path` is for a process whose root directory is
// `root`: a symbolic link there never leads out of it.
absl::StatusOr<std::optional<std::string>> ReadTextInRoot(
    const std::string& root, const std::string& path);

}  // namespace sbx::idmap

#endif  // SBX_IDMAP_TEXT_H_
