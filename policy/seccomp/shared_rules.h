// SPDX-License-Identifier: Apache-2.0
//
// What more than one profile says of arguments.

#ifndef SBX_POLICY_SECCOMP_SHARED_RULES_H_
#define SBX_POLICY_SECCOMP_SHARED_RULES_H_

#include <linux/fscrypt.h>
#include <linux/sched.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/resource.h>

#include <cstdint>

#include "policy/seccomp/groups.h"

namespace sbx::policy::seccomp {

// The kernel takes many arguments as 32 bits and forgets the rest.  A rule that
// compared the rest could be passed by setting a bit in it.
inline constexpr uint64_t kLow32 = 0xffffffff;
inline constexpr uint64_t kAll64 = ~uint64_t{0};

inline constexpr uint64_t kNamespaces =
    CLONE_NEWUSER | CLONE_NEWNS | CLONE_NEWPID | CLONE_NEWIPC | CLONE_NEWUTS |
    CLONE_NEWNET | CLONE_NEWCGROUP | CLONE_NEWTIME;

inline constexpr Rule kNoNamespace = {
    .mask = kNamespaces,
    .value = 0,
    .answer = Answer::kAllow,
    .reason = "Processes and threads that make no namespace."};

inline constexpr Rule kNoTyping = {
    .argument = 1,
    .mask = kLow32,
    .value = TIOCSTI,
    .answer = Answer::kNotPermitted,
    .reason =
        "TIOCSTI types into the caller's terminal: the shell outside "
        "would run it."};

inline constexpr Rule kNoPasting = {
    .argument = 1,
    .mask = kLow32,
    .value = TIOCLINUX,
    .answer = Answer::kNotPermitted,
    .reason = "TIOCLINUX pastes the console's selection as if it were typed."};

// FS_IOC_ADD_ENCRYPTION_KEY and so on.
constexpr Rule NoKey(uint64_t command) {
  return {.argument = 1,
          .mask = kLow32,
          .value = command,
          .answer = Answer::kNotPermitted,
          .reason =
              "The keys of encrypted directories are the file system's: "
              "whoever takes one away locks the user out, outside too."};
}

inline constexpr Rule kNoNewKey = NoKey(FS_IOC_ADD_ENCRYPTION_KEY);
inline constexpr Rule kNoKeyAway = NoKey(FS_IOC_REMOVE_ENCRYPTION_KEY);
inline constexpr Rule kNoKeyOfAllAway =
    NoKey(FS_IOC_REMOVE_ENCRYPTION_KEY_ALL_USERS);

inline constexpr Rule kDiesWithSupervisor = {
    .mask = kLow32,
    .value = PR_SET_PDEATHSIG,
    .answer = Answer::kNotPermitted,
    .only_with = kPidOne,
    .reason =
        "The parent-death signal is how the sandbox dies with its "
        "supervisor when the command itself is process 1."};

// What ends process 1, or takes from it what it needs, has sbx tell something
// else about the command than what happened to it.
inline constexpr Rule kNoLimitOfProcessOne = {
    .mask = kLow32,
    .value = 1,
    .answer = Answer::kNotPermitted,
    .reason =
        "Process 1 tells how the command ended, and a limit would "
        "silence it."};

// The command may be in the process group of those who started sbx, for the
// keys of the terminal; no pid namespace divides a group.
inline constexpr Rule kNoPriorityOfGroup = {
    .mask = kLow32,
    .value = PRIO_PGRP,
    .answer = Answer::kNotPermitted,
    .reason =
        "PRIO_PGRP takes the processor from the caller's own process "
        "group, outside."};

}  // namespace sbx::policy::seccomp

#endif  // SBX_POLICY_SECCOMP_SHARED_RULES_H_
