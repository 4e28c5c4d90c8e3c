// SPDX-License-Identifier: Apache-2.0

#include "sandbox/cgroup/device_filter.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "sandbox/cgroup/old_devices.h"

namespace sbx::cgroup {
namespace {

// What the kernel's interpreter makes of such a program, for the few
// instructions that it has.
struct Machine {
  uint32_t registers[11] = {};

  uint32_t Run(const std::vector<bpf_insn>& program,
               const bpf_cgroup_dev_ctx& context) {
    for (size_t i = 0; i < program.size(); ++i) {
      const bpf_insn& now = program[i];
      uint32_t& to = registers[now.dst_reg];
      const auto value = static_cast<uint32_t>(now.imm);
      switch (now.code) {
        case BPF_LDX | BPF_W | BPF_MEM:
          to = reinterpret_cast<const uint32_t*>(&context)[now.off / 4];
          break;
        case BPF_ALU | BPF_MOV | BPF_X:
          to = registers[now.src_reg];
          break;
        case BPF_ALU64 | BPF_MOV | BPF_K:
          to = value;
          break;
        case BPF_ALU | BPF_AND | BPF_K:
          to &= value;
          break;
        case BPF_ALU | BPF_RSH | BPF_K:
          to >>= value;
          break;
        case BPF_JMP32 | BPF_JNE | BPF_K:
          if (to != value) i += static_cast<size_t>(now.off);
          break;
        case BPF_JMP | BPF_EXIT:
          return registers[BPF_REG_0];
        default:
          ADD_FAILURE() << "instruction " << i << " is " << int{now.code};
          return 0;
      }
    }
    ADD_FAILURE() << "the program has no end";
    return 0;
  }
};

constexpr uint32_t kRead = BPF_DEVCG_ACC_READ, kWrite = BPF_DEVCG_ACC_WRITE,
                   kMake = BPF_DEVCG_ACC_MKNOD;

bool Allows(const std::vector<DeviceRule>& rules, char type, uint32_t access,
            uint32_t major, uint32_t minor) {
  const uint32_t kind = type == 'b' ? BPF_DEVCG_DEV_BLOCK : BPF_DEVCG_DEV_CHAR;
  return Machine().Run(DeviceProgram(rules),
                       {.access_type = access << 16 | kind,
                        .major = major,
                        .minor = minor}) == 1;
}

const std::vector<DeviceRule>& Rules() {
  static const auto* const rules = new std::vector<DeviceRule>{
      {.major = 1, .minor = 3},
      {.major = 136},
      {.type = 'b', .major = 7, .minor = 0, .write = false},
      {.major = 10, .minor = 229, .read = false, .make = true},
  };
  return *rules;
}

TEST(DeviceProgramTest, AllowsWhatARuleDoes) {
  EXPECT_TRUE(Allows(Rules(), 'c', kRead, 1, 3));
  EXPECT_TRUE(Allows(Rules(), 'c', kRead | kWrite, 1, 3));
  EXPECT_TRUE(Allows(Rules(), 'c', kRead | kWrite, 136, 0));
  EXPECT_TRUE(Allows(Rules(), 'c', kRead, 136, 70000));
  EXPECT_TRUE(Allows(Rules(), 'b', kRead, 7, 0));
  EXPECT_TRUE(Allows(Rules(), 'c', kWrite | kMake, 10, 229));
}

TEST(DeviceProgramTest, AllowsNothingElse) {
  EXPECT_FALSE(Allows({}, 'c', kRead, 1, 3));
  EXPECT_FALSE(Allows(Rules(), 'b', kRead, 1, 3));
  EXPECT_FALSE(Allows(Rules(), 'c', kRead, 1, 4));
  EXPECT_FALSE(Allows(Rules(), 'c', kRead, 2, 3));
  EXPECT_FALSE(Allows(Rules(), 'c', kMake, 1, 3));
  EXPECT_FALSE(Allows(Rules(), 'c', kRead | kMake, 1, 3));
  EXPECT_FALSE(Allows(Rules(), 'b', kWrite, 7, 0));
  EXPECT_FALSE(Allows(Rules(), 'b', kRead | kWrite, 7, 0));
  EXPECT_FALSE(Allows(Rules(), 'c', kRead, 10, 229));
}

TEST(OldWordsTest, AreThoseOfTheController) {
  EXPECT_EQ(OldWords({.major = 1, .minor = 3}), "c 1:3 rw");
  EXPECT_EQ(OldWords({.major = 136}), "c 136:* rw");
  EXPECT_EQ(
      OldWords(
          {.type = 'b', .major = 7, .minor = 0, .write = false, .make = true}),
      "b 7:0 rm");
}

}  // namespace
}  // namespace sbx::cgroup
