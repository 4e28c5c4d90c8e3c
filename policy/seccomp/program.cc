// SPDX-License-Identifier: Apache-2.0

#include "policy/seccomp/program.h"

#include <linux/filter.h>
#include <linux/seccomp.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/string_view.h"
#include "sandbox/sys/status.h"

namespace sbx::policy::seccomp {
namespace {

// What the constant of an instruction may be.
enum class Constant {
  kAny,
  kFieldOfTheCall,
  kScratch,
  kNotZero,
  kBelow32,
  kJump,
};

struct Known {
  int code;
  Constant constant = Constant::kAny;
};

// seccomp_check_filter and bpf_check_classic in the kernel.
constexpr Known kKnown[] = {
    {BPF_LD | BPF_W | BPF_ABS, Constant::kFieldOfTheCall},
    {BPF_LD | BPF_W | BPF_LEN},
    {BPF_LDX | BPF_W | BPF_LEN},
    {BPF_LD | BPF_IMM},
    {BPF_LDX | BPF_IMM},
    {BPF_LD | BPF_MEM, Constant::kScratch},
    {BPF_LDX | BPF_MEM, Constant::kScratch},
    {BPF_ST, Constant::kScratch},
    {BPF_STX, Constant::kScratch},
    {BPF_MISC | BPF_TAX},
    {BPF_MISC | BPF_TXA},
    {BPF_RET | BPF_K},
    {BPF_RET | BPF_A},
    {BPF_ALU | BPF_ADD | BPF_K},
    {BPF_ALU | BPF_ADD | BPF_X},
    {BPF_ALU | BPF_SUB | BPF_K},
    {BPF_ALU | BPF_SUB | BPF_X},
    {BPF_ALU | BPF_MUL | BPF_K},
    {BPF_ALU | BPF_MUL | BPF_X},
    {BPF_ALU | BPF_DIV | BPF_K, Constant::kNotZero},
    {BPF_ALU | BPF_DIV | BPF_X},
    {BPF_ALU | BPF_AND | BPF_K},
    {BPF_ALU | BPF_AND | BPF_X},
    {BPF_ALU | BPF_OR | BPF_K},
    {BPF_ALU | BPF_OR | BPF_X},
    {BPF_ALU | BPF_XOR | BPF_K},
    {BPF_ALU | BPF_XOR | BPF_X},
    {BPF_ALU | BPF_LSH | BPF_K, Constant::kBelow32},
    {BPF_ALU | BPF_LSH | BPF_X},
    {BPF_ALU | BPF_RSH | BPF_K, Constant::kBelow32},
    {BPF_ALU | BPF_RSH | BPF_X},
    {BPF_ALU | BPF_NEG},
    {BPF_JMP | BPF_JA, Constant::kJump},
    {BPF_JMP | BPF_JEQ | BPF_K},
    {BPF_JMP | BPF_JEQ | BPF_X},
    {BPF_JMP | BPF_JGE | BPF_K},
    {BPF_JMP | BPF_JGE | BPF_X},
    {BPF_JMP | BPF_JGT | BPF_K},
    {BPF_JMP | BPF_JGT | BPF_X},
    {BPF_JMP | BPF_JSET | BPF_K},
    {BPF_JMP | BPF_JSET | BPF_X},
};

// `left` instructions follow this one.
bool ConstantFits(Constant constant, uint32_t k, size_t left) {
  switch (constant) {
    case Constant::kFieldOfTheCall:
      return k % sizeof(uint32_t) == 0 && k < sizeof(seccomp_data);
    case Constant::kScratch:
      return k < BPF_MEMWORDS;
    case Constant::kNotZero:
      return k != 0;
    case Constant::kBelow32:
      return k < 32;
    case Constant::kJump:
      return k < left;
    case Constant::kAny:
      break;
  }
  return true;
}

bool IsValid(const sock_filter& instruction, size_t left) {
  const auto* known = std::ranges::find(kKnown, instruction.code, &Known::code);
  if (known == std::end(kKnown)) return false;
  if (BPF_CLASS(instruction.code) == BPF_JMP &&
      std::max(instruction.jt, instruction.jf) >= left) {
    return false;
  }
  return ConstantFits(known->constant, instruction.k, left);
}

absl::Status IsNoFilter(absl::string_view name, absl::string_view why) {
  return absl::InvalidArgumentError(
      absl::StrCat(sys::Quoted(name), " is no filter: ", why));
}

}  // namespace

bool operator==(const Program& a, const Program& b) {
  return std::ranges::equal(a.instructions, b.instructions,
                            [](const sock_filter& x, const sock_filter& y) {
                              return x.code == y.code && x.jt == y.jt &&
                                     x.jf == y.jf && x.k == y.k;
                            });
}

absl::StatusOr<Program> ParseProgram(absl::string_view bytes,
                                     absl::string_view name) {
  if (bytes.size() % sizeof(sock_filter) != 0) {
    return IsNoFilter(name, absl::StrCat(bytes.size(),
                                         " bytes are no array of "
                                         "instructions, which take ",
                                         sizeof(sock_filter), " each"));
  }
  Program program;
  program.instructions.resize(bytes.size() / sizeof(sock_filter));
  if (!bytes.empty()) {
    std::memcpy(program.instructions.data(), bytes.data(), bytes.size());
  }
  SBX_RETURN_IF_ERROR(CheckProgram(program.instructions, name));
  return program;
}

absl::Status CheckProgram(Instructions program, absl::string_view name) {
  if (program.empty()) return IsNoFilter(name, "it is empty");
  if (program.size() > kMostInstructions) {
    return IsNoFilter(
        name, absl::StrCat(program.size(), " instructions are more than the ",
                           kMostInstructions, " that the kernel takes"));
  }
  for (size_t at = 0; at < program.size(); ++at) {
    if (IsValid(program[at], program.size() - at - 1)) continue;
    return IsNoFilter(
        name, absl::StrFormat(
                  "the kernel takes no instruction such as number %d (code "
                  "0x%02x, jumps %d and %d, constant 0x%x)",
                  at, program[at].code, program[at].jt, program[at].jf,
                  program[at].k));
  }
  if (BPF_CLASS(program.back().code) != BPF_RET) {
    return IsNoFilter(name, "it does not end with an answer");
  }
  return absl::OkStatus();
}

}  // namespace sbx::policy::seccomp
