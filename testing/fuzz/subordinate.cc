// SPDX-License-Identifier: Apache-2.0
//
// /etc/subuid and /etc/subgid, what getsubids(1) prints, /etc/nsswitch.conf.

#include "idmap/subordinate.h"

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "idmap/id.h"
#include "testing/fuzz/target.h"

namespace sbx::test {
namespace {

using idmap::Range;

const idmap::Owner kAna = {.name = "ana", .uid = 1000};

void RequireInRange(const std::vector<Range>& ranges) {
  for (const Range& range : ranges) {
    Require(range.count > 0, "a range has an id");
    Require(uint64_t{range.first} + range.count - 1 <= idmap::kLastId,
            "no range runs past the last id");
  }
}

// What newuidmap(1) reads line by line must not depend on other lines.
void CheckLines(absl::string_view text, const std::vector<Range>& ranges) {
  std::vector<Range> of_lines;
  for (const absl::string_view line : absl::StrSplit(text, '\n')) {
    for (const Range& range : idmap::RangesOf(kAna, line)) {
      of_lines.push_back(range);
    }
  }
  Require(of_lines == ranges, "each line counts for itself");
}

void CheckRoundTrip(const std::vector<Range>& ranges) {
  std::string file, printed;
  for (const Range& range : ranges) {
    absl::StrAppend(&file, "ana:", range.first, ":", range.count, "\n");
    absl::StrAppend(&printed, "0: ana ", range.first, " ", range.count, "\n");
  }
  Require(idmap::RangesOf(kAna, file) == ranges, "what is written is read");
  Require(idmap::RangesPrinted(printed) == ranges, "what is printed is read");
  const idmap::Owner other = {.name = "bob", .uid = 1001};
  Require(idmap::RangesOf(other, file).empty(), "ranges have one owner");
}

void Check(absl::string_view text) {
  const std::vector<Range> ranges = idmap::RangesOf(kAna, text);
  RequireInRange(ranges);
  CheckLines(text, ranges);
  CheckRoundTrip(ranges);
  RequireInRange(idmap::RangesPrinted(text));
  for (const std::string& source : idmap::SourcesOf("subid", text)) {
    Require(
        !source.empty() && source.find_first_of(" \t\n#") == std::string::npos,
        "a source is a word");
  }
}

}  // namespace

const Target kTarget = {
    .seeds = {"ana:100000:65536\n", "1000:165536:65536\nbob:0:1\n",
              "ana:0x100:010\nana:4294967294:5\n", "ana:1:1:1\nana::\n",
              "0: ana 100000 65536\n1: ana 200000 10\n",
              "passwd: files\nsubid: files sss [NOTFOUND=return] # end\n"},
    .check = Check};

}  // namespace sbx::test
