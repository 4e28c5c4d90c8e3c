// SPDX-License-Identifier: Apache-2.0
//
// The numbers of system calls, per architecture, as libseccomp and a table of
// newer ones have them.  A sandbox with a built-in profile does without.

#ifndef SBX_POLICY_SECCOMP_NUMBERS_H_
#define SBX_POLICY_SECCOMP_NUMBERS_H_

#include <cstdint>
#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"

namespace sbx::policy::seccomp {

enum class Architecture { kX86_64, kAarch64 };

inline constexpr Architecture kArchitectures[] = {Architecture::kX86_64,
                                                  Architecture::kAarch64};

// A call that libseccomp 2.5.4 does not know by name.
struct NewerCall {
  absl::string_view name = {};
  uint32_t number = 0;
  // Calls since 2019 have one number everywhere; some exist on x86_64 alone.
  bool only_on_x86_64 = false;
};

// What the kernel calls `architecture` in seccomp_data.arch (AUDIT_ARCH_…).
uint32_t AuditArchitecture(Architecture architecture);

// What libseccomp calls it (SCMP_ARCH_…).
uint32_t LibseccompArchitecture(Architecture architecture);

absl::Span<const NewerCall> NewerCalls();

// Returns the number of the call named `name`, or nothing where `architecture`
// lacks that call.  A name that nobody knows is an error.
absl::StatusOr<std::optional<uint32_t>> NumberOf(absl::string_view name,
                                                 Architecture architecture);

// Returns how a call is named that has `number` on the architecture `audit`
// (AUDIT_ARCH_…); "call 999" if nobody knows it.
std::string NameOf(uint32_t audit, int number);

}  // namespace sbx::policy::seccomp

#endif  // SBX_POLICY_SECCOMP_NUMBERS_H_
