// SPDX-License-Identifier: Apache-2.0

#include "sandbox/cgroup/parse.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <set>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "sandbox/sys/number.h"
#include "sandbox/sys/status.h"

namespace sbx::cgroup {
namespace {

constexpr absl::string_view kMax = "max";
// The kernel counts memory in pages, and shows what it has counted.
constexpr uint64_t kPage = 4096;
// The kernel's own period, in µs, and the shortest time that it gives in one.
constexpr int kPeriod = 100'000;
constexpr int kShortestQuota = 1'000;
constexpr uint64_t kLargestWeight = 10'000;
constexpr uint64_t kMostProcessors = 8'192;
// unit names of systemd, suffix included.
constexpr size_t kLongestUnit = 255;

absl::Status NotOfForm(absl::string_view value, absl::string_view form) {
  return absl::InvalidArgumentError(
      absl::StrCat(sys::Quoted(value), " is not ", form));
}

absl::StatusOr<std::string> ParseMemory(absl::string_view value) {
  if (value == kMax) return std::string(kMax);
  SBX_ASSIGN_OR_RETURN(const uint64_t bytes, sys::ParseSize(value));
  if (bytes < kPage) {
    return NotOfForm(value, "at least a page of 4096 bytes");
  }
  return absl::StrCat(bytes / kPage * kPage);
}

absl::StatusOr<std::string> ParseSwap(absl::string_view value) {
  if (value == "0") return std::string(value);
  return ParseMemory(value);
}

absl::StatusOr<std::string> ParseCount(absl::string_view value) {
  if (value == kMax) return std::string(kMax);
  SBX_ASSIGN_OR_RETURN(const uint64_t count, sys::ParseSize(value));
  if (count == 0) return NotOfForm(value, "above zero");
  return absl::StrCat(count);
}

absl::StatusOr<std::string> ParseProcessors(absl::string_view value) {
  if (value == kMax) return absl::StrCat(kMax, " ", kPeriod);
  double processors = 0;
  const bool plain = std::all_of(value.begin(), value.end(), [](char c) {
    return absl::ascii_isdigit(c) || c == '.';
  });
  if (!plain || !absl::SimpleAtod(value, &processors) ||
      processors > kMostProcessors) {
    return NotOfForm(value, "a number of processors, as in 0.5 or 2");
  }
  const int64_t quota = std::llround(processors * kPeriod);
  if (quota < kShortestQuota) return NotOfForm(value, "0.01 or above");
  return absl::StrCat(quota, " ", kPeriod);
}

absl::StatusOr<std::string> ParseWeight(absl::string_view value) {
  const absl::StatusOr<uint64_t> weight = sys::ParseNumber(value);
  if (!weight.ok() || *weight == 0 || *weight > kLargestWeight) {
    return NotOfForm(value, "a weight from 1 to 10000");
  }
  return absl::StrCat(*weight);
}

absl::StatusOr<std::string> ParseIoWeight(absl::string_view value) {
  SBX_ASSIGN_OR_RETURN(const std::string weight, ParseWeight(value));
  return absl::StrCat("default ", weight);
}

absl::Status AddRange(absl::string_view range, std::set<uint64_t>& all) {
  const std::vector<absl::string_view> ends =
      absl::StrSplit(range, absl::MaxSplits('-', 1));
  SBX_ASSIGN_OR_RETURN(const uint64_t first, sys::ParseNumber(ends.front()));
  SBX_ASSIGN_OR_RETURN(const uint64_t last, sys::ParseNumber(ends.back()));
  if (first > last || last >= kMostProcessors) {
    return NotOfForm(range, "a range of processors");
  }
  for (uint64_t i = first; i <= last; ++i) all.insert(i);
  return absl::OkStatus();
}

// As the kernel writes it: ascending, neighbours joined.
std::string RangesOf(const std::set<uint64_t>& all) {
  std::string text;
  for (auto at = all.begin(); at != all.end();) {
    const uint64_t first = *at;
    uint64_t last = first;
    while (++at != all.end() && *at == last + 1) last = *at;
    absl::StrAppend(&text, text.empty() ? "" : ",", first);
    if (last > first) absl::StrAppend(&text, "-", last);
  }
  return text;
}

absl::StatusOr<std::string> ParseProcessorList(absl::string_view value) {
  std::set<uint64_t> all;
  for (const absl::string_view range : absl::StrSplit(value, ',')) {
    if (!AddRange(range, all).ok()) {
      return NotOfForm(value, "a list of processors, as in 0-3,8");
    }
  }
  return RangesOf(all);
}

constexpr struct {
  absl::string_view option;
  absl::string_view controller;
  absl::string_view file;
  absl::string_view shown_by;
  absl::StatusOr<std::string> (*parse)(absl::string_view value);
} kLimits[] = {
    {"memory", "memory", "memory.max", "memory.max", ParseMemory},
    {"swap", "memory", "memory.swap.max", "memory.swap.max", ParseSwap},
    {"pids", "pids", "pids.max", "pids.max", ParseCount},
    {"cpus", "cpu", "cpu.max", "cpu.max", ParseProcessors},
    {"cpu-weight", "cpu", "cpu.weight", "cpu.weight", ParseWeight},
    {"io-weight", "io", "io.weight", "io.weight", ParseIoWeight},
    // Where none of those asked for is there, the kernel takes all of them.
    {"cpuset", "cpuset", "cpuset.cpus", "cpuset.cpus.effective",
     ParseProcessorList},
};

}  // namespace

absl::StatusOr<Setting> ParseLimit(absl::string_view option,
                                   absl::string_view value) {
  for (const auto& row : kLimits) {
    if (row.option != option) continue;
    SBX_ASSIGN_OR_RETURN(std::string written, row.parse(value));
    return Setting{.option = std::string(option),
                   .controller = std::string(row.controller),
                   .file = std::string(row.file),
                   .value = std::move(written),
                   .shown_by = std::string(row.shown_by)};
  }
  return NotOfForm(option, "a limit");
}

std::vector<Setting> WithImplied(std::vector<Setting> settings) {
  const auto has = [&](absl::string_view option) {
    return std::any_of(
        settings.begin(), settings.end(),
        [&](const Setting& setting) { return setting.option == option; });
  };
  if (has("memory") && !has("swap")) {
    settings.push_back(*ParseLimit("swap", "0"));
  }
  return settings;
}

absl::StatusOr<std::string> ParseSlice(absl::string_view value) {
  const std::string name = absl::EndsWith(value, ".slice")
                               ? std::string(value)
                               : absl::StrCat(value, ".slice");
  const bool plain = std::all_of(name.begin(), name.end(), [](char c) {
    return absl::ascii_isalnum(c) || absl::StrContains(":-_.\\", c);
  });
  // "a-b.slice" lies in "a.slice"; so no part of the name may be empty.
  if (!plain || name.size() > kLongestUnit || name == ".slice" ||
      absl::StartsWith(name, "-") || absl::StrContains(name, "--") ||
      absl::StrContains(name, "-.slice")) {
    return NotOfForm(value, "the name of a slice, as in build.slice");
  }
  return name;
}

}  // namespace sbx::cgroup
