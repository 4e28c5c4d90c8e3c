// SPDX-License-Identifier: Apache-2.0
//
// Limits as people write them.

#ifndef SBX_SANDBOX_CGROUP_PARSE_H_
#define SBX_SANDBOX_CGROUP_PARSE_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "sandbox/cgroup/spec.h"

namespace sbx::cgroup {

// Parses the value of the limit `option`, which is one of
//   memory, swap        bytes, with K, M, G or T perhaps; "max" for no limit
//   pids                processes and threads; "max"
//   cpus                processors' worth of time, as in 1.5; "max"
//   cpu-weight, io-weight   1 to 10000, where others have 100
//   cpuset              processors by number, as in 0-3,8
absl::StatusOr<Setting> ParseLimit(absl::string_view option,
                                   absl::string_view value);

// Returns the settings with those that they imply: memory without swap would
// only move what is too much to the disk.
std::vector<Setting> WithImplied(std::vector<Setting> settings);

// Parses the name of a slice (systemd.slice(5)); ".slice" may be left out.
absl::StatusOr<std::string> ParseSlice(absl::string_view value);

}  // namespace sbx::cgroup

#endif  // SBX_SANDBOX_CGROUP_PARSE_H_
