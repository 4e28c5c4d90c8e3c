// SPDX-License-Identifier: Apache-2.0
//
// What the host's texts say about subordinate ids (subuid(5), subgid(5)), read
// as newuidmap(1) reads them, for it has the last word.  Pure.

#ifndef SBX_IDMAP_SUBORDINATE_H_
#define SBX_IDMAP_SUBORDINATE_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace sbx::idmap {

// `count` ids from `first` on, none of them past the last id.
struct Range {
  uint32_t first = 0;
  uint32_t count = 0;
  bool operator==(const Range&) const = default;
};

// Whose ranges are asked for; the files may name either.  Users own
// subordinate group ids too, so it is a user in both files.
struct Owner {
  std::string name = {};
  uint32_t uid = 0;
};

// Returns the ranges that `text`, /etc/subuid or /etc/subgid, gives to `owner`,
// in the order of its lines.  What lies past the last id is cut off.
std::vector<Range> RangesOf(const Owner& owner, absl::string_view text);

// Returns the ranges that getsubids(1) has printed: "0: ana 100000 65536".
std::vector<Range> RangesPrinted(absl::string_view output);

// Returns the sources that `nsswitch`, the text of /etc/nsswitch.conf, names
// for `database`, in order; none if it says nothing (nsswitch.conf(5)).
std::vector<std::string> SourcesOf(absl::string_view database,
                                   absl::string_view nsswitch);

}  // namespace sbx::idmap

#endif  // SBX_IDMAP_SUBORDINATE_H_
