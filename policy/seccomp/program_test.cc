// SPDX-License-Identifier: Apache-2.0

#include "policy/seccomp/program.h"

#include <linux/filter.h>
#include <linux/seccomp.h>

#include <cstddef>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "policy/seccomp/interpreter.h"
#include "testing/status.h"

namespace sbx::policy::seccomp {
namespace {

using test::IsOkAndHolds;
using test::Says;

constexpr sock_filter kAllow = BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);

std::string BytesOf(const std::vector<sock_filter>& instructions) {
  return std::string(reinterpret_cast<const char*>(instructions.data()),
                     instructions.size() * sizeof(sock_filter));
}

TEST(ParseProgram, ReadsAnArrayOfInstructions) {
  const std::vector<sock_filter> program = {
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, nr)),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 1, 0, 1), kAllow, kAllow};
  EXPECT_THAT(ParseProgram(BytesOf(program), "fd"),
              IsOkAndHolds(Program{program}));
}

TEST(ParseProgram, RefusesWhatIsNoArrayOfInstructions) {
  const std::string one = BytesOf({kAllow});
  EXPECT_THAT(ParseProgram("", "descriptor 9"),
              Says("\"descriptor 9\" is no filter: it is empty"));
  EXPECT_THAT(ParseProgram(one + "x", "descriptor 9"),
              Says("\"descriptor 9\" is no filter: 9 bytes are no array of "
                   "instructions, which take 8 each"));
}

TEST(ParseProgram, RefusesMoreThanTheKernelTakes) {
  std::vector<sock_filter> program(4096, kAllow);
  EXPECT_TRUE(ParseProgram(BytesOf(program), "fd").ok());
  program.push_back(kAllow);
  EXPECT_THAT(ParseProgram(BytesOf(program), "fd"),
              Says("\"fd\" is no filter: 4097 instructions are more than the "
                   "4096 that the kernel takes"));
}

TEST(CheckProgram, RefusesWhatTheKernelRefuses) {
  const struct {
    const char* what;
    std::vector<sock_filter> program;
  } rows[] = {
      {"bytes", {BPF_STMT(BPF_LD | BPF_B | BPF_ABS, 0), kAllow}},
      {"unaligned", {BPF_STMT(BPF_LD | BPF_W | BPF_ABS, 2), kAllow}},
      {"beyond the call", {BPF_STMT(BPF_LD | BPF_W | BPF_ABS, 64), kAllow}},
      {"jump past the end",
       {BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 0, 0, 1), kAllow}},
      {"far jump past the end", {BPF_STMT(BPF_JMP | BPF_JA, 1), kAllow}},
      {"backwards", {BPF_STMT(BPF_JMP | BPF_JA, 0xffffffff), kAllow}},
      {"division by zero", {BPF_STMT(BPF_ALU | BPF_DIV | BPF_K, 0), kAllow}},
      {"shift", {BPF_STMT(BPF_ALU | BPF_LSH | BPF_K, 32), kAllow}},
      {"scratch", {BPF_STMT(BPF_ST, 16), kAllow}},
      {"modulo", {BPF_STMT(BPF_ALU | BPF_MOD | BPF_K, 3), kAllow}},
      {"no end", {kAllow, BPF_STMT(BPF_LD | BPF_W | BPF_ABS, 0)}},
      {"no such code", {{0xffff, 0, 0, 0}, kAllow}},
  };
  for (const auto& row : rows) {
    EXPECT_FALSE(CheckProgram(row.program, "fd").ok()) << row.what;
  }
}

TEST(CheckProgram, NamesTheInstruction) {
  EXPECT_THAT(
      CheckProgram(std::vector<sock_filter>{kAllow, {0x34, 0, 0, 0}, kAllow},
                   "fd"),
      Says(
          "\"fd\" is no filter: the kernel takes no instruction such as number "
          "1 (code 0x34, jumps 0 and 0, constant 0x0)"));
}

// The interpreter, where the built-in filters do not lead it.

