// SPDX-License-Identifier: Apache-2.0

#include "policy/limits.h"

#include <sys/resource.h>

#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "sandbox/sys/number.h"
#include "sandbox/sys/status.h"

namespace sbx::policy {
namespace {

struct LimitRow {
  absl::string_view name;
  int resource;
};

constexpr LimitRow kLimits[] = {
    {"as", RLIMIT_AS},
    {"core", RLIMIT_CORE},
    {"cpu", RLIMIT_CPU},
    {"data", RLIMIT_DATA},
    {"fsize", RLIMIT_FSIZE},
    {"locks", RLIMIT_LOCKS},
    {"memlock", RLIMIT_MEMLOCK},
    {"msgqueue", RLIMIT_MSGQUEUE},
    {"nice", RLIMIT_NICE},
    {"nofile", RLIMIT_NOFILE},
    {"nproc", RLIMIT_NPROC},
    {"rss", RLIMIT_RSS},
    {"rtprio", RLIMIT_RTPRIO},
    {"rttime", RLIMIT_RTTIME},
    {"sigpending", RLIMIT_SIGPENDING},
    {"stack", RLIMIT_STACK},
};

absl::StatusOr<LimitRow> FindLimit(absl::string_view name) {
  const std::string lower = absl::AsciiStrToLower(name);
  for (const LimitRow& row : kLimits) {
    if (row.name == lower) return row;
  }
  const auto name_of = [](std::string* out, const LimitRow& row) {
    absl::StrAppend(out, row.name);
  };
  return absl::InvalidArgumentError(
      absl::StrCat("there is no limit ", sys::Quoted(name), "; there are ",
                   absl::StrJoin(kLimits, ", ", name_of)));
}

absl::StatusOr<uint64_t> LimitValue(absl::string_view text) {
  if (text == "unlimited") return uint64_t{RLIM_INFINITY};
  return sys::ParseSize(text);
}

}  // namespace

absl::StatusOr<Limit> ParseLimit(absl::string_view text) {
  const std::vector<absl::string_view> parts =
      absl::StrSplit(text, absl::MaxSplits('=', 1));
  if (parts.size() != 2) {
    return absl::InvalidArgumentError(
        absl::StrCat(sys::Quoted(text), " is not NAME=SOFT[:HARD]"));
  }
  SBX_ASSIGN_OR_RETURN(const LimitRow row, FindLimit(parts[0]));
  const std::vector<absl::string_view> values =
      absl::StrSplit(parts[1], absl::MaxSplits(':', 1));
  Limit limit = {.resource = row.resource, .name = std::string(row.name)};
  SBX_ASSIGN_OR_RETURN(limit.soft, LimitValue(values[0]));
  SBX_ASSIGN_OR_RETURN(limit.hard, LimitValue(values.back()));
  if (limit.soft > limit.hard) {
    return absl::InvalidArgumentError(
        absl::StrCat("the soft limit of ", row.name, " is above the hard one"));
  }
  return limit;
}

}  // namespace sbx::policy
