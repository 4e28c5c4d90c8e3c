// SPDX-License-Identifier: Apache-2.0

#include "sandbox/cgroup/device_filter.h"

#include <sys/syscall.h>
#include <unistd.h>

#include <cstddef>
#include <cstdint>

#include "absl/status/statusor.h"
#include "sandbox/sys/status.h"

namespace sbx::cgroup {
namespace {

// The registers: the context, as the kernel hands it over, and what is taken
// from it.
enum Register {
  kResult = BPF_REG_0,
  kContext = BPF_REG_1,
  kType = BPF_REG_2,
  kAccess = BPF_REG_3,
  kMajor = BPF_REG_4,
  kMinor = BPF_REG_5,
  kScratch = BPF_REG_6,
};

bpf_insn Make(int code, int destination, int source, int offset, int value) {
  bpf_insn instruction = {};
  instruction.code = static_cast<uint8_t>(code);
  instruction.dst_reg = static_cast<uint8_t>(destination & 0xf);
  instruction.src_reg = static_cast<uint8_t>(source & 0xf);
  instruction.off = static_cast<int16_t>(offset);
  instruction.imm = value;
  return instruction;
}

bpf_insn Load(Register destination, size_t offset) {
  return Make(BPF_LDX | BPF_W | BPF_MEM, destination, kContext,
              static_cast<int>(offset), 0);
}

bpf_insn With(int operation, Register destination, uint32_t value) {
  return Make(BPF_ALU | operation | BPF_K, destination, 0, 0,
              static_cast<int>(value));
}

bpf_insn Copy(Register destination, Register source) {
  return Make(BPF_ALU | BPF_MOV | BPF_X, destination, source, 0, 0);
}

bpf_insn SkipUnlessEqual(Register left, uint32_t value, int skipped) {
  return Make(BPF_JMP32 | BPF_JNE | BPF_K, left, 0, skipped,
              static_cast<int>(value));
}

const bpf_insn kExit = Make(BPF_JMP | BPF_EXIT, 0, 0, 0, 0);

void Return(int value, std::vector<bpf_insn>& program) {
  program.push_back(Make(BPF_ALU64 | BPF_MOV | BPF_K, kResult, 0, 0, value));
  program.push_back(kExit);
}

uint32_t AccessOf(const DeviceRule& rule) {
  uint32_t access = 0;
  if (rule.make) access |= BPF_DEVCG_ACC_MKNOD;
  if (rule.read) access |= BPF_DEVCG_ACC_READ;
  if (rule.write) access |= BPF_DEVCG_ACC_WRITE;
  return access;
}

// Returns 1 if the rule allows it; else goes on behind.
std::vector<bpf_insn> CodeOf(const DeviceRule& rule) {
  const uint32_t type =
      rule.type == 'b' ? BPF_DEVCG_DEV_BLOCK : BPF_DEVCG_DEV_CHAR;
  // How much is left of the rule behind its first comparison.
  int left = rule.minor ? 7 : 6;
  std::vector<bpf_insn> code;
  code.push_back(SkipUnlessEqual(kType, type, left--));
  code.push_back(SkipUnlessEqual(kMajor, rule.major, left--));
  if (rule.minor) code.push_back(SkipUnlessEqual(kMinor, *rule.minor, left--));
  code.push_back(Copy(kScratch, kAccess));
  // What is wanted beyond what is allowed.
  code.push_back(With(BPF_AND, kScratch, ~AccessOf(rule)));
  code.push_back(SkipUnlessEqual(kScratch, 0, 2));
  Return(1, code);
  return code;
}

absl::StatusOr<sys::Fd> LoadProgram(absl::Span<const DeviceRule> rules) {
  const std::vector<bpf_insn> program = DeviceProgram(rules);
  bpf_attr load = {};
  load.prog_type = BPF_PROG_TYPE_CGROUP_DEVICE;
  load.insns = reinterpret_cast<uint64_t>(program.data());
  load.insn_cnt = static_cast<uint32_t>(program.size());
  load.license = reinterpret_cast<uint64_t>("Apache-2.0");
  sys::Fd loaded(
      static_cast<int>(syscall(SYS_bpf, BPF_PROG_LOAD, &load, sizeof(load))));
  if (!loaded) return sys::CallFailed("bpf(BPF_PROG_LOAD)");
  return loaded;
}

}  // namespace

std::vector<bpf_insn> DeviceProgram(absl::Span<const DeviceRule> rules) {
  std::vector<bpf_insn> program = {
      Load(kType, offsetof(bpf_cgroup_dev_ctx, access_type)),
      // The type is in the lower half, the access in the upper.
      Copy(kAccess, kType),
      With(BPF_AND, kType, 0xffff),
      With(BPF_RSH, kAccess, 16),
      Load(kMajor, offsetof(bpf_cgroup_dev_ctx, major)),
      Load(kMinor, offsetof(bpf_cgroup_dev_ctx, minor)),
  };
  for (const DeviceRule& rule : rules) {
    const std::vector<bpf_insn> code = CodeOf(rule);
    program.insert(program.end(), code.begin(), code.end());
  }
  Return(0, program);
  return program;
}

bool CanLoadDevicePrograms() { return LoadProgram({}).ok(); }

absl::Status FilterDevices(absl::Span<const DeviceRule> rules,
                           const sys::Fd& cgroup) {
  SBX_ASSIGN_OR_RETURN(const sys::Fd program, LoadProgram(rules));
  bpf_attr attach = {};
  attach.target_fd = static_cast<uint32_t>(cgroup.get());
  attach.attach_bpf_fd = static_cast<uint32_t>(program.get());
  attach.attach_type = BPF_CGROUP_DEVICE;
  // So that every program from here to the root has to agree.
  attach.attach_flags = BPF_F_ALLOW_MULTI;
  if (syscall(SYS_bpf, BPF_PROG_ATTACH, &attach, sizeof(attach)) != 0) {
    return sys::CallFailed("bpf(BPF_PROG_ATTACH)");
  }
  return absl::OkStatus();
}

}  // namespace sbx::cgroup
