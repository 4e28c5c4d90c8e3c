// SPDX-License-Identifier: Apache-2.0
//
// first_use COMMAND [ARG...]
//
// Runs COMMAND, a static program at a fixed address, instruction by instruction,
// and its processes too until they become another program.  Prints the address
// of each instruction when it is run for the first time; what COMMAND has to say
// goes to standard error.

#define _GNU_SOURCE
#include <elf.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/uio.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

#if defined(__x86_64__)
#define PC rip
#define BREAKPOINT 0xccul
#define BREAKPOINT_MASK 0xfful
// Where the processor stands after a breakpoint.
#define AFTER_BREAKPOINT 1
// A function returns to what its caller has pushed.
#define RETURN_ADDRESS(pid, registers) \
  ((unsigned long)ptrace(PTRACE_PEEKDATA, pid, (registers).rsp, NULL))
#elif defined(__aarch64__)
#define PC pc
#define BREAKPOINT 0xd4200000ul
#define BREAKPOINT_MASK 0xfffffffful
#define AFTER_BREAKPOINT 0
#define RETURN_ADDRESS(pid, registers) ((registers).regs[30])
#endif

// The program lies below; what the kernel maps for it, above.
static const unsigned long kEndOfProgram = 64ul << 20;

static unsigned char seen[64ul << 20];

static struct user_regs_struct Registers(pid_t pid) {
  struct user_regs_struct registers = {0};
  struct iovec part = {&registers, sizeof(registers)};
  ptrace(PTRACE_GETREGSET, pid, NT_PRSTATUS, &part);
  return registers;
}

static void SetRegisters(pid_t pid, struct user_regs_struct* registers) {
  struct iovec part = {registers, sizeof(*registers)};
  ptrace(PTRACE_SETREGSET, pid, NT_PRSTATUS, &part);
}

// The kernel's clock in the process's memory begins anew whenever time has gone
// on, and so is never at its end when it is run step by step.
static void RunToReturn(pid_t pid, struct user_regs_struct registers) {
  const unsigned long back = RETURN_ADDRESS(pid, registers);
  const unsigned long word =
      (unsigned long)ptrace(PTRACE_PEEKTEXT, pid, back, NULL);
  int status = 0;
  ptrace(PTRACE_POKETEXT, pid, back, (word & ~BREAKPOINT_MASK) | BREAKPOINT);
  ptrace(PTRACE_CONT, pid, NULL, NULL);
  waitpid(pid, &status, __WALL);
  ptrace(PTRACE_POKETEXT, pid, back, word);
  registers = Registers(pid);
  registers.PC -= AFTER_BREAKPOINT;
  SetRegisters(pid, &registers);
}

static void Look(pid_t pid) {
  const struct user_regs_struct registers = Registers(pid);
  if (registers.PC >= kEndOfProgram) {
    RunToReturn(pid, registers);
  } else if (!seen[registers.PC]) {
    seen[registers.PC] = 1;
    printf("%lx\n", (unsigned long)registers.PC);
  }
}

// Returns the signal that the process is to have.
static int SignalIn(int status) {
  const int signal_ = WSTOPSIG(status);
  return signal_ == SIGTRAP || signal_ == SIGSTOP ? 0 : signal_;
}

// Returns by how many there are more processes to look at.
static int Go(pid_t pid, pid_t first, int status) {
  static int started = 0;
  if (WIFEXITED(status) || WIFSIGNALED(status)) return -1;
  const int event = status >> 16;
  if (event == PTRACE_EVENT_EXEC && (pid != first || started++ > 0)) {
    ptrace(PTRACE_DETACH, pid, NULL, NULL);
    return -1;
  }
  if (event == 0 && SignalIn(status) == 0) Look(pid);
  ptrace(PTRACE_SINGLESTEP, pid, NULL, SignalIn(status));
  return event == PTRACE_EVENT_FORK || event == PTRACE_EVENT_VFORK ||
         event == PTRACE_EVENT_CLONE;
}

static pid_t Start(char** command) {
  const pid_t pid = fork();
  if (pid == 0) {
    ptrace(PTRACE_TRACEME, 0, NULL, NULL);
    dup2(STDERR_FILENO, STDOUT_FILENO);
    raise(SIGSTOP);
    execv(command[0], command);
    _exit(127);
  }
  waitpid(pid, NULL, 0);
  ptrace(PTRACE_SETOPTIONS, pid, NULL,
         PTRACE_O_TRACEFORK | PTRACE_O_TRACEVFORK | PTRACE_O_TRACECLONE |
             PTRACE_O_TRACEEXEC | PTRACE_O_EXITKILL);
  ptrace(PTRACE_CONT, pid, NULL, NULL);
  return pid;
}

int main(int argc, char** argv) {
  if (argc < 2) {
    fputs("usage: first_use COMMAND [ARG...]\n", stderr);
    return 125;
  }
  const pid_t first = Start(argv + 1);
  int status = 0, last = 0;
  for (int left = 1; left > 0;) {
    const pid_t pid = waitpid(-1, &status, __WALL);
    if (pid < 0) return 125;
    if (pid == first) last = status;
    left += Go(pid, first, status);
  }
  return WIFEXITED(last) ? WEXITSTATUS(last) : 125;
}
