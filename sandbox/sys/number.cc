// SPDX-License-Identifier: Apache-2.0

#include "sandbox/sys/number.h"

#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "sandbox/sys/status.h"

namespace sbx::sys {
namespace {

// Each is 1024 times the one before.
constexpr absl::string_view kUnits = "KMGT";

absl::Status NotANumber(absl::string_view text, absl::string_view form) {
  return absl::InvalidArgumentError(
      absl::StrCat(Quoted(text), " is not ", form));
}

}  // namespace

absl::StatusOr<uint64_t> ParseNumber(absl::string_view text) {
  uint64_t number = 0;
  const bool digits =
      text.find_first_not_of("0123456789") == absl::string_view::npos;
  // SimpleAtoi alone lets signs and spaces pass.
  if (!digits || !absl::SimpleAtoi(text, &number)) {
    return NotANumber(text, "a number that can be counted to");
  }
  return number;
}

absl::StatusOr<uint64_t> ParseSize(absl::string_view text) {
  const size_t unit = text.empty()
                          ? absl::string_view::npos
                          : kUnits.find(absl::ascii_toupper(text.back()));
  const bool has_unit = unit != absl::string_view::npos;
  const int shift = has_unit ? 10 * (static_cast<int>(unit) + 1) : 0;
  const auto number =
      ParseNumber(text.substr(0, text.size() - (has_unit ? 1 : 0)));
  if (!number.ok() || *number > (UINT64_MAX >> shift)) {
    return NotANumber(
        text, "a size: a number with perhaps K, M, G or T (of 1024) behind it");
  }
  return *number << shift;
}

}  // namespace sbx::sys
