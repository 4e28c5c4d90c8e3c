// SPDX-License-Identifier: Apache-2.0

#include <sys/ioctl.h>
#include <sys/prctl.h>

#include <cstdint>

#include "absl/types/span.h"
#include "policy/seccomp/groups.h"
#include "policy/seccomp/shared_rules.h"

namespace sbx::policy::seccomp {
namespace {

// As the kernel has it; asm/termbits.h, which says so, cannot be included
// beside sys/ioctl.h.
constexpr uint64_t kTcgets2 = 0x802c542a;

constexpr Rule kCloneRules[] = {kNoNamespace};
constexpr Rule kLimitRules[] = {kNoLimitOfProcessOne};
constexpr Rule kPriorityRules[] = {kNoPriorityOfGroup};

constexpr Rule Allowed(int argument, uint64_t value, absl::string_view reason) {
  return {.argument = argument,
          .mask = kLow32,
          .value = value,
          .answer = Answer::kAllow,
          .reason = reason};
}

constexpr Rule kIoctlRules[] = {
    Allowed(1, TCGETS, "TCGETS tells a terminal from a file."),
    Allowed(1, kTcgets2, "TCGETS2 does so for newer C libraries."),
    Allowed(1, TIOCGWINSZ, "TIOCGWINSZ asks how wide lines may be."),
    Allowed(1, FIONREAD, "FIONREAD asks how much there is to read."),
    Allowed(1, FIONBIO, "FIONBIO does what fcntl does."),
    Allowed(1, FIOCLEX, "FIOCLEX does what fcntl does."),
    Allowed(1, FIONCLEX, "FIONCLEX does what fcntl does."),
};

constexpr Rule kPrctlRules[] = {
    Allowed(0, PR_SET_NAME, "PR_SET_NAME names threads."),
    Allowed(0, PR_GET_NAME, "PR_GET_NAME reads the name again."),
    Allowed(0, PR_SET_VMA, "PR_SET_VMA names the memory of an allocator."),
    Allowed(0, PR_CAPBSET_READ, "PR_CAPBSET_READ is how libcap starts."),
    Allowed(0, PR_SET_NO_NEW_PRIVS, "PR_SET_NO_NEW_PRIVS only takes away."),
};

constexpr Group kGroups[] = {
    {.name = "reading and writing",
     .reason = "Input and output; not splice and its kin, which share pages "
               "between files and pipes, nor flushing the host's disks.",
     .answer = Answer::kAllow,
     .calls = "read write readv writev pread64 pwrite64 preadv pwritev preadv2 "
              "pwritev2 lseek close close_range dup dup2 dup3 fcntl flock "
              "fsync fdatasync ftruncate truncate fallocate fadvise64 sendfile "
              "copy_file_range pipe pipe2"},
    {.name = "files and directories",
     .reason = "The root shows only what the command may see; owners and "
               "extended attributes stay as they are.",
     .answer = Answer::kAllow,
     .calls = "open openat openat2 creat stat fstat lstat newfstatat statx "
              "access faccessat faccessat2 chdir fchdir getcwd rename renameat "
              "renameat2 mkdir mkdirat rmdir link linkat unlink unlinkat "
              "symlink symlinkat readlink readlinkat chmod fchmod fchmodat "
              "fchmodat2 umask utime utimes utimensat futimesat getdents "
              "getdents64 statfs fstatfs getxattr lgetxattr fgetxattr "
              "listxattr llistxattr flistxattr"},
    {.name = "waiting for events",
     .reason = "The runtimes of many languages wait for their pipes, timers "
               "and threads so.",
     .answer = Answer::kAllow,
     .calls = "poll ppoll select pselect6 epoll_create epoll_create1 epoll_ctl "
              "epoll_wait epoll_pwait epoll_pwait2 eventfd eventfd2 signalfd "
              "signalfd4 timerfd_create timerfd_settime timerfd_gettime"},
    {.name = "memory",
     .reason = "The caller's own address space.",
     .answer = Answer::kAllow,
     .calls = "mmap munmap mremap mprotect brk madvise msync mincore mlock "
              "mlock2 munlock mseal pkey_alloc pkey_free pkey_mprotect "
              "map_shadow_stack"},
    {.name = "programs and processes",
     .reason = "A computation may be a script of several programs.",
     .answer = Answer::kAllow,
     .calls = "fork vfork execve exit exit_group wait4 waitid getpid getppid "
              "gettid getpgid getpgrp getsid set_tid_address arch_prctl"},
    {.name = "new processes",
     .reason = "Threads and programs, but no namespaces, whatever else is "
               "given.",
     .answer = Answer::kNotPermitted,
     .rules = kCloneRules,
     .calls = "clone"},
    {.name = "signals",
     .reason = "The pid namespace bounds whom they reach.",
     .answer = Answer::kAllow,
     .calls = "kill tkill tgkill rt_sigaction rt_sigprocmask rt_sigreturn "
              "rt_sigpending rt_sigtimedwait rt_sigsuspend sigaltstack pause "
              "restart_syscall"},
    {.name = "threads",
     .reason = "Locks and per-thread state of the caller's own threads.",
     .answer = Answer::kAllow,
     .calls = "futex futex_waitv futex_wake futex_wait futex_requeue "
              "set_robust_list get_robust_list rseq membarrier"},
    {.name = "who one is",
     .reason = "Programs ask; nothing changes.",
     .answer = Answer::kAllow,
     .calls = "getuid geteuid getresuid getgid getegid getresgid getgroups "
              "capget"},
    {.name = "limits and scheduling",
     .reason = "Runtimes size their stacks and thread pools by these; the "
               "kernel lets nobody raise what only root may raise.",
     .answer = Answer::kAllow,
     .calls = "getrlimit setrlimit getrusage getpriority "
              "sched_yield sched_getparam sched_getscheduler sched_getattr "
              "sched_getaffinity sched_setaffinity sched_get_priority_max "
              "sched_get_priority_min"},
    {.name = "limits of processes",
     .reason = "The kernel lets nobody raise what only root may raise, and "
               "finds only processes of the pid namespace.",
     .answer = Answer::kAllow,
     .rules = kLimitRules,
     .calls = "prlimit64"},
    {.name = "priorities",
     .reason = "The kernel lets nobody raise what only root may raise, and "
               "finds only processes of the pid namespace.",
     .answer = Answer::kAllow,
     .rules = kPriorityRules,
     .calls = "setpriority"},
    {.name = "time",
     .reason = "Reads clocks and sets the caller's own timers.",
     .answer = Answer::kAllow,
     .calls = "time gettimeofday clock_gettime clock_getres clock_nanosleep "
              "nanosleep times alarm getitimer setitimer timer_create "
              "timer_settime timer_gettime timer_getoverrun timer_delete"},
    {.name = "facts about the machine",
     .reason = "Memory, load, kernel name and random bytes, as in /proc.",
     .answer = Answer::kAllow,
     .calls = "uname sysinfo getcpu getrandom"},
    {.name = "filtering more",
     .reason = "A filter that comes after this one only takes rights away.",
     .answer = Answer::kAllow,
     .calls = "seccomp"},
    {.name = "device commands",
     .reason = "The kernel's drivers are behind all others.",
     .answer = Answer::kNotPermitted,
     .rules = kIoctlRules,
     .calls = "ioctl"},
    {.name = "process settings",
     .reason = "The others change what the kernel keeps about a process.",
     .answer = Answer::kNotPermitted,
     .rules = kPrctlRules,
     .calls = "prctl"},
};

}  // namespace

absl::Span<const Group> StrictGroups() { return kGroups; }

}  // namespace sbx::policy::seccomp
