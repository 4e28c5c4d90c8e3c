// SPDX-License-Identifier: Apache-2.0

#include "tools/sbx/hints.h"

#include <cerrno>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "sandbox/sys/status.h"

namespace sbx::tools {
namespace {

bool IsRoot(const HintFacts& facts) { return facts.is_root; }

constexpr char kDelegation[] =
    "--cgroup=direct needs a cgroup that is delegated to you, as in "
    "systemd-run --user --scope -p Delegate=yes sbx …; where there is a "
    "systemd "
    "--cgroup=auto asks it for one";

constexpr char kPowerless[] =
    "a user namespace was made, but gives no power over its mounts: a security "
    "module takes that away (on Ubuntu and others AppArmor: see the sysctl "
    "kernel.apparmor_restrict_unprivileged_userns), or a filter of system "
    "calls around sbx; --mode=landlock does without";

constexpr char kNoProc[] =
    "sbx needs the /proc of where it is started: mount one there";

constexpr char kAskedAlready[] =
    "only one process can be asked about the system calls of another "
    "(seccomp_unotify(2)): this does not work inside of itself, nor in a "
    "container whose runtime listens";

constexpr HintRow kHints[] = {
    {"making namespaces", "clone3", EPERM,
     "user namespaces are refused here: inside a container or another sandbox "
     "allow them there (sbx has --nested), in a chroot leave it; on a "
     "host see the sysctl kernel.unprivileged_userns_clone, and whether sbx "
     "has a profile of AppArmor's (aa-status); --mode=landlock does without"},
    {"making namespaces", "clone3", ENOSPC,
     "the limit of namespaces is reached or zero: see the sysctls "
     "user.max_user_namespaces and user.max_mnt_namespaces; --mode=landlock "
     "does without"},
    {"making namespaces", "clone3", ENOSYS,
     "sbx needs Linux 5.12 or later, and around it what lets clone3 through, "
     "as Docker's own profile and sbx without --nested do not; --mode=landlock "
     "does without, and for root --mode=chroot"},
    {"building the root", "open_tree", EPERM, kPowerless},
    {"building the root", "fsopen", EPERM, kPowerless},
    {"building the root", "fsmount", EPERM,
     "the /proc here is covered in parts, as in many containers, and so no "
     "fresh one may be mounted: --proc=outer shows that one, with the "
     "processes outside, and --proc=none nothing; or uncover it there (docker: "
     "--security-opt systempaths=unconfined)"},
    {"building the root", "open_tree", ENOENT,
     "the source does not exist; see sbx --explain for all of them"},
    {"mapping ids", "open", ENOENT, kNoProc},
    {"looking at the root", "open", ENOENT, kNoProc},
    {"keeping processes together", "open", ENOENT, kNoProc},
    {"keeping processes together", "landlock_restrict_self", E2BIG,
     "the kernel keeps at most 16 domains of Landlock around a process, and "
     "each sandbox of this mode takes four: no more than four work inside of "
     "each other"},
    {"mapping ids", "open", EROFS,
     "the /proc here is read-only, as that of a sandbox with --proc=outer, and "
     "ids are mapped by writing to it: give the outer one another /proc; "
     "--mode=landlock does without"},
    {"mapping ids", "write", EPERM,
     "in a sandbox whose user is root only a process with CAP_SETFCAP may make "
     "another such user (user_namespaces(7)): start the outer one with "
     "--nested --cap=setfcap, or with another --user",
     IsRoot},
    {"mapping ids", "write", EPERM,
     "on Ubuntu and others AppArmor may allow user namespaces without any "
     "power in them: as root install tools/apparmor/sbx as /etc/apparmor.d/sbx "
     "and load it, or see the sysctl "
     "kernel.apparmor_restrict_unprivileged_userns"},
    {"changing the root", "chroot", EPERM,
     "this takes CAP_SYS_CHROOT, which root in a container has unless it was "
     "dropped (docker: --cap-add=SYS_CHROOT); --mode=landlock takes nothing"},
    {"confining files", "openat", EACCES,
     "what lies in a directory that cannot be listed cannot be told apart; "
     "start from --bare and share with --ro and --rw what the command needs"},
    {"keeping signals inside", "seccomp", EBUSY, kAskedAlready},
    {"filtering system calls", "seccomp", EBUSY, kAskedAlready},
    {"entering the root", "openat2", ENOENT,
     "the directory to start in does not exist inside; give another one with "
     "--cwd"},
    {"limiting the sandbox", "mkdir", EACCES, kDelegation},
    {"limiting the sandbox", "write", EACCES, kDelegation},
    {"limiting the sandbox", "mkdir", EROFS,
     "the cgroups are read-only here, as in most containers; limit the "
     "container as a whole, or let it write to /sys/fs/cgroup"},
    {"the report", "open", ELOOP,
     "a report is not written through a symbolic link, which somebody else "
     "might have put there; --report=fd:1 is standard output"},
    {"setting limits", "setrlimit", EPERM,
     "a hard limit can only be lowered; see ulimit -H -a"},
};

}  // namespace

std::string HintFor(const absl::Status& failure, const HintFacts& facts) {
  const std::string step = sys::StepOf(failure);
  for (const HintRow& row : kHints) {
    if (row.is_for != nullptr && !row.is_for(facts)) continue;
    if (row.step == step && row.error == sys::ErrnoOf(failure) &&
        absl::StrContains(failure.message(), absl::StrCat(row.call, "("))) {
      return std::string(row.hint);
    }
  }
  return "";
}

absl::Span<const HintRow> Hints() { return kHints; }

}  // namespace sbx::tools
