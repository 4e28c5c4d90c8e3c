// SPDX-License-Identifier: Apache-2.0
//
// --mode=landlock: what is kept without namespaces, and what ends; on this
// kernel, and as on older ones with --landlock=prefer.

#include <fcntl.h>
#include <linux/fs.h>
#include <linux/fscrypt.h>
#include <linux/fsverity.h>
#include <poll.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "sandbox/sys/fd.h"
#include "testing/command.h"
#include "testing/commands/sandbox.h"
#include "testing/processes.h"

namespace sbx::test {
namespace {

using ::testing::AllOf;
using ::testing::AnyOf;
using ::testing::Contains;
using ::testing::Field;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

const char kMode[] = "--mode=landlock";

// A pipe whose other end everybody in a sandbox holds: its end is theirs.
struct Held {
  Held() {
    int ends[2];
    EXPECT_EQ(pipe2(ends, O_CLOEXEC), 0);
    read = sys::Fd(ends[0]);
    write = sys::Fd(ends[1]);
  }
  // Whether all are gone, within 30 s.
  bool IsLeftByAll() {
    write = sys::Fd();
    pollfd end = {.fd = read.get(), .events = 0, .revents = 0};
    return poll(&end, 1, 30'000) == 1 && (end.revents & POLLHUP) != 0;
  }
  sys::Fd read, write;
};

// A kernel, and what sbx is told on it.
struct Kernel {
  const char* name;
  Words before;
  Words options;
};

const Kernel kThisOne = {"ThisOne", {}, {kMode}};
const Kernel kWithAbi5 = {
    "WithAbi5", {"old_landlock", "--first", "5"}, {kMode, "--landlock=prefer"}};
const Kernel kWithAbi3 = {
    "WithAbi3", {"old_landlock", "--first", "3"}, {kMode, "--landlock=prefer"}};
const Kernel kWithAbi2 = {
    "WithAbi2", {"old_landlock", "--first", "2"}, {kMode, "--landlock=prefer"}};
const Kernel kWithAbi1 = {
    "WithAbi1", {"old_landlock", "--first", "1"}, {kMode, "--landlock=prefer"}};

void PrintTo(const Kernel& kernel, std::ostream* stream) {
  *stream << kernel.name;
}

CommandOptions On(const Kernel& kernel, const Words& options,
                  const Words& command) {
  Words all = kernel.options;
  all.insert(all.end(), options.begin(), options.end());
  CommandOptions sandbox = Sbx(all, command);
  sandbox.argv.insert(sandbox.argv.begin(), kernel.before.begin(),
                      kernel.before.end());
  return sandbox;
}

// What the script writes and says.
std::string SaysOn(const Kernel& kernel, const Words& options,
                   const std::string& script) {
  const CommandResult result =
      RunCommand(On(kernel, options, {"bash", "-c", script}));
  return result.out + result.err;
}

class OnEachKernel : public testing::TestWithParam<Kernel> {
 protected:
  static CommandOptions Confined(const Words& options,
                                 const std::string& script) {
    return On(GetParam(), options, {"bash", "-c", script});
  }

  static std::string Says(const Words& options, const std::string& script) {
    return SaysOn(GetParam(), options, script);
  }

  static CommandOptions Holding(const Held& held, const std::string& script,
                                Words options = {}) {
    options.push_back("--keep-fd=7");
    CommandOptions all = Confined(options, script);
    all.descriptors = {{7, held.write.get()}};
    return all;
  }

