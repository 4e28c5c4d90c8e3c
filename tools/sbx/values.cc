// SPDX-License-Identifier: Apache-2.0

#include "tools/sbx/values.h"

#include <fcntl.h>

#include <algorithm>
#include <climits>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "sandbox/sys/number.h"
#include "sandbox/sys/path.h"
#include "sandbox/sys/status.h"

namespace sbx::tools {
namespace {

absl::Status NotOfForm(absl::string_view value, absl::string_view form) {
  return absl::InvalidArgumentError(
      absl::StrCat(sys::Quoted(value), " is not ", form));
}

absl::StatusOr<mode_t> ParseMode(absl::string_view text) {
  mode_t mode = 0;
  for (const char digit : text) {
    if (digit < '0' || digit > '7' || mode > 0777) {
      return NotOfForm(text, "an octal mode up to 7777");
    }
    mode = mode * 8 + static_cast<mode_t>(digit - '0');
  }
  if (text.empty()) return NotOfForm(text, "an octal mode up to 7777");
  return mode;
}

// Splits DEST[:key=value,…] and gives each pair to `take`, which answers
// whether it knows the key.
template <typename Take>
absl::StatusOr<std::string> ParseWithPairs(absl::string_view value,
                                           absl::string_view form, Take take) {
  const std::vector<std::string> parts = SplitAtColons(value);
  if (parts.size() > 2) return NotOfForm(value, form);
  if (parts.size() == 2) {
    for (absl::string_view pair : absl::StrSplit(parts[1], ',')) {
      const std::pair<absl::string_view, absl::string_view> halves =
          absl::StrSplit(pair, absl::MaxSplits('=', 1));
      SBX_ASSIGN_OR_RETURN(const bool known, take(halves.first, halves.second));
      if (!known) return NotOfForm(value, form);
    }
  }
  return ParseInside(parts[0]);
}

}  // namespace

std::vector<std::string> SplitAtColons(absl::string_view value) {
  std::vector<std::string> parts(1);
  for (size_t i = 0; i < value.size(); ++i) {
    const bool escapes = value[i] == '\\' && i + 1 < value.size() &&
                         (value[i + 1] == ':' || value[i + 1] == '\\');
    if (escapes) {
      parts.back().push_back(value[++i]);
    } else if (value[i] == ':') {
      parts.emplace_back();
    } else {
      parts.back().push_back(value[i]);
    }
  }
  return parts;
}

absl::StatusOr<std::string> ParseInside(absl::string_view value) {
  if (value.empty() || value[0] != '/') {
    return NotOfForm(value, "an absolute path, as paths inside have to be");
  }
  return std::string(value);
}

absl::StatusOr<Places> ParsePlaces(absl::string_view value,
                                   const std::string& here) {
  const std::vector<std::string> parts = SplitAtColons(value);
  if (parts.size() > 2 || parts[0].empty()) {
    return NotOfForm(value, "SRC[:DEST] (a colon in a path is written \\:)");
  }
  Places places = {.host = sys::Absolute(here, parts[0])};
  if (parts.size() == 1) {
    places.inside = places.host;
    return places;
  }
  SBX_ASSIGN_OR_RETURN(places.inside, ParseInside(parts[1]));
  return places;
}

absl::StatusOr<fs::Device> ParseDevice(absl::string_view value,
                                       const std::string& here) {
  absl::string_view places = value, access = "rw";
  const size_t colon = value.rfind(':');
  if (colon != value.npos &&
      value.find_first_not_of("rwm", colon + 1) == value.npos) {
    places = value.substr(0, colon);
    access = value.substr(colon + 1);
  }
  if (access.empty()) {
    return NotOfForm(value,
                     "SRC[:DEST][:rwm], with one of r, w and m at least");
  }
  SBX_ASSIGN_OR_RETURN(const Places parsed, ParsePlaces(places, here));
  return fs::Device{.host = parsed.host,
                    .inside = parsed.inside,
                    .read = absl::StrContains(access, "r"),
                    .write = absl::StrContains(access, "w"),
                    .make = absl::StrContains(access, "m")};
}

absl::StatusOr<fs::Tmpfs> ParseTmpfs(absl::string_view value) {
  fs::Tmpfs tmpfs;
  const auto take = [&](absl::string_view key,
                        absl::string_view text) -> absl::StatusOr<bool> {
    if (key == "size") {
      SBX_ASSIGN_OR_RETURN(tmpfs.size, sys::ParseSize(text));
      // To the kernel, no bytes mean no limit (tmpfs(5)).
      if (*tmpfs.size == 0) return NotOfForm(text, "a size above zero");
      return true;
    }
    if (key != "mode") return false;
    SBX_ASSIGN_OR_RETURN(tmpfs.mode, ParseMode(text));
    return true;
  };
  SBX_ASSIGN_OR_RETURN(
      tmpfs.inside, ParseWithPairs(value, "DEST[:size=SIZE,mode=MODE]", take));
  return tmpfs;
}

absl::StatusOr<fs::Directory> ParseDirectory(absl::string_view value) {
  fs::Directory directory;
  const auto take = [&](absl::string_view key,
                        absl::string_view text) -> absl::StatusOr<bool> {
    if (key != "mode") return false;
    SBX_ASSIGN_OR_RETURN(directory.mode, ParseMode(text));
    return true;
  };
  SBX_ASSIGN_OR_RETURN(directory.inside,
                       ParseWithPairs(value, "PATH[:mode=MODE]", take));
  return directory;
}

absl::StatusOr<fs::File> ParseFile(absl::string_view value) {
  const std::vector<std::string> parts = SplitAtColons(value);
  if (parts.size() != 2) return NotOfForm(value, "DEST:DESCRIPTOR");
  fs::File file;
  SBX_ASSIGN_OR_RETURN(file.inside, ParseInside(parts[0]));
  SBX_ASSIGN_OR_RETURN(file.content, ParseDescriptor(parts[1]));
  return file;
}

absl::StatusOr<fs::Symlink> ParseSymlink(absl::string_view value) {
  const std::vector<std::string> parts = SplitAtColons(value);
  if (parts.size() != 2 || parts[0].empty()) {
    return NotOfForm(value, "TARGET:DEST");
  }
  fs::Symlink link = {.target = parts[0]};
  SBX_ASSIGN_OR_RETURN(link.inside, ParseInside(parts[1]));
  return link;
}

absl::StatusOr<absl::Duration> ParseTime(absl::string_view value) {
  static constexpr absl::string_view kForm =
      "a time, such as 90 (seconds), 1.5s, 2m, 1h30m or 1d";
  // Abseil's readers let signs, spaces, exponents and infinity pass.
  const size_t digits =
      std::min(value.find_first_not_of("0123456789."), value.size());
  const absl::string_view unit = value.substr(digits);
  absl::Duration time;
  double days = 0;
  if (unit == "d" && absl::SimpleAtod(value.substr(0, digits), &days)) {
    time = absl::Hours(24 * days);
  } else if (digits == 0 ||
             !absl::ParseDuration(absl::StrCat(value, unit.empty() ? "s" : ""),
                                  &time)) {
    return NotOfForm(value, kForm);
  }
  if (time == absl::InfiniteDuration()) return NotOfForm(value, kForm);
  return time;
}

absl::StatusOr<int> ParseDescriptor(absl::string_view value) {
  const auto number = sys::ParseNumber(value);
  if (!number.ok() || *number > INT_MAX) {
    return NotOfForm(value, "the number of a file descriptor");
  }
  const int descriptor = static_cast<int>(*number);
  if (fcntl(descriptor, F_GETFD) < 0) {
    return absl::InvalidArgumentError(
        absl::StrCat("descriptor ", descriptor, " is not open"));
  }
  return descriptor;
}

absl::StatusOr<bool> ParseYesNo(absl::string_view value) {
  if (value.empty() || value == "yes") return true;
  if (value == "no") return false;
  return NotOfForm(value, "yes or no");
}

}  // namespace sbx::tools
