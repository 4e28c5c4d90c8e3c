// SPDX-License-Identifier: Apache-2.0

#include "policy/seccomp/interpreter.h"

#include <linux/filter.h>
#include <linux/seccomp.h>

#include <cstddef>
#include <cstdint>
#include <cstring>

#include "absl/types/span.h"

namespace sbx::policy::seccomp {
namespace {

constexpr Outcome kInvalid = {};

uint32_t Load(const seccomp_data& call, uint32_t offset) {
  uint32_t word = 0;
  std::memcpy(&word, reinterpret_cast<const char*>(&call) + offset,
              sizeof(word));
  return word;
}

bool LoadIsValid(uint32_t offset) {
  return offset % sizeof(uint32_t) == 0 && offset < sizeof(seccomp_data);
}

}  // namespace

Outcome Evaluate(absl::Span<const sock_filter> filter,
                 const seccomp_data& call) {
  uint32_t accumulator = 0;
  Outcome outcome;
  for (size_t at = 0; at < filter.size(); ++at) {
    const sock_filter& instruction = filter[at];
    const uint32_t k = instruction.k;
    ++outcome.steps;
    switch (instruction.code) {
      case BPF_LD | BPF_W | BPF_ABS:
        if (!LoadIsValid(k)) return kInvalid;
        outcome.read_arguments |= k > offsetof(seccomp_data, arch);
        accumulator = Load(call, k);
        break;
      case BPF_ALU | BPF_AND | BPF_K:
        accumulator &= k;
        break;
      case BPF_JMP | BPF_JEQ | BPF_K:
        at += accumulator == k ? instruction.jt : instruction.jf;
        break;
      case BPF_JMP | BPF_JGE | BPF_K:
        at += accumulator >= k ? instruction.jt : instruction.jf;
        break;
      case BPF_RET | BPF_K:
        outcome.action = k;
        return outcome;
      default:
        return kInvalid;
    }
  }
  return kInvalid;
}

}  // namespace sbx::policy::seccomp
