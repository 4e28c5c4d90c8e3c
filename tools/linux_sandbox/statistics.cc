// SPDX-License-Identifier: Apache-2.0

#include "tools/linux_sandbox/statistics.h"

#include <cstdint>

#include "absl/strings/str_cat.h"

namespace sbx::linux_sandbox {
namespace {

constexpr int kVarint = 0;
constexpr int kLengthDelimited = 2;
constexpr uint64_t kResourceUsage = 1;

std::string Varint(uint64_t number) {
  std::string bytes;
  for (; number >= 0x80; number >>= 7) {
    bytes.push_back(static_cast<char>((number & 0x7f) | 0x80));
  }
  bytes.push_back(static_cast<char>(number));
  return bytes;
}

std::string Key(uint64_t field, int type) {
  return Varint(field << 3 | static_cast<uint64_t>(type));
}

}  // namespace

std::string Statistics(const rusage& usage) {
  // Fields 1, 2, 3 … of tools.protos.ResourceUsage.
  const int64_t fields[] = {
      usage.ru_utime.tv_sec,  usage.ru_utime.tv_usec, usage.ru_stime.tv_sec,
      usage.ru_stime.tv_usec, usage.ru_maxrss,        usage.ru_ixrss,
      usage.ru_idrss,         usage.ru_isrss,         usage.ru_minflt,
      usage.ru_majflt,        usage.ru_nswap,         usage.ru_inblock,
      usage.ru_oublock,       usage.ru_msgsnd,        usage.ru_msgrcv,
      usage.ru_nsignals,      usage.ru_nvcsw,         usage.ru_nivcsw};
  std::string message;
  uint64_t number = 0;
  for (const int64_t field : fields) {
    ++number;
    // A number that is not there is 0.
    if (field == 0) continue;
    absl::StrAppend(&message, Key(number, kVarint),
                    Varint(static_cast<uint64_t>(field)));
  }
  return absl::StrCat(Key(kResourceUsage, kLengthDelimited),
                      Varint(message.size()), message);
}

}  // namespace sbx::linux_sandbox
