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

class Machine {
 public:
  explicit Machine(const seccomp_data& call) : call_(call) {}

  // Runs `instruction`; says whether that was possible.
  bool Run(const sock_filter& instruction) {
    const uint32_t k = instruction.k;
    switch (BPF_CLASS(instruction.code)) {
      case BPF_LD:
        return Load(instruction, a_);
      case BPF_LDX:
        return Load(instruction, x_);
      case BPF_ST:
        return Store(a_, k);
      case BPF_STX:
        return Store(x_, k);
      case BPF_ALU:
        return Calculate(BPF_OP(instruction.code), Operand(instruction));
      case BPF_MISC:
        (BPF_MISCOP(instruction.code) == BPF_TAX ? x_ : a_) =
            BPF_MISCOP(instruction.code) == BPF_TAX ? a_ : x_;
        return true;
      default:
        return false;
    }
  }

  // How many instructions the jump leaves out.
  size_t Jump(const sock_filter& instruction) const {
    const uint32_t b = Operand(instruction);
    switch (BPF_OP(instruction.code)) {
      case BPF_JA:
        return instruction.k;
      case BPF_JEQ:
        return a_ == b ? instruction.jt : instruction.jf;
      case BPF_JGT:
        return a_ > b ? instruction.jt : instruction.jf;
      case BPF_JGE:
        return a_ >= b ? instruction.jt : instruction.jf;
      default:
        return (a_ & b) != 0 ? instruction.jt : instruction.jf;
    }
  }

  uint32_t a() const { return a_; }
  const Outcome& outcome() const { return outcome_; }

 private:
  uint32_t Operand(const sock_filter& instruction) const {
    return BPF_SRC(instruction.code) == BPF_X ? x_ : instruction.k;
  }

  bool Load(const sock_filter& instruction, uint32_t& target) {
    const uint32_t k = instruction.k;
    switch (BPF_MODE(instruction.code)) {
      case BPF_ABS:
        return LoadField(k);
      case BPF_IMM:
        target = k;
        return true;
      case BPF_LEN:
        target = sizeof(seccomp_data);
        return true;
      case BPF_MEM:
        if (k >= BPF_MEMWORDS) return false;
        target = scratch_[k];
        return true;
      default:
        return false;
    }
  }

  bool LoadField(uint32_t offset) {
    constexpr uint32_t kArguments = offsetof(seccomp_data, args);
    if (offset % sizeof(uint32_t) != 0 || offset >= sizeof(seccomp_data)) {
      return false;
    }
    std::memcpy(&a_, reinterpret_cast<const char*>(&call_) + offset,
                sizeof(a_));
    outcome_.read_arguments |= offset > offsetof(seccomp_data, arch);
    if (offset >= kArguments) {
      outcome_.arguments_read |= 1U << (offset - kArguments) / sizeof(uint64_t);
    }
    return true;
  }

  bool Store(uint32_t value, uint32_t place) {
    if (place >= BPF_MEMWORDS) return false;
    scratch_[place] = value;
    return true;
  }

  bool Calculate(int operation, uint32_t b) {
    switch (operation) {
      case BPF_ADD:
        a_ += b;
        return true;
      case BPF_SUB:
        a_ -= b;
        return true;
      case BPF_MUL:
        a_ *= b;
        return true;
      case BPF_DIV:
        if (b == 0) return false;
        a_ /= b;
        return true;
      case BPF_AND:
        a_ &= b;
        return true;
      case BPF_OR:
        a_ |= b;
        return true;
      case BPF_XOR:
        a_ ^= b;
        return true;
      case BPF_LSH:
        a_ <<= b & 31;
        return true;
      case BPF_RSH:
        a_ >>= b & 31;
        return true;
      case BPF_NEG:
        a_ = -a_;
        return true;
      default:
        return false;
    }
  }

  const seccomp_data& call_;
  uint32_t a_ = 0;
  uint32_t x_ = 0;
  uint32_t scratch_[BPF_MEMWORDS] = {};
  Outcome outcome_ = {};
};

}  // namespace

Outcome Evaluate(absl::Span<const sock_filter> filter,
                 const seccomp_data& call) {
  Machine machine(call);
  int steps = 0;
  for (size_t at = 0; at < filter.size(); ++at) {
    const sock_filter& instruction = filter[at];
    ++steps;
    if (BPF_CLASS(instruction.code) == BPF_JMP) {
      at += machine.Jump(instruction);
    } else if (BPF_CLASS(instruction.code) == BPF_RET) {
      Outcome outcome = machine.outcome();
      outcome.steps = steps;
      outcome.action =
          BPF_RVAL(instruction.code) == BPF_A ? machine.a() : instruction.k;
      return outcome;
    } else if (!machine.Run(instruction)) {
      return kInvalid;
    }
  }
  return kInvalid;
}

}  // namespace sbx::policy::seccomp
