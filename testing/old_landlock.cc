// SPDX-License-Identifier: Apache-2.0
//
// old_landlock ABI COMMAND…
//
// Runs COMMAND as on a kernel whose Landlock has that ABI, as far as it is
// asked which one it has; 0 is a kernel without.  It is traced, and so is what
// it starts; what it leaves stays, for others to find.

#include <errno.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>

namespace {

constexpr int kOwnFailure = 125;

[[noreturn]] void Die(const char* what) {
  std::perror(what);
  _exit(kOwnFailure);
}

// Stops at landlock_create_ruleset(2) alone.
void StopAtRulesets() {
  sock_filter filter[] = {
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, nr)),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_landlock_create_ruleset, 0, 1),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_TRACE),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW)};
  const sock_fprog program = {sizeof(filter) / sizeof(filter[0]), filter};
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 ||
      prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program, 0, 0) != 0) {
    Die("PR_SET_SECCOMP");
  }
}

void AnswerRuleset(pid_t pid, int abi) {
  user_regs_struct registers = {};
  if (ptrace(PTRACE_GETREGS, pid, nullptr, &registers) != 0) return;
  constexpr unsigned long kAskVersion = 1;
  if (abi > 0 && registers.rdx != kAskVersion) return;
  // There is no such call, and then the result stays as it stands.
  registers.orig_rax = static_cast<unsigned long long>(-1);
  registers.rax = static_cast<unsigned long long>(abi > 0 ? abi : -ENOSYS);
  if (ptrace(PTRACE_SETREGS, pid, nullptr, &registers) != 0) Die("ptrace");
}

// Lets a process go on that has stopped.
void GoOn(pid_t pid, int status, int abi) {
  const int event = status >> 16;
  const int signal = WSTOPSIG(status);
  const bool stays = event == PTRACE_EVENT_STOP && signal != SIGTRAP;
  if (event == PTRACE_EVENT_SECCOMP) AnswerRuleset(pid, abi);
  // It may have been killed meanwhile.
  (void)ptrace(stays ? PTRACE_LISTEN : PTRACE_CONT, pid, nullptr,
               event == 0 ? signal : 0);
}

int Watch(pid_t command, int abi) {
  while (true) {
    int status = 0;
    const pid_t pid = waitpid(-1, &status, __WALL);
    if (pid < 0) Die("waitpid");
    if (WIFSTOPPED(status)) {
      GoOn(pid, status, abi);
    } else if (pid == command) {
      return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    }
  }
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 3) return kOwnFailure;
  const int abi = std::atoi(argv[1]);
  int go[2];
  if (pipe(go) != 0) Die("pipe");
  const pid_t command = fork();
  if (command < 0) Die("fork");
  if (command == 0) {
    char word = 0;
    close(go[1]);
    // Not before it is traced.
    if (read(go[0], &word, 1) != 1) _exit(kOwnFailure);
    close(go[0]);
    StopAtRulesets();
    execvp(argv[2], argv + 2);
    Die(argv[2]);
  }
  constexpr long kOptions = PTRACE_O_TRACESECCOMP | PTRACE_O_TRACEFORK |
                            PTRACE_O_TRACEVFORK | PTRACE_O_TRACECLONE;
  if (ptrace(PTRACE_SEIZE, command, nullptr, kOptions) != 0) Die("ptrace");
  close(go[0]);
  if (write(go[1], "!", 1) != 1) Die("write");
  close(go[1]);
  return Watch(command, abi);
}
