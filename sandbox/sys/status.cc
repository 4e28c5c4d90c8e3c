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
  return absl::StrCat("\"", absl::Utf8SafeCHexEscape(text), "\"");
}

}  // namespace sbx::sys