  // The process that is sbx.
  static pid_t SbxOf(const Command& command) {
    if (GetParam().before.empty()) return command.pid();
    for (const Process& process : DescendantsOf(command.pid())) {
      if (process.parent == command.pid()) return process.pid;
    }
    ADD_FAILURE() << "sbx does not run";
    return command.pid();
  }
};

// Sessions of their own, orphans, and what ignores every signal that it can.
const char kStubborn[] =
    "(trap '' HUP INT TERM; setsid sleep 1000 & setsid -f setsid sleep 1000) & "
    "sleep 0 & wait $!; ";

class Files : public OnEachKernel {};
class Network : public OnEachKernel {};
class Neighbours : public OnEachKernel {};
class Privileges : public OnEachKernel {};
class End : public OnEachKernel {};
class Signals : public OnEachKernel {};

// --- Files ---------------------------------------------------------------

TEST_P(Files, AreWritableBelowTheCurrentDirectoryAlone) {
  EXPECT_EQ(
      Says({}, "mkdir a; echo hello > a/b; ln a/b c; mv c a; cat a/c; rm -r a"),
      "hello\n");
  EXPECT_THAT(Says({}, "echo > ../beside"), HasSubstr("Permission denied"));
  EXPECT_THAT(Says({}, "echo > $HOME/beside"), HasSubstr("Permission denied"));
  EXPECT_FALSE(std::filesystem::exists("../beside"));
}

TEST_P(Files, AreReadableElsewhereButForWhatIsPrivate) {
  EXPECT_THAT(Says({}, "head -c 5 /etc/passwd"), "root:");
  EXPECT_THAT(Says({}, "ls /tmp"), HasSubstr("Permission denied"));
  EXPECT_THAT(Says({}, "ls /run"), HasSubstr("Permission denied"));
  EXPECT_THAT(Says({}, "ls /dev/pts"), HasSubstr("Permission denied"));
}

TEST_P(Files, OfSecretsAreOutOfReachBesideOthers) {
  std::filesystem::create_directories("home/.ssh");
  std::filesystem::create_directories("work");
  std::ofstream("home/.ssh/id") << "key";
  std::ofstream("home/other") << "other";
  CommandOptions cat =
      Confined({}, "cat $HOME/other; cat $HOME/.ssh/id; ls $HOME");
  cat.env = OurEnvironment();
  (*cat.env)["HOME"] = std::filesystem::absolute("home");
  cat.directory = std::filesystem::absolute("work");
  const CommandResult result = RunCommand(cat);
  EXPECT_EQ(result.out, "other");
  EXPECT_THAT(result.err, AllOf(HasSubstr(".ssh/id: Permission denied"),
                                HasSubstr("cannot open directory")));
  // Where it would be hidden below what is writable.
  cat.directory = std::filesystem::absolute("home");
  const CommandResult refused = RunCommand(cat);
  EXPECT_THAT(refused, ExitsWith(125));
  EXPECT_THAT(refused.err, HasSubstr("which is writable"));
}

TEST_P(Files, KeepTheirModesTimesAndAttributes) {
  std::ofstream("file") << "text";
  const char* const scripts[] = {
      "chmod 777 file", "touch -d 2001-01-01 file",
      "python3 -c 'import os; os.fchmod(os.open(\"file\", 0), 0o777)'",
      "python3 -c 'import os; os.setxattr(\"file\", \"user.a\", b\"b\")'"};
  for (const std::string script : scripts) {
    EXPECT_THAT(Says({}, script), HasSubstr("Operation not permitted"))
        << script;
    EXPECT_EQ(Says({"--attributes"}, script), "") << script;
  }
  EXPECT_EQ(Says({}, "touch file; touch new"), "");
}

// Of the owner, whether or not the file is open for writing.
TEST_P(Files, AreLeftAloneByCommandsOfTheirFileSystems) {
  std::ofstream("file") << "text";
  for (const unsigned long command :
       {static_cast<unsigned long>(FS_IOC_SETFLAGS),
        static_cast<unsigned long>(FS_IOC_SETVERSION),
        static_cast<unsigned long>(FS_IOC_FSSETXATTR),
        static_cast<unsigned long>(FS_IOC_SET_ENCRYPTION_POLICY),
        static_cast<unsigned long>(FS_IOC_ENABLE_VERITY)}) {
    const std::string script = absl::StrCat("probe command ", command, " file");
    EXPECT_EQ(Says({}, script), "EPERM\n") << command;
    EXPECT_NE(Says({"--attributes"}, script), "EPERM\n") << command;
  }
  EXPECT_NE(Says({}, absl::StrCat("probe command ", FS_IOC_GETFLAGS, " file")),
            "EPERM\n");
}

TEST_P(Files, ThatAreDevicesAreTheListedOnes) {
  EXPECT_EQ(Says({}, "echo > /dev/null; head -c 2 /dev/zero | wc -c"), "2\n");
  EXPECT_THAT(Says({}, "echo > /dev/ptmx"), HasSubstr("Permission denied"));
  EXPECT_EQ(Says({"--device=/dev/ptmx"}, "echo -n > /dev/ptmx"), "");
}

// --- Network and neighbours ----------------------------------------------

TEST_P(Network, IsNone) {
  const char* const rows[] = {
      "socket.socket(socket.AF_INET)", "socket.socket(socket.AF_INET6)",
      "socket.socket(socket.AF_INET, socket.SOCK_DGRAM)",
      "socket.socket(socket.AF_UNIX)", "socket.socket(socket.AF_NETLINK)",
      // It could send to any path that it names.
      "socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)"};
  for (const std::string row : rows) {
    for (const Words& options : {Words{}, Words{"--seccomp=none"}}) {
      EXPECT_THAT(
          Says(options, absl::StrCat("python3 -c 'import socket; ", row, "'")),
          HasSubstr("Address family not supported"))
          << row;
    }
  }
  EXPECT_EQ(Says({}, "python3 -c 'import socket; socket.socketpair()'"), "");
}

TEST_P(Network, OfTheHostHasNoSocketsOfItsServices) {
  const std::string unix =
      "python3 -c 'import socket; socket.socket(socket.AF_UNIX)'";
  EXPECT_EQ(Says({"--net=host"},
                 "python3 -c 'import socket; socket.socket(socket.AF_INET)'"),
            "");
  EXPECT_THAT(Says({"--net=host"}, unix),
              HasSubstr("Address family not supported"));
  EXPECT_EQ(Says({"--net=host", "--reach-outside"}, unix), "");
}

// A socket that somebody has left open.
TEST_P(Network, IsNoneForASocketThatIsInherited) {
  const sys::Fd socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  ASSERT_TRUE(socket);
  CommandOptions connect =
      Confined({"--keep-fd=7"},
               "python3 -c 'import socket; "
               "socket.socket(fileno=7).connect((\"127.0.0.1\", 1))'");
  connect.descriptors = {{7, socket.get()}};
  // Of Landlock, or of a filter.
  EXPECT_THAT(RunCommand(connect).err,
              AnyOf(HasSubstr("Permission denied"),
                    HasSubstr("Operation not permitted")));
  CommandOptions fast = Confined({"--keep-fd=7"}, "probe open-fast");
  fast.descriptors = {{7, socket.get()}};
  EXPECT_EQ(RunCommand(fast).out, "EPERM\n");
}

TEST_P(Neighbours, AreNotSignalledNorLookedInto) {
  Command victim = StartCommand(Bash("echo ready; sleep 1000"));
  ASSERT_TRUE(victim.WaitFor("ready"));
  const std::string pid = absl::StrCat(victim.pid());
  EXPECT_THAT(Says({}, "kill -9 " + pid), HasSubstr("not permitted"));
  EXPECT_THAT(Says({}, "kill -9 -1; cat /proc/" + pid + "/environ"),
              HasSubstr("Permission denied"));
  EXPECT_THAT(Says({}, "prlimit --pid " + pid + " --cpu=1"),
              HasSubstr("Operation not permitted"));
  EXPECT_THAT(Says({}, "kill -9 $PPID; echo alive"), HasSubstr("alive"));
  EXPECT_THAT(DescendantsOf(getpid()),
              Contains(Field(&Process::pid, victim.pid())));
}

TEST_P(Neighbours, ShareNoMessagesAndMemory) {
  EXPECT_THAT(Says({}, "ipcmk --shmem 10"),
              HasSubstr("Function not implemented"));
}

// --- Privileges ----------------------------------------------------------

TEST_P(Privileges, AreNone) {
  EXPECT_EQ(Says({}, "grep -E 'CapEff|NoNewPrivs|Seccomp:' /proc/self/status"),
            "CapEff:\t0000000000000000\nNoNewPrivs:\t1\nSeccomp:\t2\n");
  EXPECT_THAT(Says({}, "unshare --user true"), HasSubstr("not permitted"));
}

TEST_P(Privileges, WorkUnderNoNewPrivileges) {
  CommandOptions sandbox = Confined({}, "true");
  sandbox.argv.insert(sandbox.argv.begin(), {"setpriv", "--no-new-privs"});
  EXPECT_THAT(RunCommand(sandbox), ExitsWith(0));
}

TEST(Nested, WorksInsideOfItself) {
  EXPECT_EQ(
      SaysOn(kThisOne, {},
             "sbx --mode=landlock --bare --ro=/usr -- sh -c 'echo nested; "
             "exit 3'; "
             "echo $?"),
      "nested\n3\n");
}

// --- The end -------------------------------------------------------------

TEST_P(End, IsTheCommandsOwn) {
  EXPECT_THAT(RunCommand(Confined({}, "exit 7")), ExitsWith(7));
  EXPECT_THAT(RunCommand(Confined({}, "kill -SEGV $$")),
              ExitsWith(128 + SIGSEGV));
  EXPECT_THAT(RunCommand(On(GetParam(), {}, {"no-such-command"})),
              ExitsWith(127));
  EXPECT_THAT(RunCommand(On(GetParam(), {}, {"/etc/passwd"})), ExitsWith(126));
  EXPECT_THAT(RunCommand(Confined({"--cwd=/no/such"}, "true")), ExitsWith(125));
}

TEST_P(End, TakesEverybodyAlong) {
  Held held;
  EXPECT_THAT(RunCommand(Holding(held, absl::StrCat(kStubborn, "exit 3"))),
              ExitsWith(3));
  EXPECT_TRUE(held.IsLeftByAll());
}

// Whoever forks as fast as others are ended.
TEST_P(End, TakesAlongWhoeverForksAllTheTime) {
  for (const char* way : {"multiply-in-groups", "multiply-in-one-group"}) {
    Held held;
    EXPECT_THAT(
        RunCommand(Holding(held, absl::StrCat("probe ", way, "; exit 4"),
                           {"--rlimit=nproc=150"})),
        ExitsWith(4))
        << way;
    EXPECT_TRUE(held.IsLeftByAll()) << way;
  }
}

// Each is waited for by somebody further down first.
TEST_P(End, TakesAlongWhoeverIsTracedByAnother) {
  Held held;
  EXPECT_THAT(RunCommand(Holding(held, "probe leave-traced 3 && exit 5")),
              ExitsWith(5));
  EXPECT_TRUE(held.IsLeftByAll());
}

TEST_P(End, TakesAlongManyGenerations) {
  Held held;
  EXPECT_THAT(RunCommand(Holding(
                  held, "head -1 < <(probe leave-generations 300); exit 6",
                  {"--timeout=10m"})),
              AllOf(ExitsWith(6), Field(&CommandResult::out, "generations\n")));
  EXPECT_TRUE(held.IsLeftByAll());
}

TEST_P(End, ByTheTimeLimitTakesEverybodyAlong) {
  Held held;
  EXPECT_THAT(
      RunCommand(Holding(
          held, absl::StrCat(kStubborn, "trap '' TERM; sleep 1000; sleep 1000"),
          {"--timeout=0.2s", "--kill-after=0.2s"})),
      ExitsWith(124));
  EXPECT_TRUE(held.IsLeftByAll());
}

TEST_P(End, OfSbxByKillTakesEverybodyAlong) {
  Held held;
  Command command = StartCommand(
      Holding(held, absl::StrCat(kStubborn, "echo ready; sleep 1000")));
  ASSERT_TRUE(command.WaitFor("ready"));
  kill(SbxOf(command), SIGKILL);
  command.Wait();
  EXPECT_TRUE(held.IsLeftByAll());
}

// Its child, which has no pid namespace to take along.
TEST_P(End, OfTheSupervisorByKillTakesEverybodyAlong) {
  Held held;
  Command command = StartCommand(
      Holding(held, absl::StrCat(kStubborn, "echo ready; sleep 1000")));
  ASSERT_TRUE(command.WaitFor("ready"));
  const pid_t sbx = SbxOf(command);
  for (const Process& process : DescendantsOf(sbx)) {
    if (process.parent == sbx) kill(process.pid, SIGKILL);
  }
  EXPECT_THAT(command.Wait(), ExitsWith(128 + SIGKILL));
  EXPECT_TRUE(held.IsLeftByAll());
}

// Children that sbx did not start are neither killed nor waited for.
TEST_P(End, LeavesOtherChildrenOfTheShellThatBecameSbx) {
  Words shell = GetParam().before;
  shell.insert(
      shell.end(),
      {"bash", "-c",
       absl::StrCat("setsid sleep 1000 & echo $! >pid; exec sbx ",
                    absl::StrJoin(GetParam().options, " "), " -- true")});
  EXPECT_THAT(RunCommand({.argv = shell}), ExitsWith(0));
  EXPECT_EQ(RunCommand(Bash("read pid <pid; kill $pid && echo alive")).out,
            "alive\n");
}

TEST_P(Signals, ReachTheCommandOnce) {
  Command command = StartCommand(
      Confined({},
               "trap 'echo got' USR1; echo ready; while :; do read -t 1 <> "
               "<(:); done; true"));
  ASSERT_TRUE(command.WaitFor("ready"));
  kill(SbxOf(command), SIGUSR1);
  EXPECT_TRUE(command.WaitFor("got"));
}

// Those inside reach each other in every way that programs use.
TEST_P(Signals, ReachOthersInside) {
  const struct {
    const char* script;
    const char* says;
  } rows[] = {
      {"sleep 1000 & kill -TERM $!; wait $!; echo $?", "143\n"},
      {"set -m; (sleep 1000; :) & kill -TERM -- -$!; wait $!; echo $?",
       "143\n"},
      {"timeout -s INT 0.1 sleep 1000; echo $?", "124\n"},
      {"trap 'echo group' USR1; kill -USR1 0", "group\n"},
      {"sleep 1000 & sleep 1000 & kill -KILL -1; wait; echo all", "all\n"},
      {"python3 -c 'import signal, threading\n"
       "signal.signal(signal.SIGUSR1, lambda *_: print(\"thread\"))\n"
       "signal.pthread_kill(threading.get_ident(), signal.SIGUSR1)'",
       "thread\n"},
      {"python3 -c 'import os; os.abort()'; echo $?", "134\n"},
      {"kill -0 $$ && echo there; kill -0 4194303 2>/dev/null || echo gone",
       "there\ngone\n"},
  };
  for (const auto& row : rows) {
    EXPECT_EQ(RunCommand(Confined({}, row.script)).out, row.says) << row.script;
  }
}

// --- What an older kernel takes away, and what is said of it -------------

TEST(OldKernel, IsAnErrorUnlessLessWillDo) {
  const CommandResult result =
      RunCommand({.argv = {"old_landlock", "5", "sbx", kMode, "--", "true"}});
  EXPECT_THAT(result, ExitsWith(125));
  EXPECT_THAT(result.err, AllOf(HasSubstr("and here is ABI 5"),
                                HasSubstr("--landlock=prefer")));
  const Kernel without = {
      "Without", {"old_landlock", "0"}, {kMode, "--landlock=prefer"}};
  EXPECT_THAT(SaysOn(without, {}, "echo ran"),
              AllOf(HasSubstr("here is none, so nothing would keep files"),
                    Not(HasSubstr("ran\n"))));
}

TEST(OldKernel, IsSaidWithWhatItCosts) {
  EXPECT_THAT(
      SaysOn(kWithAbi5, {"--explain"}, "true"),
      AllOf(HasSubstr("refused besides, for the kernel has ABI 5 of Landlock, "
                      "and 6 is wanted:\n  job control"),
            HasSubstr("weaker: no process outside is reached, as process 1 "
                      "sends all signals itself  (--landlock=prefer: the "
                      "kernel has ABI 5 of Landlock")));
  EXPECT_THAT(SaysOn(kThisOne, {"--landlock=prefer", "--explain"}, "true"),
              Not(HasSubstr("refused besides")));
  EXPECT_THAT(SaysOn(kWithAbi5, {"--report=fd:1"}, "true"),
              HasSubstr("\"refused_besides\": [\n"));
}

TEST(OldKernel, MovesNothingToAnotherDirectory) {
  EXPECT_THAT(SaysOn(kWithAbi1, {}, "mkdir d; touch f; ln f d/f"),
              HasSubstr("Invalid cross-device link"));
}

TEST(OldKernel, ShortensFilesThatMayBeWritten) {
  for (const Kernel& kernel : {kWithAbi2, kWithAbi3}) {
    EXPECT_EQ(SaysOn(kernel, {},
                     "echo text > file; truncate -s 2 file; cat "
                     "file; : > file; wc -c < file"),
              "te0\n")
        << kernel.name;
  }
}

TEST(OldKernel, GivesASessionWithoutTheTerminalsKeys) {
  EXPECT_EQ(SaysOn(kWithAbi5, {}, "[ $(ps -o sid= $$) -eq $$ ] && echo own"),
            "own\n");
}

TEST(OldKernel, LetsNothingThroughToBeReported) {
  EXPECT_THAT(SaysOn(kWithAbi5, {"--seccomp-log"}, "true"),
              HasSubstr("--seccomp-log lets everything through"));
}

INSTANTIATE_TEST_SUITE_P(Landlock, Files,
                         testing::Values(kThisOne, kWithAbi5, kWithAbi2));
INSTANTIATE_TEST_SUITE_P(Landlock, Network,
                         testing::Values(kThisOne, kWithAbi5, kWithAbi2));
INSTANTIATE_TEST_SUITE_P(Landlock, Neighbours,
                         testing::Values(kThisOne, kWithAbi5));
INSTANTIATE_TEST_SUITE_P(Landlock, Privileges,
                         testing::Values(kThisOne, kWithAbi5));
INSTANTIATE_TEST_SUITE_P(Landlock, End, testing::Values(kThisOne, kWithAbi5));
INSTANTIATE_TEST_SUITE_P(Landlock, Signals,
                         testing::Values(kThisOne, kWithAbi5));

// --- What is not there ---------------------------------------------------

TEST(Options, ThatTheModeHasNotAreErrors) {
  for (const std::string option :
       {"--hostname=x", "--tmpfs=/mnt", "--root=/", "--user=0", "--cap=KILL",
        "--nested", "--as-pid-1", "--ids=self", "--proc", "--ro=/etc:/mnt"}) {
    const CommandResult result =
        RunCommand(On(kThisOne, {option}, {"echo", "ran"}));
    EXPECT_THAT(result, ExitsWith(125)) << option;
    EXPECT_THAT(result.err, StartsWith("sbx: ")) << option;
    EXPECT_EQ(result.out, "") << option;
  }
}

}  // namespace
}  // namespace sbx::test
