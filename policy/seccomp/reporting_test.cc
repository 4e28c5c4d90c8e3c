// SPDX-License-Identifier: Apache-2.0

#include "policy/seccomp/reporting.h"

#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/syscall.h>

#include <cstddef>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "policy/seccomp/interpreter.h"
#include "testing/status.h"

namespace sbx::policy::seccomp {
namespace {

using test::Says;

constexpr int kChannel = 7;

#ifdef __x86_64__
constexpr uint32_t kNative = AUDIT_ARCH_X86_64;
#else
constexpr uint32_t kNative = AUDIT_ARCH_AARCH64;
#endif

using Instruction = sock_filter;

constexpr Instruction Answer(uint32_t action) {
  return BPF_STMT(BPF_RET | BPF_K, action);
}

// Refuses one call and allows the others.
std::vector<sock_filter> Refusing(int number, uint32_t action) {
  return {
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, nr)),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, static_cast<uint32_t>(number), 0, 1),
      Answer(action), Answer(SECCOMP_RET_ALLOW)};
}

uint32_t Ask(const Program& program, int number, uint64_t argument = 0,
             uint32_t architecture = kNative) {
  return Evaluate(program.instructions, {.nr = number,
                                         .arch = architecture,
                                         .instruction_pointer = 0,
                                         .args = {argument}})
      .action;
}

TEST(Reporting, AsksAboutWhatAnyOfTheFiltersRefuses) {
  const auto first = Refusing(SYS_keyctl, SECCOMP_RET_ERRNO | 1);
  const auto second = Refusing(SYS_ptrace, SECCOMP_RET_KILL_PROCESS);
  ASSERT_OK_AND_ASSIGN(const Program both,
                       Reporting({first, second}, kChannel));
  EXPECT_OK(CheckProgram(both.instructions, "both"));
  EXPECT_EQ(Ask(both, SYS_keyctl), SECCOMP_RET_USER_NOTIF);
  EXPECT_EQ(Ask(both, SYS_ptrace), SECCOMP_RET_USER_NOTIF);
  EXPECT_EQ(Ask(both, SYS_read), SECCOMP_RET_ALLOW);
}

TEST(Reporting, AsksAboutEveryKindOfRefusalAndNoOther) {
  const struct {
    uint32_t action;
    uint32_t reported;
  } rows[] = {
      {SECCOMP_RET_ERRNO | 38, SECCOMP_RET_USER_NOTIF},
      {SECCOMP_RET_KILL_THREAD, SECCOMP_RET_USER_NOTIF},
      {SECCOMP_RET_KILL_PROCESS, SECCOMP_RET_USER_NOTIF},
      {SECCOMP_RET_TRAP, SECCOMP_RET_USER_NOTIF},
      {SECCOMP_RET_TRACE, SECCOMP_RET_USER_NOTIF},
      {SECCOMP_RET_LOG, SECCOMP_RET_ALLOW},
      {SECCOMP_RET_ALLOW, SECCOMP_RET_ALLOW},
  };
  for (const auto& row : rows) {
    const auto filter = Refusing(SYS_keyctl, row.action);
    ASSERT_OK_AND_ASSIGN(const Program program, Reporting({filter}, kChannel));
    EXPECT_EQ(Ask(program, SYS_keyctl), row.reported) << row.action;
  }
}

TEST(Reporting, LetsTheListenerBeSentAway) {
  const auto nothing = std::vector<sock_filter>{Answer(SECCOMP_RET_ERRNO)};
  ASSERT_OK_AND_ASSIGN(const Program program, Reporting({nothing}, kChannel));
  EXPECT_EQ(Ask(program, SYS_sendmsg, kChannel), SECCOMP_RET_ALLOW);
  EXPECT_EQ(Ask(program, SYS_sendmsg, kChannel + 1), SECCOMP_RET_USER_NOTIF);
  EXPECT_EQ(Ask(program, SYS_recvmsg, kChannel), SECCOMP_RET_USER_NOTIF);
  EXPECT_EQ(Ask(program, SYS_sendmsg, kChannel, AUDIT_ARCH_I386),
            SECCOMP_RET_USER_NOTIF);
}

TEST(Reporting, RefusesAnswersThatAreCalculated) {
  const std::vector<sock_filter> filter = {BPF_STMT(BPF_LD | BPF_IMM, 0),
                                           BPF_STMT(BPF_RET | BPF_A, 0)};
  EXPECT_THAT(Reporting({filter}, kChannel), Says("calculates its answers"));
}

TEST(Reporting, RefusesWhatTheKernelWouldNotTake) {
  std::vector<sock_filter> filter(2000, BPF_STMT(BPF_LD | BPF_IMM, 0));
  filter.push_back(Answer(SECCOMP_RET_ALLOW));
  EXPECT_OK(Reporting({filter, filter}, kChannel));
  EXPECT_THAT(Reporting({filter, filter, filter}, kChannel),
              Says("too long together"));
}

}  // namespace
}  // namespace sbx::policy::seccomp
