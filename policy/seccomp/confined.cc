// SPDX-License-Identifier: Apache-2.0
//
// What stands in, under every profile, for the namespaces and the mounts that a
// sandbox in a weaker mode does not have.

#include <fcntl.h>
#include <linux/fiemap.h>
#include <linux/fs.h>
#include <linux/sockios.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <sys/socket.h>

#include <cstdint>

#include "absl/types/span.h"
#include "policy/seccomp/groups.h"
#include "policy/seccomp/ioprio.h"
#include "policy/seccomp/shared_rules.h"

namespace sbx::policy::seccomp {
namespace {

// --- kNeighbours ---------------------------------------------------------

constexpr Rule kOwnLimits[] = {
    {.mask = kLow32,
     .value = 0,
     .answer = Answer::kAllow,
     .reason = "The caller's own limits."},
};

constexpr Rule kOnePriority[] = {
    {.mask = kLow32,
     .value = PRIO_PROCESS,
     .answer = Answer::kAllow,
     .reason = "One process; the kernel lets nobody raise what only root may "
               "raise."},
};

constexpr Rule kOneDiskPriority[] = {
    {.mask = kLow32,
     .value = kIoprioWhoProcess,
     .answer = Answer::kAllow,
     .reason = "One process; nobody can raise what only root may raise."},
};

constexpr Group kNeighbours[] = {
    {.name = "messages and shared memory",
     .reason = "They are the host's: no ipc namespace bounds what they reach.",
     .answer = Answer::kNotImplemented,
     .calls = "shmget shmat shmctl shmdt semget semop semtimedop semctl msgget "
              "msgsnd msgrcv msgctl mq_open mq_unlink mq_timedsend "
              "mq_timedreceive mq_notify mq_getsetattr"},
    {.name = "limits of others",
     .reason = "A limit on processor time ends whoever it is set on, the "
               "sandbox's own supervisor among them.",
     .answer = Answer::kNotPermitted,
     .rules = kOwnLimits,
     .calls = "prlimit64"},
    {.name = "priorities of others",
     .reason = "All processes of a user or a group are those outside too.",
     .answer = Answer::kNotPermitted,
     .rules = kOnePriority,
     .calls = "setpriority"},
    {.name = "priorities for disks of others",
     .reason = "All processes of a user or a group are those outside too.",
     .answer = Answer::kNotPermitted,
     .rules = kOneDiskPriority,
     .calls = "ioprio_set"},
    {.name = "keyrings",
     .reason = "The user's own keys would be in reach.",
     .answer = Answer::kNotPermitted,
     .calls = "add_key request_key keyctl"},
    {.name = "joining namespaces",
     .reason = "A descriptor of one, once passed in, leads elsewhere.",
     .answer = Answer::kNotPermitted,
     .calls = "setns"},
    {.name = "io_uring",
     .reason = "Does system calls that no filter sees, opening sockets among "
               "them.",
     .answer = Answer::kNotImplemented,
     .calls = "io_uring_setup io_uring_enter io_uring_register"},
};

// --- kNoSockets, kInternet -----------------------------------------------

// socketpair(2) of streams only: a datagram socket of a pair can send to any
// path that it names.
constexpr uint64_t kTypeBits = 0xf;

constexpr Rule kPairRules[] = {
    {.argument = 1,
     .mask = kTypeBits,
     .value = SOCK_STREAM,
     .answer = Answer::kAllow,
     .reason = "A stream reaches its other end alone."},
    {.argument = 1,
     .mask = kTypeBits,
     .value = SOCK_SEQPACKET,
     .answer = Answer::kAllow,
     .reason = "The same, in packets."},
};

constexpr Rule kInternetRules[] = {
    {.mask = kLow32,
     .value = AF_INET,
     .answer = Answer::kAllow,
     .reason = "The network is the host's, as was asked for."},
    {.mask = kLow32,
     .value = AF_INET6,
     .answer = Answer::kAllow,
     .reason = "The network is the host's, as was asked for."},
    {.mask = kLow32,
     .value = AF_NETLINK,
     .answer = Answer::kAllow,
     .reason = "Name look-ups list addresses with it."},
};

constexpr Group kPairs = {
    .name = "pairs of sockets",
    .reason =
        "A datagram socket sends to any path, and so to every service "
        "of the host that listens on one.",
    .answer = Answer::kNoSuchFamily,
    .rules = kPairRules,
    .calls = "socketpair"};

constexpr Rule NoFastOpen(int argument) {
  return {.argument = argument,
          .mask = MSG_FASTOPEN,
          .value = MSG_FASTOPEN,
          .answer = Answer::kNotPermitted,
          .reason = "MSG_FASTOPEN connects with the first bytes."};
}

constexpr Rule kSendToRules[] = {NoFastOpen(3)};
constexpr Rule kSendMessageRules[] = {NoFastOpen(2)};
constexpr Rule kSendMessagesRules[] = {NoFastOpen(3)};

constexpr Group kNoSockets[] = {
    {.name = "making sockets",
     .reason = "No network namespace bounds what they reach, and Landlock asks "
               "nobody who connects to a service's path.",
     .answer = Answer::kNoSuchFamily,
     .calls = "socket"},
    kPairs,
    {.name = "connecting by sending bytes",
     .reason = "A socket that somebody has left open would reach the network, "
               "and Landlock does not ask here.",
     .answer = Answer::kAllow,
     .rules = kSendToRules,
     .calls = "sendto"},
    {.name = "connecting by sending a message",
     .reason = "The same, by sendmsg(2).",
     .answer = Answer::kAllow,
     .rules = kSendMessageRules,
     .calls = "sendmsg"},
    {.name = "connecting by sending messages",
     .reason = "The same, by sendmmsg(2).",
     .answer = Answer::kAllow,
     .rules = kSendMessagesRules,
     .calls = "sendmmsg"},
};

constexpr Group kInternet[] = {
    {.name = "making sockets",
     .reason = "Landlock asks nobody who connects to a service's path, and "
               "the user's own services start programs outside.",
     .answer = Answer::kNoSuchFamily,
     .rules = kInternetRules,
     .calls = "socket"},
    kPairs,
};

// --- kNoAttributes -------------------------------------------------------

constexpr Rule Now(int argument) {
  return {.argument = argument,
          .mask = kAll64,
          .value = 0,
          .answer = Answer::kAllow,
          .reason = "The present time, as touch sets it."};
}

constexpr Rule kTimesSecond[] = {Now(1)};
constexpr Rule kTimesThird[] = {Now(2)};

constexpr Rule Harmless(uint64_t command, absl::string_view reason) {
  return {.argument = 1,
          .mask = kLow32,
          .value = command,
          .answer = Answer::kAllow,
          .reason = reason};
}

// All that begin with `type` (ioctl(2), _IOC_TYPE).
constexpr Rule OfFileSystem(uint8_t type, absl::string_view reason) {
  return {.argument = 1,
          .mask = uint64_t{_IOC_TYPEMASK} << _IOC_TYPESHIFT,
          .value = uint64_t{type} << _IOC_TYPESHIFT,
          .answer = Answer::kNotPermitted,
          .reason = reason};
}

// They ask who owns a file, and not whether it is open for writing.
constexpr Rule kFileRules[] = {
    Harmless(FS_IOC_GETFLAGS, "FS_IOC_GETFLAGS only asks."),
    Harmless(FS_IOC_GETVERSION, "FS_IOC_GETVERSION only asks."),
    Harmless(FS_IOC_FSGETXATTR, "FS_IOC_FSGETXATTR only asks."),
    Harmless(FS_IOC_FIEMAP, "FS_IOC_FIEMAP is how cp finds holes."),
    Harmless(FICLONE, "FICLONE copies to what is open for writing."),
    Harmless(FICLONERANGE, "FICLONERANGE copies to what is open for writing."),
    Harmless(FIDEDUPERANGE, "FIDEDUPERANGE changes no content."),
    OfFileSystem('f', "Flags, encryption, seals of integrity (verity)."),
    OfFileSystem('v', "Generations of files."),
    OfFileSystem('X', "Attributes of XFS, and now of others; freezing."),
    OfFileSystem('r', "Attributes of FAT."),
    OfFileSystem('n', "Snapshots of NILFS."),
    OfFileSystem('o', "Reservations of OCFS2."),
    OfFileSystem(0x94, "Subvolumes and snapshots of Btrfs."),
    OfFileSystem(0x97, "Layouts of Ceph."),
    OfFileSystem(0xbc, "Subvolumes and snapshots of bcachefs."),
    OfFileSystem(0xf5, "Pinning and compression of F2FS."),
};

constexpr Group kNoAttributes[] = {
    {.name = "modes, owners and attributes",
     .reason = "Landlock does not know these calls: they would change every "
               "file of the user's, wherever it lies.",
     .answer = Answer::kNotPermitted,
     .calls = "chmod fchmod fchmodat fchmodat2 chown fchown lchown fchownat "
              "setxattr lsetxattr fsetxattr setxattrat removexattr "
              "lremovexattr fremovexattr removexattrat file_setattr"},
    {.name = "times",
     .reason = "The same; other times than the present hide a change.",
     .answer = Answer::kNotPermitted,
     .rules = kTimesSecond,
     .calls = "utime utimes"},
    {.name = "times from a directory on",
     .reason = "The same; other times than the present hide a change.",
     .answer = Answer::kNotPermitted,
     .rules = kTimesThird,
     .calls = "utimensat futimesat"},
    {.name = "commands of file systems",
     .reason = "They change any file of the user's that can be read; terminals "
               "and devices have others.",
     .answer = Answer::kAllow,
     .rules = kFileRules,
     .calls = "ioctl"},
};

// --- kSupervisors --------------------------------------------------------

constexpr Rule OfSbx(int argument) {
  return {.argument = argument,
          .mask = kLow32,
          .value = kNumberOfSbx,
          .answer = Answer::kNotPermitted,
          .reason = "The process that keeps the time limit."};
}

constexpr Rule OfProcessOne(int argument) {
  return {.argument = argument,
          .mask = kLow32,
          .value = kNumberOfProcessOne,
          .answer = Answer::kNotPermitted,
          .reason = "The process that ends what the command leaves."};
}

constexpr Rule kFirstIsSupervisor[] = {OfSbx(0), OfProcessOne(0)};
constexpr Rule kSecondIsSupervisor[] = {OfSbx(1), OfProcessOne(1)};

constexpr Group kSupervisors[] = {
    {.name = "scheduling of sbx",
     .reason = "Whoever lets it run last, or on a processor that is never "
               "free, puts off the end of the sandbox.",
     .answer = Answer::kAllow,
     .rules = kFirstIsSupervisor,
     .calls = "sched_setaffinity sched_setattr sched_setparam "
              "sched_setscheduler"},
    {.name = "priorities of sbx",
     .reason = "The same; the processors and the disks go to others first.",
     .answer = Answer::kAllow,
     .rules = kSecondIsSupervisor,
     .calls = "setpriority ioprio_set"},
};

// --- kBroker -------------------------------------------------------------

// F_SETFL is refused with O_ASYNC alone: whatever has not that bit is let
// through before.
constexpr Rule kDescriptorRules[] = {
    {.argument = 1,
     .mask = kLow32,
     .value = F_SETOWN,
     .answer = Answer::kNotPermitted,
     .reason = "F_SETOWN says whom a file sends signals, by number."},
    {.argument = 1,
     .mask = kLow32,
     .value = F_SETOWN_EX,
     .answer = Answer::kNotPermitted,
     .reason = "The same, with the number in memory."},
    {.argument = 1,
     .mask = kLow32,
     .value = F_SETSIG,
     .answer = Answer::kNotPermitted,
     .reason = "F_SETSIG makes SIGKILL of it; the one who is sent to may have "
               "been chosen outside."},
    {.argument = 2,
     .mask = O_ASYNC,
     .value = 0,
     .answer = Answer::kAllow,
     .reason = "What does not make a file send signals."},
    {.argument = 1,
     .mask = kLow32,
     .value = F_SETFL,
     .answer = Answer::kNotPermitted,
     .reason = "A terminal with O_ASYNC sends signals to the process group in "
               "its foreground, which sbx may be in."},
};

constexpr Rule kSignalsOfFiles[] = {
    {.argument = 1,
     .mask = kLow32,
     .value = FIOASYNC,
     .answer = Answer::kNotPermitted,
     .reason = "FIOASYNC is O_ASYNC."},
    {.argument = 1,
     .mask = kLow32,
     .value = FIOSETOWN,
     .answer = Answer::kNotPermitted,
     .reason = "FIOSETOWN is F_SETOWN."},
    {.argument = 1,
     .mask = kLow32,
     .value = SIOCSPGRP,
     .answer = Answer::kNotPermitted,
     .reason = "SIOCSPGRP is F_SETOWN."},
};

constexpr Group kBroker[] = {
    {.name = "signals by number",
     .reason = "A filter does not know who is inside; process 1 does, and "
               "sends them.",
     .answer = Answer::kAsk,
     .calls = "kill tkill tgkill rt_sigqueueinfo rt_tgsigqueueinfo"},
    {.name = "signals by descriptor",
     .reason = "The number stands in the caller's table of descriptors; "
               "programs fall back to kill.",
     .answer = Answer::kNotImplemented,
     .calls = "pidfd_send_signal"},
    {.name = "process groups",
     .reason = "Nobody makes one any more once the sandbox is being ended: "
               "what forks all the time is caught by its group.",
     .answer = Answer::kAsk,
     .calls = "setpgid setsid"},
    {.name = "signals of files",
     .reason = "The kernel sends them to whoever was named before.",
     .answer = Answer::kAllow,
     .rules = kDescriptorRules,
     .calls = "fcntl"},
    {.name = "signals of devices and sockets",
     .reason = "The same, by ioctl(2).",
     .answer = Answer::kAllow,
     .rules = kSignalsOfFiles,
     .calls = "ioctl"},
};

// --- kNoTruncation -------------------------------------------------------

// Both ways to open a file and do neither: what is open so has no right that
// Landlock would ask for, but is shortened all the same.
constexpr Rule ShortensUnasked(int argument, uint64_t access) {
  return {.argument = argument,
          .mask = O_TRUNC | O_ACCMODE,
          .value = O_TRUNC | access,
          .answer = Answer::kNotPermitted,
          .reason = "O_TRUNC without opening for writing."};
}

constexpr Rule kOpenRules[] = {ShortensUnasked(1, O_RDONLY),
                               ShortensUnasked(1, O_ACCMODE)};
constexpr Rule kOpenAtRules[] = {ShortensUnasked(2, O_RDONLY),
                                 ShortensUnasked(2, O_ACCMODE)};

constexpr Group kNoTruncation[] = {
    {.name = "the length of files",
     .reason = "Landlock does not know this right yet: it would empty every "
               "file of the user's.",
     .answer = Answer::kNotPermitted,
     .calls = "truncate"},
    {.name = "emptying what is opened",
     .reason = "The same, by open(2) with O_TRUNC.",
     .answer = Answer::kAllow,
     .rules = kOpenRules,
     .calls = "open"},
    {.name = "emptying what is opened from a directory on",
     .reason = "The same, by openat(2) with O_TRUNC.",
     .answer = Answer::kAllow,
     .rules = kOpenAtRules,
     .calls = "openat"},
    {.name = "opening by structure",
     .reason = "Its flags lie in memory, where a filter cannot see them; "
               "programs fall back to openat.",
     .answer = Answer::kNotImplemented,
     .calls = "openat2"},
};

// --- kNoConnections ------------------------------------------------------

constexpr Group kNoConnections[] = {
    {.name = "connections",
     .reason = "A socket that somebody has left open reaches the network, and "
               "Landlock does not know that right yet.",
     .answer = Answer::kNotPermitted,
     .calls = "connect bind"},
};

// --- kNoDebugging --------------------------------------------------------

constexpr Group kNoDebugging[] = {
    {.name = "debugging",
     .reason = "Without Landlock nothing tells the command's own processes "
               "from others of the same user.",
     .answer = Answer::kNotPermitted,
     .calls = "ptrace process_vm_readv process_vm_writev kcmp pidfd_getfd "
              "process_madvise"},
};

}  // namespace

absl::Span<const Group> ConfinedGroups(BuiltIn profile) {
  switch (profile) {
    case BuiltIn::kNeighbours:
      return kNeighbours;
    case BuiltIn::kNoSockets:
      return kNoSockets;
    case BuiltIn::kInternet:
      return kInternet;
    case BuiltIn::kNoAttributes:
      return kNoAttributes;
    case BuiltIn::kSupervisors:
      return kSupervisors;
    case BuiltIn::kBroker:
      return kBroker;
    case BuiltIn::kNoTruncation:
      return kNoTruncation;
    case BuiltIn::kNoConnections:
      return kNoConnections;
    case BuiltIn::kNoDebugging:
      return kNoDebugging;
    default:
      return {};
  }
}

}  // namespace sbx::policy::seccomp
