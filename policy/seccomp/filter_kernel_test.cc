// SPDX-License-Identifier: Apache-2.0
//
// What a program under the default filter can and cannot do.

#include <linux/keyctl.h>
#include <pthread.h>
#include <pty.h>
#include <sched.h>
#include <spawn.h>
#include <sys/ioctl.h>
#include <sys/personality.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdint>

#include "gtest/gtest.h"
#include "policy/seccomp/filtered_child.h"
#include "policy/seccomp/groups.h"

namespace sbx::policy::seccomp {
namespace {

// Opens a terminal, makes it the caller's own as a login does, and returns its
// descriptor: only of such a terminal does the kernel take TIOCSTI.
int OwnTerminal() {
  int master = -1;
  int terminal = -1;
  if (openpty(&master, &terminal, nullptr, nullptr, nullptr) != 0) return -1;
  if (setsid() < 0 || ioctl(terminal, TIOCSCTTY, 0) != 0) return -1;
  return terminal;
}

// Types one character into a terminal of the caller's own.
int TypeInto(uint64_t command) {
  const int terminal = OwnTerminal();
  if (terminal < 0) return kNoFilter;
  const char typed = 'x';
  return ErrnoIfFailed(syscall(SYS_ioctl, terminal, command, &typed));
}

TEST(DefaultFilter, RefusesTypingIntoTheTerminal) {
  EXPECT_EQ(InFilteredChild(kNothing, [] { return TypeInto(TIOCSTI); }), EPERM);
  EXPECT_EQ(InFilteredChild(kNested, [] { return TypeInto(TIOCSTI); }), EPERM);
}

TEST(DefaultFilter, RefusesTypingIntoTheTerminalWithHighBitsSet) {
  constexpr uint64_t kDisguised = uint64_t{1} << 32 | TIOCSTI;
  EXPECT_EQ(InFilteredChild(kNothing, [] { return TypeInto(kDisguised); }),
            EPERM);
}

// Else the two tests above prove nothing.
TEST(WithoutFilter, TypingIntoTheTerminalWorksWithHighBitsSet) {
  constexpr uint64_t kDisguised = uint64_t{1} << 32 | TIOCSTI;
  if (InChild([] { return TypeInto(TIOCSTI); }) != 0) {
    GTEST_SKIP() << "this kernel refuses TIOCSTI itself "
                    "(dev.tty.legacy_tiocsti)";
  }
  EXPECT_EQ(InChild([] { return TypeInto(kDisguised); }), 0);
}

TEST(DefaultFilter, LeavesJobControlAlone) {
  EXPECT_EQ(
      InFilteredChild(kNothing,
                      [] {
                        const int terminal = OwnTerminal();
                        if (tcgetpgrp(terminal) != getpid()) return 1;
                        return ErrnoIfFailed(tcsetpgrp(terminal, getpid()));
                      }),
      0);
}

TEST(DefaultFilter, RefusesNewUserNamespacesUnlessNested) {
  const auto unshare_user = [] {
    return ErrnoIfFailed(unshare(CLONE_NEWUSER));
  };
  EXPECT_EQ(InFilteredChild(kNothing, unshare_user), EPERM);
  EXPECT_EQ(InFilteredChild(kMounts, unshare_user), EPERM);
  EXPECT_EQ(InFilteredChild(kNested, unshare_user), InChild(unshare_user));
}

TEST(DefaultFilter, RefusesNewUserNamespacesByClone) {
  EXPECT_EQ(InFilteredChild(kNothing,
                            [] {
                              const long child =
                                  syscall(SYS_clone, CLONE_NEWUSER | SIGCHLD, 0,
                                          0, 0, 0);
                              if (child == 0) _exit(0);
                              return ErrnoIfFailed(child);
                            }),
            EPERM);
}

TEST(DefaultFilter, HidesClone3UnlessNested) {
  // No kernel takes a structure of no size.
  const auto clone3 = [] {
    return ErrnoIfFailed(syscall(SYS_clone3, nullptr, 0));
  };
  EXPECT_EQ(InFilteredChild(kNothing, clone3), ENOSYS);
  EXPECT_EQ(InFilteredChild(kNested, clone3), EINVAL);
}

TEST(DefaultFilter, LeavesUnshareOfOnesOwnAlone) {
  EXPECT_EQ(InFilteredChild(
                kNothing,
                [] { return ErrnoIfFailed(unshare(CLONE_FILES | CLONE_FS)); }),
            0);
}

TEST(DefaultFilter, RefusesKeyrings) {
  EXPECT_EQ(InFilteredChild(kNothing,
                            [] {
                              return ErrnoIfFailed(
                                  syscall(SYS_keyctl, KEYCTL_GET_KEYRING_ID,
                                          KEY_SPEC_USER_KEYRING, 0));
                            }),
            EPERM);
}

TEST(DefaultFilter, HidesIoUring) {
  EXPECT_EQ(InFilteredChild(kNothing,
                            [] {
                              return ErrnoIfFailed(
                                  syscall(SYS_io_uring_setup, 1, nullptr));
                            }),
            ENOSYS);
}

TEST(DefaultFilter, HidesCallsThatAreNewerThanTheTable) {
  EXPECT_EQ(
      InFilteredChild(kNothing, [] { return ErrnoIfFailed(syscall(600)); }),
      ENOSYS);
}

TEST(DefaultFilter, HidesUnusualProtocolFamilies) {
  for (const int family : {AF_VSOCK, AF_ALG, AF_KEY, AF_PACKET, AF_XDP}) {
    EXPECT_EQ(
        InFilteredChild(
            kNothing,
            [=] { return ErrnoIfFailed(socket(family, SOCK_STREAM, 0)); }),
        EAFNOSUPPORT)
        << family;
  }
}

TEST(DefaultFilter, AllowsTheUsualProtocolFamilies) {
  for (const int family : {AF_UNIX, AF_INET, AF_INET6, AF_NETLINK}) {
    const auto open_socket = [=] {
      return ErrnoIfFailed(socket(family, SOCK_DGRAM, 0));
    };
    EXPECT_EQ(InFilteredChild(kNothing, open_socket), InChild(open_socket))
        << family;
  }
}

TEST(DefaultFilter, RefusesMemoryThatIsExecutableThroughout) {
  EXPECT_EQ(InFilteredChild(
                kNothing,
                [] { return ErrnoIfFailed(personality(READ_IMPLIES_EXEC)); }),
            EPERM);
  EXPECT_EQ(InFilteredChild(
                kNothing,
                [] { return ErrnoIfFailed(personality(ADDR_NO_RANDOMIZE)); }),
            0);
}

TEST(DefaultFilter, KeepsTheDeathSignalOfACommandThatIsProcessOne) {
  const auto drop_signal = [] {
    return ErrnoIfFailed(prctl(PR_SET_PDEATHSIG, 0));
  };
  EXPECT_EQ(InFilteredChild(kPidOne, drop_signal), EPERM);
  EXPECT_EQ(InFilteredChild(kNothing, drop_signal), 0);
}

TEST(DefaultFilter, LetsAProgramStartAnother) {
  EXPECT_EQ(InFilteredChild(kNothing,
                            [] {
                              execl("/bin/sh", "sh", "-c", "(exit 7)", nullptr);
                              return 1;
                            }),
            7);
}

TEST(DefaultFilter, LetsAProgramSpawnAnother) {
  EXPECT_EQ(InFilteredChild(kNothing,
                            [] {
                              char name[] = "true";
                              char* arguments[] = {name, nullptr};
                              pid_t child = -1;
                              const int error =
                                  posix_spawn(&child, "/bin/true", nullptr,
                                              nullptr, arguments, nullptr);
                              int status = -1;
                              waitpid(child, &status, 0);
                              return error != 0 ? error : WEXITSTATUS(status);
                            }),
            0);
}

// The C library asks for clone3 first.
TEST(DefaultFilter, LetsAProgramMakeThreads) {
  EXPECT_EQ(InFilteredChild(kNothing,
                            [] {
                              static int answer = 0;
                              pthread_t thread;
                              const auto run = [](void*) -> void* {
                                answer = 42;
                                return nullptr;
                              };
                              const int error = pthread_create(&thread, nullptr,
                                                               run, nullptr);
                              if (error != 0) return error;
                              pthread_join(thread, nullptr);
                              return answer;
                            }),
            42);
}

// A child that stops, so that its parent can look into it.
pid_t ForkTraced(int value) {
  const pid_t child = fork();
  if (child != 0) return child;
  ptrace(PTRACE_TRACEME, 0, nullptr, nullptr);
  raise(SIGSTOP);
  _exit(value);
}

TEST(DefaultFilter, LetsADebuggerTraceItsChild) {
  EXPECT_EQ(InFilteredChild(kNothing,
                            [] {
                              const pid_t child = ForkTraced(9);
                              int status = 0;
                              waitpid(child, &status, 0);
                              if (!WIFSTOPPED(status)) return 1;
                              ptrace(PTRACE_CONT, child, nullptr, nullptr);
                              waitpid(child, &status, 0);
                              return WEXITSTATUS(status);
                            }),
            9);
}

}  // namespace
}  // namespace sbx::policy::seccomp
