// SPDX-License-Identifier: Apache-2.0

#include <fcntl.h>
#include <linux/io_uring.h>
#include <linux/keyctl.h>
#include <linux/perf_event.h>
#include <linux/sched.h>
#include <linux/userfaultfd.h>
#include <sched.h>
#include <signal.h>
#include <sys/personality.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "testing/escape/attack.h"

namespace sbx::escape {
namespace {

// The outcome of a call that has made a child, unless this is the child.
Outcome EndOf(long child) {
  if (child == 0) _exit(0);
  if (child > 0) waitpid(static_cast<pid_t>(child), nullptr, 0);
  return Of(child);
}

// A user namespace: every capability, and with them most of the kernel.
Outcome NestByUnshare(const Words&) { return Of(unshare(CLONE_NEWUSER)); }

Outcome NestByClone(const Words&) {
  return EndOf(syscall(SYS_clone, CLONE_NEWUSER | SIGCHLD, 0, 0, 0, 0));
}

Outcome NestByClone3(const Words&) {
  clone_args arguments = {};
  arguments.flags = CLONE_NEWUSER;
  arguments.exit_signal = SIGCHLD;
  return EndOf(syscall(SYS_clone3, &arguments, sizeof(arguments)));
}

// PATH: joins a namespace.
Outcome JoinNamespace(const Words& words) {
  const int any = open(words[0].c_str(), O_RDONLY);
  if (any < 0) return Of(-1);
  return Of(setns(any, 0));
}

// The calls of 32-bit programs, which have numbers of their own.
Outcome CallAsI386(const Words&) {
#ifdef __x86_64__
  int result = 20;  // getpid, in asm/unistd_32.h
  asm volatile("int $0x80" : "+a"(result) : : "memory");
  errno = -result;
  return Of(result < 0 ? -1 : 0);
#else
  return {ENOSYS};
#endif
}

// The calls of x32 programs, which have a bit more.
Outcome CallAsX32(const Words&) {
#ifdef __x86_64__
  constexpr long kX32 = 0x40000000;
  return Of(syscall(kX32 | SYS_getppid));
#else
  return {ENOSYS};
#endif
}

// NAME: reads a key of the caller's session; keyrings are in no namespace.
Outcome ReadKey(const Words& words) {
  const long key =
      syscall(SYS_request_key, "user", words[0].c_str(), nullptr, 0);
  if (key < 0) return Of(-1);
  char text[16];
  return Of(syscall(SYS_keyctl, KEYCTL_READ, key, text, sizeof(text)));
}

// Leaves a key with the user, to be found by others.
Outcome AddKey(const Words&) {
  return Of(syscall(SYS_add_key, "user", "sbx-escape", "x", 1,
                    KEY_SPEC_PROCESS_KEYRING));
}

// Names the caller's session keyring.
Outcome FindKeyring(const Words&) {
  return Of(
      syscall(SYS_keyctl, KEYCTL_GET_KEYRING_ID, KEY_SPEC_SESSION_KEYRING, 0));
}

// A ring does what it is told without a system call that a filter sees.
Outcome MakeRing(const Words&) {
  io_uring_params parameters = {};
  return Of(syscall(SYS_io_uring_setup, 1, &parameters));
}

// Stops the kernel in the middle of a copy, for as long as the attacker likes.
Outcome HandlePageFaults(const Words&) {
  return Of(syscall(SYS_userfaultfd, O_CLOEXEC | UFFD_USER_MODE_ONLY));
}

Outcome CountEvents(const Words&) {
  perf_event_attr event = {};
  event.type = PERF_TYPE_SOFTWARE;
  event.size = sizeof(event);
  event.config = PERF_COUNT_SW_TASK_CLOCK;
  event.exclude_kernel = 1;
  event.exclude_hv = 1;
  return Of(syscall(SYS_perf_event_open, &event, 0, -1, -1, 0));
}

// Makes all memory executable.
Outcome MakeAllExecutable(const Words&) {
  return Of(personality(READ_IMPLIES_EXEC));
}

constexpr Attack kAttacks[] = {
    {"add-key", 0, AddKey},
    {"call-i386", 0, CallAsI386},
    {"call-x32", 0, CallAsX32},
    {"count-events", 0, CountEvents},
    {"find-keyring", 0, FindKeyring},
    {"join", 1, JoinNamespace},
    {"make-all-executable", 0, MakeAllExecutable},
    {"make-ring", 0, MakeRing},
    {"nest-clone", 0, NestByClone},
    {"nest-clone3", 0, NestByClone3},
    {"nest-unshare", 0, NestByUnshare},
    {"page-faults", 0, HandlePageFaults},
    {"read-key", 1, ReadKey},
};

}  // namespace

std::span<const Attack> AttacksOnTheKernel() { return kAttacks; }

}  // namespace sbx::escape
