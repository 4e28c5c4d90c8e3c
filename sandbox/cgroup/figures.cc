// SPDX-License-Identifier: Apache-2.0

#include "sandbox/cgroup/figures.h"

#include <optional>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "sandbox/sys/file.h"

namespace sbx::cgroup {
namespace {

// The forms of cgroup-v2.rst: a number; "key value" lines; "disk key=value"
// lines, of which all disks count; and those of pressure, of which "some" does.
enum class Form { kNumber, kFlat, kDisks, kPressure };

struct Row {
  absl::string_view name;
  absl::string_view file;
  Form form;
  absl::string_view key;
};

constexpr Row kFigures[] = {
    {"memory_peak_bytes", "memory.peak", Form::kNumber, ""},
    {"memory_limit_hits", "memory.events", Form::kFlat, "max"},
    {"out_of_memory_kills", "memory.events", Form::kFlat, "oom_kill"},
    {"cpu_microseconds", "cpu.stat", Form::kFlat, "usage_usec"},
    {"cpu_user_microseconds", "cpu.stat", Form::kFlat, "user_usec"},
    {"cpu_system_microseconds", "cpu.stat", Form::kFlat, "system_usec"},
    {"cpu_periods", "cpu.stat", Form::kFlat, "nr_periods"},
    {"cpu_periods_throttled", "cpu.stat", Form::kFlat, "nr_throttled"},
    {"cpu_throttled_microseconds", "cpu.stat", Form::kFlat, "throttled_usec"},
    {"pids_peak", "pids.peak", Form::kNumber, ""},
    {"pids_limit_hits", "pids.events", Form::kFlat, "max"},
    {"io_read_bytes", "io.stat", Form::kDisks, "rbytes"},
    {"io_written_bytes", "io.stat", Form::kDisks, "wbytes"},
    {"cpu_pressure_microseconds", "cpu.pressure", Form::kPressure, "total"},
    {"memory_pressure_microseconds", "memory.pressure", Form::kPressure,
     "total"},
    {"io_pressure_microseconds", "io.pressure", Form::kPressure, "total"},
};

// The number at the end of "key value" or "key=value".
std::optional<uint64_t> NumberAfter(absl::string_view text,
                                    absl::string_view key, char separator) {
  uint64_t value = 0;
  if (!absl::ConsumePrefix(&text, key) || text.empty() ||
      text[0] != separator || !absl::SimpleAtoi(text.substr(1), &value)) {
    return std::nullopt;
  }
  return value;
}

// Lines "NAME key=value key=value", as io.stat has one for each disk; `name`
// may be empty, which is every line.
std::optional<uint64_t> SumOfPairs(absl::string_view text,
                                   absl::string_view name,
                                   absl::string_view key) {
  std::optional<uint64_t> sum;
  for (const absl::string_view line : absl::StrSplit(text, '\n')) {
    const std::vector<absl::string_view> words = absl::StrSplit(line, ' ');
    if (!name.empty() && words[0] != name) continue;
    for (const absl::string_view word : words) {
      const auto value = NumberAfter(word, key, '=');
      if (value) sum = sum.value_or(0) + *value;
    }
  }
  return sum;
}

std::optional<uint64_t> FlatValue(absl::string_view text,
                                  absl::string_view key) {
  for (const absl::string_view line : absl::StrSplit(text, '\n')) {
    const auto value = NumberAfter(line, key, ' ');
    if (value) return value;
  }
  return std::nullopt;
}

// In the forms that the files of a cgroup have.
std::optional<uint64_t> Value(absl::string_view text, const Row& row) {
  uint64_t value = 0;
  switch (row.form) {
    case Form::kNumber:
      if (!absl::SimpleAtoi(text, &value)) return std::nullopt;
      return value;
    case Form::kFlat:
      return FlatValue(text, row.key);
    case Form::kDisks:
      return SumOfPairs(text, "", row.key);
    case Form::kPressure:
      return SumOfPairs(text, "some", row.key);
  }
  return std::nullopt;
}

}  // namespace

std::vector<Figure> ReadFigures(const std::string& directory) {
  std::vector<Figure> figures;
  for (const auto& row : kFigures) {
    const auto text = sys::ReadFile(absl::StrCat(directory, "/", row.file));
    if (!text.ok()) continue;
    const std::optional<uint64_t> value = Value(*text, row);
    if (value) figures.push_back({std::string(row.name), *value});
  }
  return figures;
}

uint64_t FigureOf(absl::Span<const Figure> figures, absl::string_view name) {
  for (const Figure& figure : figures) {
    if (figure.name == name) return figure.value;
  }
  return 0;
}

}  // namespace sbx::cgroup