uint32_t Result(const std::vector<sock_filter>& program) {
  EXPECT_EQ(CheckProgram(program, "test"), absl::OkStatus());
  const seccomp_data call = {.nr = 7,
                             .arch = 3,
                             .instruction_pointer = 0,
                             .args = {10, 0, 0, 0, 0, 1}};
  return Evaluate(program, call).action;
}

constexpr sock_filter Set(uint32_t k) { return BPF_STMT(BPF_LD | BPF_IMM, k); }
constexpr sock_filter SetX(uint32_t k) {
  return BPF_STMT(BPF_LDX | BPF_IMM, k);
}
constexpr sock_filter kReturnA = BPF_STMT(BPF_RET | BPF_A, 0);

TEST(Evaluate, Calculates) {
  const struct {
    uint16_t operation;
    uint32_t result;
  } rows[] = {{BPF_ADD, 15}, {BPF_SUB, 9},  {BPF_MUL, 36},
              {BPF_DIV, 4},  {BPF_AND, 0},  {BPF_OR, 15},
              {BPF_XOR, 15}, {BPF_LSH, 96}, {BPF_RSH, 1}};
  for (const auto& row : rows) {
    const auto code = static_cast<uint16_t>(BPF_ALU | row.operation);
    const auto by_x = static_cast<uint16_t>(code | BPF_X);
    EXPECT_EQ(Result({Set(12), BPF_STMT(code, 3), kReturnA}), row.result);
    EXPECT_EQ(Result({Set(12), SetX(3), BPF_STMT(by_x, 0), kReturnA}),
              row.result);
  }
  EXPECT_EQ(Result({Set(1), BPF_STMT(BPF_ALU | BPF_NEG, 0), kReturnA}),
            0xffffffff);
}

TEST(Evaluate, MovesBetweenRegistersAndScratch) {
  EXPECT_EQ(Result({Set(5), BPF_STMT(BPF_MISC | BPF_TAX, 0), Set(6),
                    BPF_STMT(BPF_MISC | BPF_TXA, 0), kReturnA}),
            5);
  EXPECT_EQ(Result({Set(5), BPF_STMT(BPF_ST, 2), Set(6), SetX(7),
                    BPF_STMT(BPF_STX, 3), BPF_STMT(BPF_LD | BPF_MEM, 2),
                    BPF_STMT(BPF_LDX | BPF_MEM, 3),
                    BPF_STMT(BPF_ALU | BPF_ADD | BPF_X, 0), kReturnA}),
            12);
  EXPECT_EQ(Result({BPF_STMT(BPF_LD | BPF_W | BPF_LEN, 0), kReturnA}), 64);
}

TEST(Evaluate, Jumps) {
  const struct {
    uint16_t test;
    uint32_t value;
    bool taken;
  } rows[] = {{BPF_JEQ, 7, true},  {BPF_JEQ, 6, false}, {BPF_JGT, 6, true},
              {BPF_JGT, 7, false}, {BPF_JGE, 7, true},  {BPF_JGE, 8, false},
              {BPF_JSET, 2, true}, {BPF_JSET, 8, false}};
  for (const auto& row : rows) {
    const auto code = static_cast<uint16_t>(BPF_JMP | row.test);
    EXPECT_EQ(Result({BPF_STMT(BPF_LD | BPF_W | BPF_ABS, 0),
                      BPF_JUMP(code, row.value, 1, 0), BPF_STMT(BPF_RET, 0),
                      BPF_STMT(BPF_RET, 1)}),
              row.taken ? 1 : 0)
        << row.test << " " << row.value;
  }
  EXPECT_EQ(Result({BPF_STMT(BPF_JMP | BPF_JA, 1), BPF_STMT(BPF_RET, 1),
                    BPF_STMT(BPF_RET, 2)}),
            2);
}

TEST(Evaluate, TellsWhichArgumentsWereRead) {
  const std::vector<sock_filter> program = {
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, args[0])),
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, args[5]) + 4),
      kAllow};
  EXPECT_EQ(Evaluate(program, {}).arguments_read, 0b100001);
}

}  // namespace
}  // namespace sbx::policy::seccomp
