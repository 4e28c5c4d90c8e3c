// SPDX-License-Identifier: Apache-2.0

#include "testing/stopping.h"

#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>

namespace sbx::test {
namespace {

constexpr int kOwnFailure = 125;

[[noreturn]] void Die(const char* what) {
  std::perror(what);
  _exit(kOwnFailure);
}

// At those calls alone, so that all others are as fast as ever.
void StopAt(const Asked& asked) {
  const auto call = static_cast<uint32_t>(asked.call);
  constexpr uint16_t kCompare = BPF_JMP | BPF_JEQ | BPF_K;
  constexpr uint16_t kIsZero = BPF_JMP | BPF_JSET | BPF_K;
  sock_filter filter[] = {
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, nr)),
      BPF_JUMP(kCompare, call, 0, 3),
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, args[2])),
      asked.third ? sock_filter BPF_JUMP(kCompare, *asked.third, 0, 1)
                  : sock_filter BPF_JUMP(kIsZero, 0, 0, 0),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_TRACE),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW)};
  const sock_fprog program = {sizeof(filter) / sizeof(filter[0]), filter};
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 ||
      prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program, 0, 0) != 0) {
    Die("PR_SET_SECCOMP");
  }
}

void AnswerCall(pid_t pid, const Answer& answer) {
  user_regs_struct registers = {};
  if (ptrace(PTRACE_GETREGS, pid, nullptr, &registers) != 0) return;
  const std::optional<int> result =
      answer(pid, {registers.rdi, registers.rsi, registers.rdx});
  if (!result) return;
  // There is no such call, and then the result stays as it stands.
  registers.orig_rax = static_cast<unsigned long long>(-1);
  registers.rax = static_cast<unsigned long long>(*result);
  if (ptrace(PTRACE_SETREGS, pid, nullptr, &registers) != 0) Die("ptrace");
}

// Lets a process go on that has stopped.
void GoOn(pid_t pid, int status, const Answer& answer) {
  const int event = status >> 16;
  const int signal = WSTOPSIG(status);
  const bool stays = event == PTRACE_EVENT_STOP && signal != SIGTRAP;
  if (event == PTRACE_EVENT_SECCOMP) AnswerCall(pid, answer);
  // It may have been killed meanwhile.
  (void)ptrace(stays ? PTRACE_LISTEN : PTRACE_CONT, pid, nullptr,
               event == 0 ? signal : 0);
}

int Watch(pid_t command, const Answer& answer) {
  while (true) {
    int status = 0;
    const pid_t pid = waitpid(-1, &status, __WALL);
    if (pid < 0) Die("waitpid");
    if (WIFSTOPPED(status)) {
      GoOn(pid, status, answer);
    } else if (pid == command) {
      return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    }
  }
}

// Not before it is traced, which the pipe tells.
[[noreturn]] void Exec(const Asked& asked, const int go[2], char** words) {
  char word = 0;
  close(go[1]);
  if (read(go[0], &word, 1) != 1) _exit(kOwnFailure);
  close(go[0]);
  StopAt(asked);
  execvp(words[0], words);
  Die(words[0]);
}

}  // namespace

int RunAnswering(const Asked& asked, Whose whose, const Answer& answer,
                 char** words) {
  int go[2];
  if (pipe(go) != 0) Die("pipe");
  const pid_t command = fork();
  if (command < 0) Die("fork");
  if (command == 0) Exec(asked, go, words);
  constexpr long kChildren =
      PTRACE_O_TRACEFORK | PTRACE_O_TRACEVFORK | PTRACE_O_TRACECLONE;
  const long options =
      PTRACE_O_TRACESECCOMP | (whose == Whose::kEverybodys ? kChildren : 0);
  if (ptrace(PTRACE_SEIZE, command, nullptr, options) != 0) Die("ptrace");
  close(go[0]);
  if (write(go[1], "!", 1) != 1) Die("write");
  close(go[1]);
  return Watch(command, answer);
}

}  // namespace sbx::test
