// SPDX-License-Identifier: Apache-2.0

#include <linux/sched.h>
#include <sys/ioctl.h>
#include <sys/personality.h>
#include <sys/socket.h>

#include <cstdint>

#include "absl/types/span.h"
#include "policy/seccomp/groups.h"
#include "policy/seccomp/ioprio.h"
#include "policy/seccomp/shared_rules.h"

namespace sbx::policy::seccomp {
namespace {

// personality(2): this value, which has no name, only asks.
constexpr uint64_t kAskPersonality = 0xffffffff;
constexpr uint64_t kHarmlessPersonality =
    uint64_t{ADDR_NO_RANDOMIZE} | uint64_t{PER_LINUX32};

constexpr uint64_t kNamespacesButUser = kNamespaces & ~uint64_t{CLONE_NEWUSER};

// What unshare(2) may take apart that is the caller's own.
constexpr uint64_t kUnshareOwn = CLONE_FILES | CLONE_FS | CLONE_SYSVSEM |
                                 CLONE_THREAD | CLONE_SIGHAND | CLONE_VM;

constexpr Rule kCloneRules[] = {
    kNoNamespace,
    {.mask = CLONE_NEWUSER,
     .value = 0,
     .answer = Answer::kAllow,
     .only_with = kMounts,
     .reason = "CAP_SYS_ADMIN makes every namespace but a user namespace, in "
               "which the child would have all other capabilities too."},
};

// By what is known to be harmless: unshare(2) has bits to spare, and newer
// kernels give them meanings that make namespaces.
constexpr Rule kUnshareRules[] = {
    {.mask = kAll64 & ~kUnshareOwn,
     .value = 0,
     .answer = Answer::kAllow,
     .reason = "Own copies of what threads share: open files, directories."},
    {.mask = kAll64 & ~(kUnshareOwn | kNamespacesButUser),
     .value = 0,
     .answer = Answer::kAllow,
     .only_with = kMounts,
     .reason = "CAP_SYS_ADMIN makes every namespace but a user namespace."},
};

constexpr Rule kIoctlRules[] = {
    kNoTyping,
    kNoPasting,
    kNoNewKey,
    kNoKeyAway,
    kNoKeyOfAllAway,
    {.argument = 1,
     .mask = kLow32,
     .value = TIOCSETD,
     .answer = Answer::kNotPermitted,
     .reason = "TIOCSETD loads kernel modules for line disciplines; n_hdlc "
               "and n_gsm gave root more than once."},
};

constexpr Rule kPrctlRules[] = {kDiesWithSupervisor};
constexpr Rule kLimitRules[] = {kNoLimitOfProcessOne};
constexpr Rule kPriorityRules[] = {kNoPriorityOfGroup};

// As kNoPriorityOfGroup.
constexpr Rule kDiskPriorityRules[] = {
    {.mask = kLow32,
     .value = kIoprioWhoPgrp,
     .answer = Answer::kNotPermitted,
     .reason = "IOPRIO_WHO_PGRP takes the disks from the caller's own process "
               "group, outside."},
};

constexpr Rule kPersonalityRules[] = {
    {.mask = kLow32 & ~kHarmlessPersonality,
     .value = 0,
     .answer = Answer::kAllow,
     .reason = "Debuggers switch off the randomised layout of what they start; "
               "builds ask for a 32-bit machine name (setarch)."},
    {.mask = kLow32,
     .value = kAskPersonality,
     .answer = Answer::kAllow,
     .reason = "Only asks for the present value."},
};

// The refused families answer as all others would; each has a row because
// somebody will ask why.
constexpr Rule kFamilyRules[] = {
    {.mask = kLow32,
     .value = AF_UNIX,
     .answer = Answer::kAllow,
     .reason = "AF_UNIX: processes talk to each other; paths are what the root "
               "shows, abstract names belong to the network namespace."},
    {.mask = kLow32,
     .value = AF_INET,
     .answer = Answer::kAllow,
     .reason = "AF_INET: what it reaches is up to the network namespace."},
    {.mask = kLow32,
     .value = AF_INET6,
     .answer = Answer::kAllow,
     .reason = "AF_INET6: what it reaches is up to the network namespace."},
    {.mask = kLow32,
     .value = AF_NETLINK,
     .answer = Answer::kAllow,
     .reason = "AF_NETLINK: name look-ups list addresses with it; changing "
               "anything takes a capability over the network namespace."},
    {.mask = kLow32,
     .value = AF_VSOCK,
     .answer = Answer::kNoSuchFamily,
     .reason = "AF_VSOCK reaches the hypervisor and other machines past the "
               "network namespace."},
    {.mask = kLow32,
     .value = AF_BLUETOOTH,
     .answer = Answer::kNoSuchFamily,
     .reason = "AF_BLUETOOTH reaches the host's radios and is large."},
    {.mask = kLow32,
     .value = AF_ALG,
     .answer = Answer::kNoSuchFamily,
     .reason = "AF_ALG opens the kernel's cryptography and loads its modules; "
               "programs have their own."},
    {.mask = kLow32,
     .value = AF_KEY,
     .answer = Answer::kNoSuchFamily,
     .reason = "AF_KEY is the old interface to IPsec, rarely read, often "
               "broken."},
    {.mask = kLow32,
     .value = AF_PACKET,
     .answer = Answer::kNoSuchFamily,
     .reason = "AF_PACKET needs CAP_NET_RAW, which every nested user namespace "
               "gives, and its rings gave root more than once."},
    {.mask = kLow32,
     .value = AF_XDP,
     .answer = Answer::kNoSuchFamily,
     .reason = "AF_XDP shares packet memory with drivers and needs BPF."},
};

constexpr Group kGroups[] = {
    // What programs are made of.
    {.name = "reading and writing",
     .reason = "Works on descriptors that the caller has; which it can get is "
               "up to the root file system.",
     .answer = Answer::kAllow,
     .calls = "read write readv writev pread64 pwrite64 preadv pwritev preadv2 "
              "pwritev2 lseek close close_range dup dup2 dup3 fcntl flock "
              "fsync fdatasync sync syncfs sync_file_range ftruncate truncate "
              "fallocate fadvise64 readahead cachestat sendfile "
              "copy_file_range splice tee vmsplice pipe pipe2"},
    {.name = "files and directories",
     .reason = "The root shows only what the command may see; permissions and "
               "mount flags say what it may do there.",
     .answer = Answer::kAllow,
     .calls = "open openat openat2 creat stat fstat lstat newfstatat statx "
              "access faccessat faccessat2 chdir fchdir getcwd rename renameat "
              "renameat2 mkdir mkdirat rmdir link linkat unlink unlinkat "
              "symlink symlinkat readlink readlinkat chmod fchmod fchmodat "
              "fchmodat2 chown fchown lchown fchownat umask utime utimes "
              "utimensat futimesat getdents getdents64 statfs fstatfs "
              "setxattr lsetxattr fsetxattr setxattrat getxattr lgetxattr "
              "fgetxattr getxattrat listxattr llistxattr flistxattr "
              "listxattrat removexattr lremovexattr fremovexattr removexattrat "
              "file_getattr file_setattr"},
    {.name = "special files",
     .reason = "Makes pipes and sockets; the kernel refuses devices to every "
               "user namespace.",
     .answer = Answer::kAllow,
     .calls = "mknod mknodat"},
    {.name = "naming files by handle",
     .reason = "Only tells files apart, for watchers; to open by such a name "
               "is refused.",
     .answer = Answer::kAllow,
     .calls = "name_to_handle_at"},
    {.name = "waiting for events",
     .reason = "Polling, timers as descriptors, watching files that the caller "
               "can read.",
     .answer = Answer::kAllow,
     .calls = "poll ppoll select pselect6 epoll_create epoll_create1 epoll_ctl "
              "epoll_wait epoll_pwait epoll_pwait2 eventfd eventfd2 signalfd "
              "signalfd4 timerfd_create timerfd_settime timerfd_gettime "
              "inotify_init inotify_init1 inotify_add_watch inotify_rm_watch"},
    {.name = "asynchronous input and output",
     .reason = "Databases use it and some have no fall-back.",
     .answer = Answer::kAllow,
     .calls = "io_setup io_destroy io_submit io_cancel io_getevents "
              "io_pgetevents"},
    {.name = "memory",
     .reason = "The caller's own address space.",
     .answer = Answer::kAllow,
     .calls = "mmap munmap mremap mprotect brk madvise msync mincore mlock "
              "mlock2 munlock mlockall munlockall mseal remap_file_pages "
              "pkey_alloc pkey_free pkey_mprotect map_shadow_stack "
              "memfd_create memfd_secret"},
    {.name = "memory placement",
     .reason = "Which node the caller's own memory comes from; numerical "
               "programs and Java ask for it.",
     .answer = Answer::kAllow,
     .calls = "get_mempolicy set_mempolicy set_mempolicy_home_node mbind"},
    {.name = "programs and processes",
     .reason = "Starting, ending and awaiting; the pid namespace bounds whom "
               "it reaches.",
     .answer = Answer::kAllow,
     .calls = "fork vfork execve execveat exit exit_group wait4 waitid getpid "
              "getppid gettid getpgid getpgrp setpgid getsid setsid "
              "set_tid_address arch_prctl pidfd_open pidfd_send_signal "
              "process_madvise process_mrelease"},
    {.name = "new processes",
     .reason = "A new user namespace gives the caller every capability over "
               "it, and with them most of the kernel's attack surface.",
     .answer = Answer::kNotPermitted,
     .allowed_by = kNested,
     .rules = kCloneRules,
     .calls = "clone"},
    {.name = "new processes by structure",
     .reason = "Its flags are in memory, where a filter cannot see whether "
               "they make namespaces; libraries fall back to clone.",
     .answer = Answer::kNotImplemented,
     .allowed_by = kNested,
     .calls = "clone3"},
    {.name = "signals",
     .reason = "The pid namespace bounds whom they reach.",
     .answer = Answer::kAllow,
     .calls = "kill tkill tgkill rt_sigaction rt_sigprocmask rt_sigreturn "
              "rt_sigpending rt_sigtimedwait rt_sigqueueinfo "
              "rt_tgsigqueueinfo rt_sigsuspend sigaltstack pause "
              "restart_syscall"},
    {.name = "threads",
     .reason = "Locks, per-thread state and barriers of the caller's own "
               "threads.",
     .answer = Answer::kAllow,
     .calls = "futex futex_waitv futex_wake futex_wait futex_requeue "
              "set_robust_list get_robust_list rseq rseq_slice_yield "
              "membarrier"},
    {.name = "user and group ids",
     .reason = "Only ids of the user namespace, and only for a command that "
               "was given the capability; su and package managers need it.",
     .answer = Answer::kAllow,
     .calls = "getuid geteuid getresuid setuid setreuid setresuid setfsuid "
              "getgid getegid getresgid setgid setregid setresgid setfsgid "
              "getgroups setgroups capget capset"},
    {.name = "limits and scheduling",
     .reason = "The kernel lets nobody raise what only root may raise; limits "
               "on the whole sandbox are the cgroup's.",
     .answer = Answer::kAllow,
     .calls = "getrlimit setrlimit getrusage getpriority "
              "ioprio_get sched_yield sched_getparam sched_setparam "
              "sched_getscheduler sched_setscheduler sched_getattr "
              "sched_setattr sched_getaffinity sched_setaffinity "
              "sched_get_priority_max sched_get_priority_min "
              "sched_rr_get_interval"},
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
    {.name = "priorities for disks",
     .reason = "Nobody can raise what only root may raise, and only processes "
               "of the pid namespace are found.",
     .answer = Answer::kAllow,
     .rules = kDiskPriorityRules,
     .calls = "ioprio_set"},
    {.name = "time",
     .reason = "Reads clocks and sets the caller's own timers.",
     .answer = Answer::kAllow,
     .calls = "time gettimeofday clock_gettime clock_getres clock_nanosleep "
              "nanosleep times alarm getitimer setitimer timer_create "
              "timer_settime timer_gettime timer_getoverrun timer_delete"},
    {.name = "clock state",
     .reason = "Programs ask with it how exact the clock is; to change the "
               "clock takes CAP_SYS_TIME on the host itself.",
     .answer = Answer::kAllow,
     .calls = "adjtimex clock_adjtime"},
    {.name = "facts about the machine",
     .reason = "Memory, load, kernel name and random bytes, as in /proc.",
     .answer = Answer::kAllow,
     .calls = "uname sysinfo getcpu getrandom"},
    {.name = "using sockets",
     .reason = "Which exist is decided when they are made.",
     .answer = Answer::kAllow,
     .calls = "bind connect listen accept accept4 shutdown getsockname "
              "getpeername getsockopt setsockopt sendto sendmsg sendmmsg "
              "recvfrom recvmsg recvmmsg"},
    {.name = "making sockets",
     .reason = "Every other protocol family is kernel code that few use and "
               "few read, much of it loaded on first use.",
     .answer = Answer::kNoSuchFamily,
     .rules = kFamilyRules,
     .calls = "socket socketpair"},
    {.name = "messages and shared memory",
     .reason = "The ipc namespace bounds what it reaches.",
     .answer = Answer::kAllow,
     .calls = "shmget shmat shmctl shmdt semget semop semtimedop semctl msgget "
              "msgsnd msgrcv msgctl mq_open mq_unlink mq_timedsend "
              "mq_timedreceive mq_notify mq_getsetattr"},
    {.name = "debugging",
     .reason = "Debuggers work on the command's own processes; process 1 is "
               "not dumpable, and the pid namespace hides all others.",
     .answer = Answer::kAllow,
     .calls = "ptrace process_vm_readv process_vm_writev kcmp pidfd_getfd"},
    {.name = "probe trampolines",
     .reason = "The kernel itself puts these calls into a program that the "
               "host probes; made by anybody else they only end the caller.",
     .answer = Answer::kAllow,
     .calls = "uretprobe uprobe"},
    {.name = "restricting oneself",
     .reason = "Filters and Landlock only take rights away; browsers and "
               "nested sandboxes need them.",
     .answer = Answer::kAllow,
     .calls = "seccomp landlock_create_ruleset landlock_add_rule "
              "landlock_restrict_self"},
    {.name = "asking security modules",
     .reason = "Reads the caller's own labels, as /proc/self/attr does.",
     .answer = Answer::kAllow,
     .calls = "lsm_get_self_attr lsm_list_modules"},
    {.name = "device commands",
     .reason = "Terminals and files need it; the root decides which devices "
               "there are.",
     .answer = Answer::kAllow,
     .rules = kIoctlRules,
     .calls = "ioctl"},
    {.name = "process settings",
     .reason = "Names threads, drops rights, sets how the caller ends.",
     .answer = Answer::kAllow,
     .rules = kPrctlRules,
     .calls = "prctl"},
    {.name = "execution domains",
     .reason = "The other bits make all memory executable or the null page "
               "usable, which turns small bugs into large ones.",
     .answer = Answer::kNotPermitted,
     .rules = kPersonalityRules,
     .calls = "personality"},

    // What a nested sandbox, or a capability that was given, needs.
    {.name = "leaving namespaces",
     .reason = "A new user namespace gives the caller every capability over "
               "it, and with them most of the kernel's attack surface.",
     .answer = Answer::kNotPermitted,
     .allowed_by = kNested,
     .rules = kUnshareRules,
     .calls = "unshare"},
    {.name = "joining namespaces",
     .reason = "A descriptor of a namespace outside, once passed in, would "
               "lead out of the sandbox.",
     .answer = Answer::kNotPermitted,
     .allowed_by = kNested | kMounts,
     .calls = "setns"},
    {.name = "mounts",
     .reason = "Changes what every path means, undoes hidden paths and parses "
               "file systems and options in the kernel.",
     .answer = Answer::kNotPermitted,
     .allowed_by = kNested | kMounts,
     .calls = "mount umount2 pivot_root open_tree open_tree_attr move_mount "
              "mount_setattr fsopen fsconfig fsmount fspick"},
    {.name = "host names",
     .reason = "The name of the sandbox is part of what was asked for.",
     .answer = Answer::kNotPermitted,
     .allowed_by = kNested | kMounts,
     .calls = "sethostname setdomainname"},
    {.name = "changing the root",
     .reason = "With a directory left open outside the new root, chroot is a "
               "way out of it.",
     .answer = Answer::kNotPermitted,
     .allowed_by = kNested | kChroot,
     .calls = "chroot"},

    // What reaches beyond the sandbox, or is large and seldom needed.
    {.name = "io_uring",
     .reason = "Does system calls that no filter sees, and gave root more "
               "often than any other call; programs fall back to epoll.",
     .answer = Answer::kNotImplemented,
     .calls = "io_uring_setup io_uring_enter io_uring_register"},
    {.name = "keyrings",
     .reason = "Keyrings are not in a namespace: the user's own keys, and "
               "those of other sandboxes, would be in reach.",
     .answer = Answer::kNotPermitted,
     .calls = "add_key request_key keyctl"},
    {.name = "programs in the kernel",
     .reason = "The verifier of BPF is large and its bugs give the kernel's "
               "memory.",
     .answer = Answer::kNotPermitted,
     .calls = "bpf"},
    {.name = "performance counters",
     .reason = "Large, often broken, and measures what others do.",
     .answer = Answer::kNotPermitted,
     .calls = "perf_event_open"},
    {.name = "page faults in user space",
     .reason = "Lets an exploit stop the kernel between two steps; EPERM is "
               "what hosts answer that keep it from users.",
     .answer = Answer::kNotPermitted,
     .calls = "userfaultfd"},
    {.name = "opening files by handle",
     .reason = "Opens any file of a file system, whatever the root shows.",
     .answer = Answer::kNotPermitted,
     .calls = "open_by_handle_at"},
    {.name = "watching whole file systems",
     .reason = "Reports what others do beyond the root; programs fall back to "
               "inotify.",
     .answer = Answer::kNotPermitted,
     .calls = "fanotify_init fanotify_mark"},
    {.name = "moving pages",
     .reason = "Moves memory under running processes, where races were found; "
               "placement at allocation stays.",
     .answer = Answer::kNotPermitted,
     .calls = "migrate_pages move_pages"},
    {.name = "lists of mounts and namespaces",
     .reason = "Tells host paths even where /proc is hidden; programs fall "
               "back to /proc.",
     .answer = Answer::kNotImplemented,
     .calls = "statmount listmount listns"},
    {.name = "changing security labels",
     .reason = "Changes the profile of a security module; programs fall back "
               "to /proc, where that module decides.",
     .answer = Answer::kNotImplemented,
     .calls = "lsm_set_self_attr"},
    {.name = "segment descriptors",
     .reason = "Only 16-bit programs need it, its bugs reached the kernel "
               "stack, and many kernels are built without.",
     .answer = Answer::kNotImplemented,
     .calls = "modify_ldt"},
    {.name = "kernel modules",
     .reason = "Runs code in the kernel.",
     .answer = Answer::kNotPermitted,
     .calls = "init_module finit_module delete_module"},
    {.name = "another kernel",
     .reason = "Replaces the running kernel.",
     .answer = Answer::kNotPermitted,
     .calls = "kexec_load kexec_file_load"},
    {.name = "the machine as a whole",
     .reason = "Stops it, or changes what all of its users share.",
     .answer = Answer::kNotPermitted,
     .calls = "reboot swapon swapoff acct vhangup"},
    {.name = "quotas",
     .reason = "Reads and sets the limits of other users on file systems that "
               "the host shares.",
     .answer = Answer::kNotPermitted,
     .calls = "quotactl quotactl_fd"},
    {.name = "setting clocks",
     .reason = "The clock is everybody's.",
     .answer = Answer::kNotPermitted,
     .calls = "settimeofday clock_settime"},
    {.name = "input and output ports",
     .reason = "Talks to hardware past every driver.",
     .answer = Answer::kNotPermitted,
     .calls = "iopl ioperm"},
    {.name = "kernel log",
     .reason = "Tells kernel addresses and what happens on the host.",
     .answer = Answer::kNotPermitted,
     .calls = "syslog"},
    {.name = "obsolete calls",
     .reason = "Current kernels lack them or can be built without; what is "
               "left of them nobody reads any more.",
     .answer = Answer::kNotImplemented,
     .calls = "_sysctl sysfs ustat uselib lookup_dcookie nfsservctl "
              "create_module get_kernel_syms query_module getpmsg putpmsg "
              "afs_syscall tuxcall security vserver epoll_ctl_old "
              "epoll_wait_old set_thread_area get_thread_area"},
};

}  // namespace

absl::Span<const Group> DefaultGroups() { return kGroups; }

}  // namespace sbx::policy::seccomp
