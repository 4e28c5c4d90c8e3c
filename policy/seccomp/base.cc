// SPDX-License-Identifier: Apache-2.0

#include <linux/sched.h>

#include "absl/types/span.h"
#include "policy/seccomp/groups.h"
#include "policy/seccomp/shared_rules.h"

namespace sbx::policy::seccomp {
namespace {

constexpr Rule kUserNamespaceRules[] = {
    {.mask = CLONE_NEWUSER,
     .value = 0,
     .answer = Answer::kAllow,
     .reason = "Whatever makes no user namespace."},
};

constexpr Rule kIoctlRules[] = {kNoTyping, kNoPasting, kNoNewKey, kNoKeyAway,
                                kNoKeyOfAllAway};
constexpr Rule kPrctlRules[] = {kDiesWithSupervisor};
constexpr Rule kLimitRules[] = {kNoLimitOfProcessOne};

constexpr Group kGroups[] = {
    {.name = "typing into the terminal, and keys of file systems",
     .reason = "The terminal is the caller's, whose shell reads what is typed, "
               "and so are the keys.",
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
