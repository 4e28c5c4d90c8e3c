// SPDX-License-Identifier: Apache-2.0

#include "idmap/subordinate.h"

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <optional>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "idmap/id.h"

namespace sbx::idmap {
namespace {

// Not IdFrom: shadow reads these numbers in any base of C, and an octal one
// read as decimal would be somebody else's.
std::optional<uint64_t> NumberFrom(const std::string& text) {
  char* end = nullptr;
  errno = 0;
  const unsigned long number = std::strtoul(text.c_str(), &end, 0);
  if (text.empty() || errno != 0 || end != text.c_str() + text.size()) {
    return std::nullopt;
  }
  return number;
}

std::optional<Range> RangeFrom(const std::string& first,
                               const std::string& count) {
  const std::optional<uint64_t> from = NumberFrom(first);
  const std::optional<uint64_t> number = NumberFrom(count);
  if (!from || !number || *from > kLastId || *number == 0) return std::nullopt;
  const uint64_t room = uint64_t{kLastId} - *from + 1;
  return Range{.first = static_cast<uint32_t>(*from),
               .count = static_cast<uint32_t>(std::min(*number, room))};
}

}  // namespace

std::vector<Range> RangesOf(const Owner& owner, absl::string_view text) {
  // shadow passes over longer lines, and over what follows a third field.
  constexpr size_t kLongestLine = 1023;
  const std::string number = absl::StrCat(owner.uid);
  std::vector<Range> ranges;
  for (const absl::string_view line : absl::StrSplit(text, '\n')) {
    if (line.size() > kLongestLine) continue;
    const std::vector<std::string> fields = absl::StrSplit(line, ':');
    if (fields.size() < 3) continue;
    if (fields[0] != owner.name && fields[0] != number) continue;
    if (const auto range = RangeFrom(fields[1], fields[2])) {
      ranges.push_back(*range);
    }
  }
  return ranges;
}

std::vector<Range> RangesPrinted(absl::string_view output) {
  std::vector<Range> ranges;
  for (const absl::string_view line : absl::StrSplit(output, '\n')) {
    const std::vector<std::string> words =
        absl::StrSplit(line, ' ', absl::SkipEmpty());
    if (words.size() != 4 || !absl::EndsWith(words[0], ":")) continue;
    if (const auto range = RangeFrom(words[2], words[3])) {
      ranges.push_back(*range);
    }
  }
  return ranges;
}

std::vector<std::string> SourcesOf(absl::string_view database,
                                   absl::string_view nsswitch) {
  for (absl::string_view line : absl::StrSplit(nsswitch, '\n')) {
    const std::string start = absl::StrCat(database, ":");
    if (!absl::StartsWithIgnoreCase(line, start)) continue;
    line.remove_prefix(start.size());
    line = line.substr(0, line.find('#'));
    std::vector<std::string> sources =
        absl::StrSplit(line, absl::ByAnyChar(" \t"), absl::SkipEmpty());
    if (!sources.empty()) return sources;
  }
  return {};
}

}  // namespace sbx::idmap
