// SPDX-License-Identifier: Apache-2.0

#include "policy/seccomp/filter.h"

#include <fcntl.h>
#include <linux/audit.h>
#include <linux/fiemap.h>
#include <linux/filter.h>
#include <linux/fs.h>
#include <linux/fscrypt.h>
#include <linux/fsverity.h>
#include <linux/sched.h>
#include <linux/seccomp.h>
#include <linux/sockios.h>
#include <seccomp.h>
#include <sys/ioctl.h>
#include <sys/personality.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstdint>
#include <initializer_list>
#include <map>
#include <optional>
#include <vector>

#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "gtest/gtest.h"
#include "policy/seccomp/compile.h"
#include "policy/seccomp/groups.h"
#include "policy/seccomp/interpreter.h"
#include "policy/seccomp/ioprio.h"
#include "policy/seccomp/numbers.h"

namespace sbx::policy::seccomp {
namespace {

using Arguments = std::array<uint64_t, 6>;

constexpr uint32_t kAllowed = SECCOMP_RET_ALLOW;
constexpr uint32_t kEperm = SECCOMP_RET_ERRNO | EPERM;
constexpr uint32_t kEnosys = SECCOMP_RET_ERRNO | ENOSYS;
constexpr uint32_t kEafnosupport = SECCOMP_RET_ERRNO | EAFNOSUPPORT;
constexpr uint32_t kAsked = SECCOMP_RET_USER_NOTIF;

// What the kernel does not read of a 32-bit argument.
constexpr uint64_t kHighBits[] = {0, uint64_t{1} << 32,
                                  uint64_t{0xffffffff} << 32};

constexpr uint64_t kNamespaces[] = {CLONE_NEWUSER,   CLONE_NEWNS,  CLONE_NEWPID,
                                    CLONE_NEWIPC,    CLONE_NEWUTS, CLONE_NEWNET,
                                    CLONE_NEWCGROUP, CLONE_NEWTIME};

// The bit that marks a call of the x32 architecture in a 64-bit program.
constexpr uint32_t kX32 = 0x40000000;

Architecture Native() {
  return seccomp_arch_native() == SCMP_ARCH_AARCH64 ? Architecture::kAarch64
                                                    : Architecture::kX86_64;
}

std::vector<Grants> AllGrants() {
  std::vector<Grants> all;
  for (uint32_t grants = 0; grants < kGrantsEnd; ++grants) {
    all.push_back(static_cast<Grants>(grants));
  }
  return all;
}

bool Has(Grants grants, uint32_t any) { return (grants & any) != 0; }

std::optional<uint32_t> Number(absl::string_view call) {
  const auto number = NumberOf(call, Native());
  EXPECT_TRUE(number.ok()) << number.status();
  return number.value_or(std::nullopt);
}

Outcome AskNumber(Grants grants, uint32_t number,
                  const Arguments& arguments = {},
                  uint32_t arch = AuditArchitecture(Native())) {
  seccomp_data call = {.nr = static_cast<int>(number),
                       .arch = arch,
                       .instruction_pointer = 0,
                       .args = {}};
  std::ranges::copy(arguments, call.args);
  return Evaluate(BuiltInFilter(BuiltIn::kDefault, grants), call);
}

uint32_t Ask(Grants grants, absl::string_view call,
             const Arguments& arguments = {}) {
  return AskNumber(grants, Number(call).value(), arguments).action;
}

uint32_t ActionOf(Answer answer) {
  switch (answer) {
    case Answer::kAllow:
      return kAllowed;
    case Answer::kNotPermitted:
      return kEperm;
    case Answer::kNotImplemented:
      return kEnosys;
    case Answer::kNoSuchFamily:
      return kEafnosupport;
    case Answer::kAsk:
      return kAsked;
  }
  return SECCOMP_RET_KILL_PROCESS;
}

std::map<uint32_t, const Group*> GroupsByNumber() {
  std::map<uint32_t, const Group*> groups;
  for (const Group& group : DefaultGroups()) {
    for (const absl::string_view call : CallsOf(group)) {
      if (const auto number = Number(call)) groups[*number] = &group;
    }
  }
  return groups;
}

// Expects `action` for each of `calls` that this architecture has.
void ExpectAll(Grants grants, absl::string_view calls, uint32_t action) {
  for (const absl::string_view call :
       absl::StrSplit(calls, ' ', absl::SkipEmpty())) {
    if (!Number(call)) continue;
    EXPECT_EQ(Ask(grants, call), action) << call << " under " << grants;
  }
}

// The shape of the filter.

bool SameInstruction(const sock_filter& a, const sock_filter& b) {
  return a.code == b.code && a.jt == b.jt && a.jf == b.jf && a.k == b.k;
}

TEST(DefaultFilter, IsWhatTheTableCompilesToNow) {
  for (const Grants grants : AllGrants()) {
    const auto now =
        Compile(TableOf(BuiltIn::kDefault), grants, Native()).value();
    EXPECT_TRUE(std::ranges::equal(
        now, BuiltInFilter(BuiltIn::kDefault, grants), SameInstruction))
        << grants;
  }
}

// Thousands of questions each: the first wrong answer is enough.

TEST(DefaultFilter, AnswersEveryListedCallAsTheTableSays) {
  for (const Grants grants : AllGrants()) {
    for (const auto& [number, group] : GroupsByNumber()) {
      if (!RulesOf(*group, grants).empty()) continue;
      ASSERT_EQ(AskNumber(grants, number).action,
                ActionOf(AnswerOf(*group, grants)))
          << group->name << ", call " << number << " under " << grants;
    }
  }
}

TEST(DefaultFilter, AnswersEnosysToEveryUnlistedNumber) {
  const auto groups = GroupsByNumber();
  for (const Grants grants : AllGrants()) {
    for (uint32_t number = 0; number <= 600; ++number) {
      if (groups.contains(number)) continue;
      ASSERT_EQ(AskNumber(grants, number).action, kEnosys)
          << number << " under " << grants;
    }
    ASSERT_EQ(AskNumber(grants, UINT32_MAX).action, kEnosys);
  }
}

TEST(DefaultFilter, AnswersEnosysToX32Calls) {
  for (const Grants grants : AllGrants()) {
    for (uint32_t number = 0; number <= 600; ++number) {
      ASSERT_EQ(AskNumber(grants, kX32 | number).action, kEnosys) << number;
    }
  }
}

TEST(DefaultFilter, AnswersEnosysToOtherArchitectures) {
  constexpr uint32_t kArm = AUDIT_ARCH_ARM;
  for (const uint32_t arch : {uint32_t{AUDIT_ARCH_I386}, kArm, uint32_t{0}}) {
    for (const Grants grants : AllGrants()) {
      for (uint32_t number = 0; number <= 600; ++number) {
        ASSERT_EQ(AskNumber(grants, number, {}, arch).action, kEnosys)
            << number;
      }
    }
  }
}

// Else the kernel runs the filter at each call (seccomp_cache_prepare).
TEST(DefaultFilter, ReadsArgumentsOnlyWhereThereAreRules) {
  for (const Grants grants : AllGrants()) {
    for (const auto& [number, group] : GroupsByNumber()) {
      ASSERT_EQ(AskNumber(grants, number).read_arguments,
                !RulesOf(*group, grants).empty())
          << group->name << " under " << grants;
    }
  }
}

// The kernel runs the filter once for each number when it is installed.
TEST(DefaultFilter, IsSmallAndBalanced) {
  for (const Grants grants : AllGrants()) {
    ASSERT_LE(BuiltInFilter(BuiltIn::kDefault, grants).size(), 140);
    for (const auto& [number, group] : GroupsByNumber()) {
      const Outcome outcome = AskNumber(grants, number);
      if (outcome.read_arguments) continue;
      ASSERT_LE(outcome.steps, 12) << number;
    }
  }
}

// What it promises, said a second time: a row that moves in the table must fail
// here.

TEST(DefaultFilter, RefusesWhatReachesBeyondTheSandboxWhateverIsGranted) {
  for (const Grants grants : AllGrants()) {
    ExpectAll(grants,
              "add_key request_key keyctl bpf perf_event_open userfaultfd "
              "open_by_handle_at fanotify_init init_module finit_module "
              "delete_module kexec_load kexec_file_load reboot swapon swapoff "
              "settimeofday clock_settime acct iopl ioperm syslog quotactl "
              "quotactl_fd vhangup migrate_pages move_pages",
              kEperm);
    ExpectAll(grants,
              "io_uring_setup io_uring_enter io_uring_register modify_ldt "
              "lookup_dcookie nfsservctl uselib statmount listmount listns "
              "lsm_set_self_attr",
              kEnosys);
  }
}

TEST(DefaultFilter, AllowsWhatProgramsNeedWhateverIsGranted) {
  for (const Grants grants : AllGrants()) {
    ExpectAll(grants,
              "read write openat mmap mprotect execve fork vfork wait4 kill "
              "futex epoll_pwait2 connect bind ptrace process_vm_readv seccomp "
              "landlock_restrict_self setuid chown mknodat mbind memfd_create "
              "close_range openat2 statx rseq io_submit inotify_init1",
              kAllowed);
    ExpectAll(grants,
              "cachestat fchmodat2 map_shadow_stack futex_wait futex_wake "
              "futex_requeue mseal setxattrat getxattrat listxattrat "
              "removexattrat file_getattr lsm_list_modules uretprobe",
              kAllowed);
  }
}

TEST(DefaultFilter, AllowsMountsAndHostNamesOnlyWhenNestedOrGranted) {
  for (const Grants grants : AllGrants()) {
    ExpectAll(grants,
              "mount umount2 pivot_root open_tree open_tree_attr move_mount "
              "mount_setattr fsopen fsconfig fsmount fspick setns sethostname "
              "setdomainname",
              Has(grants, kNested | kMounts) ? kAllowed : kEperm);
  }
}

TEST(DefaultFilter, AllowsChrootOnlyWhenNestedOrGranted) {
  for (const Grants grants : AllGrants()) {
    EXPECT_EQ(Ask(grants, "chroot"),
              Has(grants, kNested | kChroot) ? kAllowed : kEperm);
  }
}

TEST(DefaultFilter, HidesClone3UnlessNested) {
  for (const Grants grants : AllGrants()) {
    EXPECT_EQ(Ask(grants, "clone3"), Has(grants, kNested) ? kAllowed : kEnosys);
  }
}

// Whether `grants` let a command make the namespace `flag`.
uint32_t NamespaceAnswer(Grants grants, uint64_t flag) {
  if (Has(grants, kNested)) return kAllowed;
  return Has(grants, kMounts) && flag != CLONE_NEWUSER ? kAllowed : kEperm;
}

TEST(DefaultFilter, RefusesNewNamespacesUnlessGranted) {
  for (const Grants grants : AllGrants()) {
    for (const uint64_t flag : kNamespaces) {
      const uint32_t answer = NamespaceAnswer(grants, flag);
      EXPECT_EQ(Ask(grants, "clone", {flag | SIGCHLD}), answer) << flag;
      EXPECT_EQ(Ask(grants, "unshare", {flag}), answer) << flag;
      EXPECT_EQ(Ask(grants, "unshare", {flag | CLONE_FS}), answer) << flag;
    }
  }
}

TEST(DefaultFilter, RefusesAUserNamespaceAmongOthersToMountsAlone) {
  constexpr uint64_t kFlags = CLONE_NEWUSER | CLONE_NEWNS;
  for (const uint64_t high : kHighBits) {
    EXPECT_EQ(Ask(kMounts, "clone", {high | kFlags | SIGCHLD}), kEperm);
    EXPECT_EQ(Ask(kMounts, "unshare", {high | kFlags}), kEperm);
  }
}

TEST(DefaultFilter, RefusesNewNamespacesWhateverTheHighBits) {
  for (const uint64_t high : kHighBits) {
    EXPECT_EQ(Ask(kNothing, "clone", {high | CLONE_NEWUSER}), kEperm);
    EXPECT_EQ(Ask(kNothing, "unshare", {high | CLONE_NEWUSER}), kEperm);
  }
}

TEST(DefaultFilter, LeavesProcessesAndThreadsAlone) {
  constexpr uint64_t kThread =
      CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND | CLONE_THREAD |
      CLONE_SYSVSEM | CLONE_SETTLS | CLONE_PARENT_SETTID | CLONE_CHILD_CLEARTID;
  constexpr uint64_t kFork =
      CLONE_CHILD_CLEARTID | CLONE_CHILD_SETTID | SIGCHLD;
  constexpr uint64_t kSpawn = CLONE_VM | CLONE_VFORK | CLONE_PIDFD | SIGCHLD;
  for (const Grants grants : AllGrants()) {
    for (const uint64_t flags : {kThread, kFork, kSpawn, uint64_t{CLONE_IO}}) {
      EXPECT_EQ(Ask(grants, "clone", {flags}), kAllowed) << flags;
    }
  }
}

TEST(DefaultFilter, LeavesUnshareOfOnesOwnAlone) {
  for (const Grants grants : AllGrants()) {
    EXPECT_EQ(Ask(grants, "unshare", {CLONE_FILES | CLONE_FS | CLONE_SYSVSEM}),
              kAllowed);
    EXPECT_EQ(Ask(grants, "unshare", {0}), kAllowed);
  }
}

// Linux 7.1 makes a mount namespace for such a bit.
TEST(DefaultFilter, RefusesUnshareWithFlagsOfNewerKernels) {
  for (const uint64_t flag : {uint64_t{0x00100000}, uint64_t{1} << 40}) {
    EXPECT_EQ(Ask(kNothing, "unshare", {flag}), kEperm);
    EXPECT_EQ(Ask(kMounts, "unshare", {flag}), kEperm);
    EXPECT_EQ(Ask(kNested, "unshare", {flag}), kAllowed);
  }
}

TEST(DefaultFilter, RefusesTerminalInjectionWhateverTheHighBits) {
  for (const Grants grants : AllGrants()) {
    for (const uint64_t high : kHighBits) {
      EXPECT_EQ(Ask(grants, "ioctl", {0, high | TIOCSTI}), kEperm);
      EXPECT_EQ(Ask(grants, "ioctl", {0, high | TIOCLINUX}), kEperm);
      EXPECT_EQ(Ask(grants, "ioctl", {0, high | TIOCSETD}), kEperm);
    }
  }
}

constexpr uint64_t kKeyCommands[] = {FS_IOC_ADD_ENCRYPTION_KEY,
                                     FS_IOC_REMOVE_ENCRYPTION_KEY,
                                     FS_IOC_REMOVE_ENCRYPTION_KEY_ALL_USERS};

TEST(DefaultFilter, LeavesTheKeysOfFileSystemsAlone) {
  for (const Grants grants : AllGrants()) {
    for (const uint64_t high : kHighBits) {
      for (const uint64_t command : kKeyCommands) {
        EXPECT_EQ(Ask(grants, "ioctl", {0, high | command}), kEperm);
      }
    }
  }
}

TEST(DefaultFilter, LeavesThePrioritiesOfTheProcessGroupAlone) {
  for (const Grants grants : AllGrants()) {
    for (const uint64_t high : kHighBits) {
      EXPECT_EQ(Ask(grants, "setpriority", {high | PRIO_PGRP}), kEperm);
      EXPECT_EQ(Ask(grants, "ioprio_set", {high | kIoprioWhoPgrp}), kEperm);
    }
    EXPECT_EQ(Ask(grants, "setpriority", {PRIO_PROCESS, PRIO_PGRP}), kAllowed);
    EXPECT_EQ(Ask(grants, "ioprio_set", {kIoprioWhoProcess}), kAllowed);
  }
}

TEST(DefaultFilter, LeavesOtherDeviceCommandsAlone) {
  for (const Grants grants : AllGrants()) {
    for (const uint64_t command : std::initializer_list<uint64_t>{
             TCGETS, TCSETSW, TIOCGWINSZ, TIOCSCTTY, TIOCGPGRP, TIOCSPGRP,
             TIOCNOTTY, TIOCGPTPEER, FIONREAD}) {
      EXPECT_EQ(Ask(grants, "ioctl", {TIOCSTI, command}), kAllowed) << command;
    }
  }
}

TEST(DefaultFilter, RefusesEveryProtocolFamilyButTheUsual) {
  const std::vector<uint64_t> usual = {AF_UNIX, AF_INET, AF_INET6, AF_NETLINK};
  for (const Grants grants : AllGrants()) {
    for (const uint64_t high : kHighBits) {
      for (uint64_t family = 0; family < 64; ++family) {
        const uint32_t answer =
            std::ranges::count(usual, family) ? kAllowed : kEafnosupport;
        EXPECT_EQ(Ask(grants, "socket", {high | family}), answer) << family;
        EXPECT_EQ(Ask(grants, "socketpair", {high | family}), answer) << family;
      }
    }
  }
}

TEST(DefaultFilter, AllowsOnlyHarmlessPersonalities) {
  for (const uint64_t allowed :
       {uint64_t{0}, uint64_t{0xffffffff}, ~uint64_t{0},
        uint64_t{ADDR_NO_RANDOMIZE}, uint64_t{PER_LINUX32},
        uint64_t{ADDR_NO_RANDOMIZE} | uint64_t{PER_LINUX32}}) {
    EXPECT_EQ(Ask(kNothing, "personality", {allowed}), kAllowed) << allowed;
  }
  for (const uint64_t high : kHighBits) {
    for (const uint64_t refused :
         {uint64_t{READ_IMPLIES_EXEC}, uint64_t{MMAP_PAGE_ZERO},
          uint64_t{ADDR_COMPAT_LAYOUT}, uint64_t{UNAME26}, uint64_t{PER_SVR4},
          uint64_t{0xfffffffe},
          uint64_t{ADDR_NO_RANDOMIZE} | uint64_t{READ_IMPLIES_EXEC}}) {
      EXPECT_EQ(Ask(kNested, "personality", {high | refused}), kEperm)
          << refused;
    }
  }
}

TEST(DefaultFilter, KeepsTheDeathSignalOfACommandThatIsProcessOne) {
  for (const Grants grants : AllGrants()) {
    const uint32_t answer = Has(grants, kPidOne) ? kEperm : kAllowed;
    for (const uint64_t high : kHighBits) {
      EXPECT_EQ(Ask(grants, "prctl", {high | PR_SET_PDEATHSIG}), answer);
    }
    EXPECT_EQ(Ask(grants, "prctl", {PR_GET_PDEATHSIG}), kAllowed);
    EXPECT_EQ(Ask(grants, "prctl", {PR_SET_NO_NEW_PRIVS}), kAllowed);
    EXPECT_EQ(Ask(grants, "prctl", {PR_SET_NAME, PR_SET_PDEATHSIG}), kAllowed);
  }
}

// The other two.

uint32_t AskBuiltIn(BuiltIn profile, Grants grants, uint32_t number,
                    const Arguments& arguments = {},
                    uint32_t arch = AuditArchitecture(Native())) {
  seccomp_data call = {.nr = static_cast<int>(number),
                       .arch = arch,
                       .instruction_pointer = 0,
                       .args = {}};
  std::ranges::copy(arguments, call.args);
  return Evaluate(BuiltInFilter(profile, grants), call).action;
}

TEST(BuiltInFilters, AreWhatTheTablesCompileToNow) {
  for (const BuiltIn profile : {BuiltIn::kStrict, BuiltIn::kBase}) {
    for (const Grants grants : AllGrants()) {
      const auto now = Compile(TableOf(profile), grants, Native()).value();
      EXPECT_TRUE(std::ranges::equal(now, BuiltInFilter(profile, grants),
                                     SameInstruction))
          << NameOf(profile) << grants;
    }
  }
}

TEST(BuiltInFilters, AnswerEnosysToOtherArchitectures) {
  for (const BuiltIn profile : kBuiltIns) {
    for (uint32_t number = 0; number <= 600; ++number) {
      ASSERT_EQ(AskBuiltIn(profile, kNothing, kX32 | number), kEnosys);
      ASSERT_EQ(AskBuiltIn(profile, kNothing, number, {}, AUDIT_ARCH_I386),
                kEnosys);
    }
  }
}

// Arguments that one table or another has a rule about.
std::vector<Arguments> TellingArguments() {
  std::vector<Arguments> all = {{}};
  for (const uint64_t word : std::initializer_list<uint64_t>{
           CLONE_NEWUSER, CLONE_NEWNS, CLONE_VM, TIOCSTI, TIOCLINUX, TCGETS,
           PR_SET_PDEATHSIG, PR_SET_NAME, AF_INET, AF_VSOCK, ~uint64_t{0}}) {
    for (const uint64_t high : kHighBits) {
      all.push_back({high | word});
      all.push_back({0, high | word});
    }
  }
  return all;
}

// What is allowed under `tight` is allowed under `wide`, call by call.
void ExpectTighter(BuiltIn tight, BuiltIn wide) {
  for (const Grants grants : AllGrants()) {
    for (uint32_t number = 0; number <= 600; ++number) {
      for (const Arguments& arguments : TellingArguments()) {
        if (AskBuiltIn(tight, grants, number, arguments) != kAllowed) continue;
        ASSERT_EQ(AskBuiltIn(wide, grants, number, arguments), kAllowed)
            << "call " << number << " under " << grants;
      }
    }
  }
}

TEST(StrictFilter, AllowsNothingThatTheDefaultOneRefuses) {
  ExpectTighter(BuiltIn::kStrict, BuiltIn::kDefault);
}

TEST(BaseFilter, RefusesNothingThatTheOthersAllow) {
  ExpectTighter(BuiltIn::kDefault, BuiltIn::kBase);
  ExpectTighter(BuiltIn::kStrict, BuiltIn::kBase);
}

void ExpectStrict(absl::string_view calls, uint32_t action) {
  for (const absl::string_view call :
       absl::StrSplit(calls, ' ', absl::SkipEmpty())) {
    const auto number = Number(call);
    if (!number) continue;
    for (const Grants grants : AllGrants()) {
      EXPECT_EQ(AskBuiltIn(BuiltIn::kStrict, grants, *number), action) << call;
    }
  }
}

TEST(StrictFilter, RefusesWhatComputingDoesWithoutWhateverIsGranted) {
  ExpectStrict(
      "connect bind sendto sendmsg recvmsg ptrace "
      "process_vm_readv pidfd_getfd kcmp setuid setgroups capset chown "
      "setxattr mknodat inotify_init1 io_submit mbind shmget mq_open "
      "memfd_create personality mount setns chroot unshare sethostname splice "
      "vmsplice landlock_create_ruleset adjtimex bpf keyctl sync setsid",
      kEperm);
  ExpectStrict("clone3 io_uring_setup modify_ldt statmount", kEnosys);
  ExpectStrict("socket socketpair", kEafnosupport);
}

TEST(StrictFilter, AllowsWhatComputingNeeds) {
  ExpectStrict(
      "read write openat close fstat mmap munmap mprotect brk execve "
      "exit_group "
      "wait4 futex rt_sigaction sched_getaffinity prlimit64 getrandom "
      "clock_gettime epoll_wait rename unlinkat clone seccomp",
      kAllowed);
  const uint32_t ioctl = Number("ioctl").value();
  EXPECT_EQ(AskBuiltIn(BuiltIn::kStrict, kNothing, ioctl, {0, TCGETS}),
            kAllowed);
  EXPECT_EQ(AskBuiltIn(BuiltIn::kStrict, kNothing, ioctl, {0, TIOCSCTTY}),
            kEperm);
}

TEST(StrictFilter, AnswersEnosysToCallsThatAreNewerThanTheTable) {
  EXPECT_EQ(AskBuiltIn(BuiltIn::kStrict, kNothing, 600), kEnosys);
}

TEST(BaseFilter, KeepsWhatSbxPromisesUnderEveryOtherFilter) {
  for (const Grants grants : AllGrants()) {
    const auto ask = [&](absl::string_view call, const Arguments& arguments) {
      return AskBuiltIn(BuiltIn::kBase, grants, Number(call).value(),
                        arguments);
    };
    const bool nested = Has(grants, kNested);
    for (const uint64_t high : kHighBits) {
      EXPECT_EQ(ask("ioctl", {0, high | TIOCSTI}), kEperm);
      EXPECT_EQ(ask("ioctl", {0, high | TIOCLINUX}), kEperm);
      for (const uint64_t command : kKeyCommands) {
        EXPECT_EQ(ask("ioctl", {0, high | command}), kEperm);
      }
      EXPECT_EQ(ask("clone", {high | CLONE_NEWUSER}),
                nested ? kAllowed : kEperm);
      EXPECT_EQ(ask("unshare", {high | CLONE_NEWUSER | CLONE_NEWNS}),
                nested ? kAllowed : kEperm);
      EXPECT_EQ(ask("prctl", {high | PR_SET_PDEATHSIG}),
                Has(grants, kPidOne) ? kEperm : kAllowed);
    }
    EXPECT_EQ(ask("clone3", {}), nested ? kAllowed : kEnosys);
    EXPECT_EQ(ask("ioctl", {0, TIOCSCTTY}), kAllowed);
    EXPECT_EQ(ask("keyctl", {}), kAllowed);
    EXPECT_EQ(AskBuiltIn(BuiltIn::kBase, grants, 600), kAllowed);
  }
}

// What stands in for namespaces, and for a Landlock that is old.

void ExpectConfined(BuiltIn profile, absl::string_view call,
                    const Arguments& arguments, uint32_t action) {
  const auto number = Number(call);
  if (!number) return;
  for (const uint64_t high : kHighBits) {
    Arguments disguised = arguments;
    for (uint64_t& argument : disguised) argument |= high;
    EXPECT_EQ(AskBuiltIn(profile, kNothing, *number, disguised), action)
        << call << " " << high;
  }
}

TEST(BrokerFilter, AsksAboutEverySignalByNumber) {
  for (const char* call : {"kill", "tkill", "tgkill", "rt_sigqueueinfo",
                           "rt_tgsigqueueinfo", "setsid", "setpgid"}) {
    ExpectConfined(BuiltIn::kBroker, call, {}, kAsked);
  }
  ExpectConfined(BuiltIn::kBroker, "pidfd_send_signal", {}, kEnosys);
  for (const char* call : {"fork", "clone", "read", "openat", "exit_group"}) {
    ExpectConfined(BuiltIn::kBroker, call, {}, kAllowed);
  }
}

TEST(BrokerFilter, LetsNoFileSendSignals) {
  const BuiltIn broker = BuiltIn::kBroker;
  for (const uint64_t command : {F_SETOWN, F_SETOWN_EX, F_SETSIG}) {
    ExpectConfined(broker, "fcntl", {0, command, 0}, kEperm);
    ExpectConfined(broker, "fcntl", {0, command, O_ASYNC}, kEperm);
  }
  ExpectConfined(broker, "fcntl", {0, F_SETFL, O_ASYNC | O_NONBLOCK}, kEperm);
  ExpectConfined(broker, "fcntl", {0, F_SETFL, O_NONBLOCK}, kAllowed);
  ExpectConfined(broker, "fcntl", {0, F_DUPFD, O_ASYNC}, kAllowed);
  for (const uint64_t command : {FIOASYNC, FIOSETOWN, SIOCSPGRP}) {
    ExpectConfined(broker, "ioctl", {0, command}, kEperm);
  }
  ExpectConfined(broker, "ioctl", {0, TCGETS}, kAllowed);
}

TEST(SupervisorsFilter, LooksForTheNumberWhereTheCallHasIt) {
  for (const uint64_t number : {kNumberOfSbx, kNumberOfProcessOne}) {
    for (const char* call : {"sched_setaffinity", "sched_setattr",
                             "sched_setparam", "sched_setscheduler"}) {
      ExpectConfined(BuiltIn::kSupervisors, call, {number}, kEperm);
      ExpectConfined(BuiltIn::kSupervisors, call, {0, number}, kAllowed);
    }
    for (const char* call : {"setpriority", "ioprio_set"}) {
      ExpectConfined(BuiltIn::kSupervisors, call, {0, number}, kEperm);
      ExpectConfined(BuiltIn::kSupervisors, call, {number}, kAllowed);
    }
  }
}

TEST(NoAttributesFilter, LetsCommandsOfFileSystemsOnlyAsk) {
  const BuiltIn none = BuiltIn::kNoAttributes;
  for (const uint64_t command : std::initializer_list<uint64_t>{
           FS_IOC_SETFLAGS, FS_IOC_SETVERSION, FS_IOC_FSSETXATTR,
           FS_IOC_SET_ENCRYPTION_POLICY, FS_IOC_ENABLE_VERITY, FIFREEZE,
           FS_IOC_SETFSLABEL}) {
    ExpectConfined(none, "ioctl", {0, command}, kEperm);
  }
  for (const uint64_t command : std::initializer_list<uint64_t>{
           FS_IOC_GETFLAGS, FS_IOC_GETVERSION, FS_IOC_FSGETXATTR, FS_IOC_FIEMAP,
           FICLONE, FICLONERANGE, TCGETS, FIONREAD, FIOCLEX}) {
    ExpectConfined(none, "ioctl", {0, command}, kAllowed);
  }
}

TEST(NoSocketsFilter, LetsNoBytesConnect) {
  const BuiltIn none = BuiltIn::kNoSockets;
  constexpr uint64_t kFast = MSG_FASTOPEN | MSG_NOSIGNAL;
  ExpectConfined(none, "sendto", {0, 0, 0, kFast}, kEperm);
  ExpectConfined(none, "sendmsg", {0, 0, kFast}, kEperm);
  ExpectConfined(none, "sendmmsg", {0, 0, 0, kFast}, kEperm);
  for (const char* call : {"sendto", "sendmsg", "sendmmsg"}) {
    ExpectConfined(none, call, {0, 0, MSG_NOSIGNAL, MSG_NOSIGNAL}, kAllowed);
  }
}

TEST(NoTruncationFilter, LetsOpenForWritingAloneEmptyAFile) {
  const BuiltIn none = BuiltIn::kNoTruncation;
  ExpectConfined(none, "truncate", {}, kEperm);
  ExpectConfined(none, "openat2", {}, kEnosys);
  for (const uint64_t access : {O_RDONLY, O_ACCMODE}) {
    ExpectConfined(none, "open", {0, access | O_TRUNC | O_CLOEXEC}, kEperm);
    ExpectConfined(none, "openat", {0, 0, access | O_TRUNC}, kEperm);
    ExpectConfined(none, "openat", {0, 0, access}, kAllowed);
  }
  for (const uint64_t access : {O_WRONLY, O_RDWR}) {
    ExpectConfined(none, "open", {0, access | O_TRUNC}, kAllowed);
    ExpectConfined(none, "openat", {0, 0, access | O_TRUNC}, kAllowed);
  }
}

}  // namespace
}  // namespace sbx::policy::seccomp
