// SPDX-License-Identifier: Apache-2.0

#include "policy/seccomp/reporting.h"

#include <linux/audit.h>
#include <linux/seccomp.h>
#include <sys/syscall.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "absl/strings/str_cat.h"

namespace sbx::policy::seccomp {
namespace {

#ifdef __x86_64__
constexpr uint32_t kNative = AUDIT_ARCH_X86_64;
#else
constexpr uint32_t kNative = AUDIT_ARCH_AARCH64;
#endif

constexpr sock_filter Load(size_t offset) {
  return BPF_STMT(BPF_LD | BPF_W | BPF_ABS, static_cast<uint32_t>(offset));
}

constexpr sock_filter kAllow = BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);

bool AnswersByCalculation(const sock_filter& instruction) {
  return instruction.code == (BPF_RET | BPF_A);
}

// Goes on if what was loaded is `value`, else leaves out `others`.
constexpr sock_filter Unless(uint32_t value, uint8_t others) {
  return BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, value, 0, others);
}

bool IsAnswer(const sock_filter& instruction) {
  return BPF_CLASS(instruction.code) == BPF_RET;
}

bool Allows(const sock_filter& answer) {
  const uint32_t action = answer.k & SECCOMP_RET_ACTION_FULL;
  return action == SECCOMP_RET_ALLOW || action == SECCOMP_RET_LOG;
}

// What one filter allows the next one is asked about.
void Append(Instructions filter, std::vector<sock_filter>& all) {
  for (size_t at = 0; at < filter.size(); ++at) {
    sock_filter instruction = filter[at];
    if (IsAnswer(instruction)) {
      const auto to_next = static_cast<uint32_t>(filter.size() - at - 1);
      instruction =
          Allows(instruction)
              ? sock_filter BPF_STMT(BPF_JMP | BPF_JA, to_next)
              : sock_filter BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_USER_NOTIF);
    }
    all.push_back(instruction);
  }
}

}  // namespace

absl::StatusOr<Program> Reporting(absl::Span<const Instructions> filters,
                                  int channel) {
  Program program = {{Load(offsetof(seccomp_data, arch)), Unless(kNative, 5),
                      Load(offsetof(seccomp_data, nr)), Unless(SYS_sendmsg, 3),
                      Load(offsetof(seccomp_data, args)),
                      Unless(static_cast<uint32_t>(channel), 1), kAllow}};
  for (const Instructions filter : filters) {
    if (std::any_of(filter.begin(), filter.end(), AnswersByCalculation)) {
      return absl::InvalidArgumentError(
          "refusals cannot be reported of a filter that calculates its "
          "answers");
    }
    Append(filter, program.instructions);
  }
  program.instructions.push_back(kAllow);
  if (program.instructions.size() > kMostInstructions) {
    return absl::InvalidArgumentError(
        absl::StrCat("the filters are too long together to report what they "
                     "refuse: ",
                     program.instructions.size(), " instructions"));
  }
  return program;
}

}  // namespace sbx::policy::seccomp
