// SPDX-License-Identifier: Apache-2.0
//
// What stands in, under every profile, for the namespaces and the mounts that a
// sandbox in a weaker mode does not have.

#include <fcntl.h>
#include <linux/fs.h>
#include <sys/resource.h>
#include <sys/socket.h>

#include <cstdint>

#include "absl/types/span.h"
#include "policy/seccomp/groups.h"
#include "policy/seccomp/ioprio.h"

namespace sbx::policy::seccomp {
namespace {

constexpr uint64_t kLow32 = 0xffffffff;
constexpr uint64_t kAll64 = ~uint64_t{0};

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

constexpr Group kNoSockets[] = {
    {.name = "making sockets",
     .reason = "No network namespace bounds what they reach, and Landlock asks "
               "nobody who connects to a service's path.",
     .answer = Answer::kNoSuchFamily,
     .calls = "socket"},
    kPairs,
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

constexpr Rule kFlagRules[] = {
    {.argument = 1,
     .mask = kLow32,
     .value = FS_IOC_SETFLAGS,
     .answer = Answer::kNotPermitted,
     .reason = "FS_IOC_SETFLAGS changes any file of the user's that can be "
               "read."},
    {.argument = 1,
     .mask = kLow32,
     .value = FS_IOC_FSSETXATTR,
     .answer = Answer::kNotPermitted,
     .reason = "FS_IOC_FSSETXATTR changes any file of the user's that can be "
               "read."},
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
    {.name = "flags of files",
     .reason = "Terminals and files need the other commands.",
     .answer = Answer::kAllow,
     .rules = kFlagRules,
     .calls = "ioctl"},
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
    default:
      return {};
  }
}

}  // namespace sbx::policy::seccomp
