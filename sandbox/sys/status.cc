// SPDX-License-Identifier: Apache-2.0

#include "sandbox/sys/status.h"

#include <cstring>

#include "absl/strings/cord.h"
#include "absl/strings/escaping.h"
#include "absl/strings/numbers.h"
#include "absl/types/optional.h"

namespace sbx::sys {
namespace {

constexpr absl::string_view kErrnoKey = "sbx/errno";
constexpr absl::string_view kStepKey = "sbx/step";

std::string PayloadOf(const absl::Status& status, absl::string_view key) {
  const absl::optional<absl::Cord> payload = status.GetPayload(key);
  return payload.has_value() ? std::string(*payload) : std::string();
}

// The length of the UTF-8 character that `text` starts with, or 0 if it starts
// with none.  Control characters from U+0080 to U+009F count as none: terminals
// obey them as they do those of ASCII.
size_t CharacterLength(absl::string_view text) {
  const auto byte = [&](size_t i) {
    return i < text.size() ? static_cast<unsigned char>(text[i]) : 0;
  };
  const unsigned first = byte(0);
  if (first < 0x80) return 1;
  const size_t length = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
  if (first < 0xc2 || first > 0xf4) return 0;
  for (size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xc0) != 0x80) return 0;
  }
  // Overlong forms, surrogates and what lies past U+10FFFF.
  const unsigned second = byte(1);
  const bool wrong =
      (first == 0xc2 && second < 0xa0) || (first == 0xe0 && second < 0xa0) ||
      (first == 0xed && second > 0x9f) || (first == 0xf0 && second < 0x90) ||
      (first == 0xf4 && second > 0x8f);
  return wrong ? 0 : length;
}

}  // namespace

absl::Status ErrnoStatus(int error, absl::string_view doing) {
  absl::Status status(absl::ErrnoToStatusCode(error),
                      absl::StrCat(doing, ": ", std::strerror(error)));
  status.SetPayload(kErrnoKey, absl::Cord(absl::StrCat(error)));
  return status;
}

int ErrnoOf(const absl::Status& status) {
  int error = 0;
  return absl::SimpleAtoi(PayloadOf(status, kErrnoKey), &error) ? error : 0;
}

absl::Status While(absl::string_view doing, const absl::Status& status) {
  if (status.ok()) return status;
  return Reported(doing, ErrnoOf(status),
                  absl::StrCat(doing, ": ", status.message()));
}

absl::Status Reported(absl::string_view step, int error,
                      absl::string_view words) {
  absl::Status status(error == 0 ? absl::StatusCode::kFailedPrecondition
                                 : absl::ErrnoToStatusCode(error),
                      words);
  if (error != 0) status.SetPayload(kErrnoKey, absl::Cord(absl::StrCat(error)));
  status.SetPayload(kStepKey, absl::Cord(step));
  return status;
}

std::string StepOf(const absl::Status& status) {
  return PayloadOf(status, kStepKey);
}

std::string Quoted(absl::string_view text) {
  std::string quoted = "\"";
  while (!text.empty()) {
    const size_t length = CharacterLength(text);
    const absl::string_view piece = text.substr(0, length == 0 ? 1 : length);
    absl::StrAppend(&quoted, length == 0 ? absl::CHexEscape(piece)
                                         : absl::Utf8SafeCHexEscape(piece));
    text.remove_prefix(piece.size());
  }
  return quoted + "\"";
}

std::string PlainOrQuoted(absl::string_view text) {
  std::string quoted = Quoted(text);
  return quoted.size() == text.size() + 2 ? std::string(text) : quoted;
}

}  // namespace sbx::sys
