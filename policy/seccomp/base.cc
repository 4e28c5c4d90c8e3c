// SPDX-License-Identifier: Apache-2.0

#include <linux/sched.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>

#include <cstdint>

#include "absl/types/span.h"
#include "policy/seccomp/groups.h"

namespace sbx::policy::seccomp {
namespace {

// As in the default profile: what the kernel does not read of such an argument
// must not matter.
constexpr uint64_t kLow32 = 0xffffffff;

constexpr Rule kIoctlRules[] = {
    {.argument = 1,
     .mask = kLow32,
     .value = TIOCSTI,
     .answer = Answer::kNotPermitted,
     .reason = "TIOCSTI types into the caller's terminal: the shell outside "
               "would run it."},
    {.argument = 1,
     .mask = kLow32,
     .value = TIOCLINUX,
     .answer = Answer::kNotPermitted,
     .reason = "TIOCLINUX pastes the console's selection as if it were typed."},
};

constexpr Rule kUserNamespaceRules[] = {
    {.mask = CLONE_NEWUSER,
     .value = 0,
     .answer = Answer::kAllow,
     .reason = "Whatever makes no user namespace."},
};

constexpr Rule kPrctlRules[] = {
    {.mask = kLow32,
     .value = PR_SET_PDEATHSIG,
     .answer = Answer::kNotPermitted,
     .only_with = kPidOne,
     .reason = "The parent-death signal is how the sandbox dies with its "
               "supervisor when the command itself is process 1."},
};

// What ends process 1, or takes from it what it needs, has sbx tell something
// else about the command than what happened to it.
constexpr Rule kLimitRules[] = {
    {.mask = kLow32,
     .value = 1,
     .answer = Answer::kNotPermitted,
     .reason = "Process 1 tells how the command ended, and a limit would "
               "silence it."},
};

constexpr Group kGroups[] = {
    {.name = "typing into the terminal",
     .reason = "The terminal is the caller's, whose shell reads what is typed.",
     .answer = Answer::kAllow,
     .rules = kIoctlRules,
     .calls = "ioctl"},
    {.name = "new user namespaces",
     .reason = "They give the caller every capability over them, and with "
               "these most of the kernel's attack surface.",
     .answer = Answer::kNotPermitted,
     .allowed_by = kNested,
     .rules = kUserNamespaceRules,
     .calls = "clone unshare"},
    {.name = "processes by structure",
     .reason = "Its flags lie in memory, where a filter cannot see whether "
               "they make namespaces; libraries fall back to clone.",
     .answer = Answer::kNotImplemented,
     .allowed_by = kNested,
     .calls = "clone3"},
    {.name = "the end of the sandbox",
     .reason = "Nothing outlives its supervisor.",
     .answer = Answer::kAllow,
     .rules = kPrctlRules,
     .calls = "prctl"},
    {.name = "limits of processes",
     .reason = "The word of process 1 on the command's end can be trusted.",
     .answer = Answer::kAllow,
     .rules = kLimitRules,
     .calls = "prlimit64"},
};

}  // namespace

absl::Span<const Group> BaseGroups() { return kGroups; }

}  // namespace sbx::policy::seccomp
