// SPDX-License-Identifier: Apache-2.0

#include "sandbox/sys/mount_table.h"

#include <optional>
#include <utility>

#include "absl/strings/str_split.h"
#include "sandbox/sys/file.h"
#include "sandbox/sys/status.h"

namespace sbx::sys {
namespace {

// "\040" is a space there, and so on.
std::string Unescaped(absl::string_view text) {
  std::string plain;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '\\' || i + 3 >= text.size()) {
      plain += text[i];
      continue;
    }
    plain += static_cast<char>((text[i + 1] - '0') << 6 |
                               (text[i + 2] - '0') << 3 | (text[i + 3] - '0'));
    i += 3;
  }
  return plain;
}

// Before the dash there may be any number of words.
std::optional<MountRow> RowOf(absl::string_view line) {
  constexpr size_t kRoot = 3, kPlace = 4;
  constexpr size_t kType = 0, kOptions = 2;
  const std::pair<absl::string_view, absl::string_view> halves =
      absl::StrSplit(line, absl::MaxSplits(" - ", 1));
  const std::vector<absl::string_view> mount =
      absl::StrSplit(halves.first, ' ');
  const std::vector<absl::string_view> system =
      absl::StrSplit(halves.second, ' ');
  if (mount.size() <= kPlace || system.size() <= kOptions) return std::nullopt;
  return MountRow{.root = Unescaped(mount[kRoot]),
                  .place = Unescaped(mount[kPlace]),
                  .type = std::string(system[kType]),
                  .options = std::string(system[kOptions])};
}

}  // namespace

std::vector<MountRow> ParseMounts(absl::string_view mountinfo) {
  std::vector<MountRow> rows;
  for (const absl::string_view line : absl::StrSplit(mountinfo, '\n')) {
    if (auto row = RowOf(line)) rows.push_back(*std::move(row));
  }
  return rows;
}

absl::StatusOr<std::vector<MountRow>> ReadMounts() {
  SBX_ASSIGN_OR_RETURN(const std::string text,
                       ReadFile("/proc/self/mountinfo"));
  return ParseMounts(text);
}

}  // namespace sbx::sys
