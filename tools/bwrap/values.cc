// SPDX-License-Identifier: Apache-2.0

#include "tools/bwrap/values.h"

#include <fcntl.h>

#include <cstdlib>
#include <limits>

#include "absl/status/status.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "sandbox/sys/path.h"
#include "sandbox/sys/self.h"
#include "sandbox/sys/status.h"

namespace sbx::bwrap {
namespace {

constexpr mode_t kMostOfAMode = 07777;

}  // namespace

absl::StatusOr<int> ParseDescriptor(const std::string& value) {
  int number = -1;
  if (!absl::SimpleAtoi(value, &number) || number < 0) {
    return absl::InvalidArgumentError(absl::StrCat("Invalid fd: ", value));
  }
  // Whether it is open is seen when it is used.
  (void)fcntl(number, F_SETFD, FD_CLOEXEC);
  return number;
}

absl::StatusOr<uint32_t> ParseId(absl::string_view what,
                                 const std::string& value) {
  uint32_t number = 0;
  // The last one stands for no id (chown(2)).
  if (!absl::SimpleAtoi(value, &number) ||
      number == std::numeric_limits<uint32_t>::max()) {
    return absl::InvalidArgumentError(
        absl::StrCat("Invalid ", what, ": ", value));
  }
  return number;
}

absl::StatusOr<mode_t> ParseMode(absl::string_view name,
                                 const std::string& value) {
  const bool digits = !value.empty() &&
                      value.find_first_not_of("01234567") == std::string::npos;
  const unsigned long number =
      digits ? std::strtoul(value.c_str(), nullptr, 8) : kMostOfAMode + 1;
  if (number > kMostOfAMode) {
    return absl::InvalidArgumentError(
        absl::StrCat(name, " takes an octal argument <= 07777"));
  }
  return static_cast<mode_t>(number);
}

absl::StatusOr<uint64_t> ParseBytes(absl::string_view name,
                                    const std::string& value) {
  uint64_t number = 0;
  const bool digits = !value.empty() && value.find_first_not_of("0123456789") ==
                                            std::string::npos;
  if (!digits || !absl::SimpleAtoi(value, &number) || number == 0) {
    return absl::InvalidArgumentError(
        absl::StrCat(name, " takes a non-zero number of bytes"));
  }
  constexpr uint64_t kMost = std::numeric_limits<size_t>::max() / 2;
  if (number > kMost) {
    return absl::InvalidArgumentError(
        absl::StrCat(name, " (for tmpfs) is limited to ", kMost));
  }
  return number;
}

absl::StatusOr<std::string> Outside(const std::string& path) {
  if (!path.empty() && path[0] == '/') return path;
  SBX_ASSIGN_OR_RETURN(const std::string here, sys::CurrentDirectory());
  return sys::Absolute(here, path);
}

std::string Inside(const std::string& path) { return sys::Absolute("/", path); }

}  // namespace sbx::bwrap
