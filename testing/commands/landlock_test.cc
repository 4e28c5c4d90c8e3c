// SPDX-License-Identifier: Apache-2.0
//
// --mode=landlock: what is kept without namespaces, and what ends.

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "sandbox/sys/fd.h"
#include "testing/command.h"
#include "testing/commands/sandbox.h"
#include "testing/processes.h"

namespace sbx::test {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::Field;
using ::testing::HasSubstr;
using ::testing::StartsWith;

const char kMode[] = "--mode=landlock";

CommandOptions Confined(const Words& options, const std::string& script) {
  Words all = {kMode};
  all.insert(all.end(), options.begin(), options.end());
  return SbxBash(all, script);
}

// What the script writes and says.
std::string Says(const Words& options, const std::string& script) {
  const CommandResult result = RunCommand(Confined(options, script));
  return result.out + result.err;
}

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

CommandOptions Holding(const Held& held, const std::string& script,
                       Words options = {}) {
  options.push_back("--keep-fd=7");
  CommandOptions all = Confined(options, script);
  all.descriptors = {{7, held.write.get()}};
  return all;
}

// Sessions of their own, orphans, and what ignores every signal that it can.
const char kStubborn[] =
    "(trap '' HUP INT TERM; setsid sleep 1000 & setsid -f setsid sleep 1000) & "
    "sleep 0 & wait $!; ";

// --- Files ---------------------------------------------------------------

TEST(Files, AreWritableBelowTheCurrentDirectoryAlone) {
  EXPECT_EQ(Says({}, "mkdir a; echo hello > a/b; ln a/b c; mv c a; cat a/c"),
            "hello\n");
  EXPECT_THAT(Says({}, "echo > ../beside"), HasSubstr("Permission denied"));
  EXPECT_THAT(Says({}, "echo > $HOME/beside"), HasSubstr("Permission denied"));
  EXPECT_FALSE(std::filesystem::exists("../beside"));
}

TEST(Files, AreReadableElsewhereButForWhatIsPrivate) {
  EXPECT_THAT(Says({}, "head -c 5 /etc/passwd"), "root:");
  EXPECT_THAT(Says({}, "ls /tmp"), HasSubstr("Permission denied"));
  EXPECT_THAT(Says({}, "ls /run"), HasSubstr("Permission denied"));
  EXPECT_THAT(Says({}, "ls /dev/pts"), HasSubstr("Permission denied"));
}

TEST(Files, OfSecretsAreOutOfReachBesideOthers) {
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

TEST(Files, KeepTheirModesTimesAndAttributes) {
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

TEST(Files, ThatAreDevicesAreTheListedOnes) {
  EXPECT_EQ(Says({}, "echo > /dev/null; head -c 2 /dev/zero | wc -c"), "2\n");
  EXPECT_THAT(Says({}, "echo > /dev/ptmx"), HasSubstr("Permission denied"));
  EXPECT_EQ(Says({"--device=/dev/ptmx"}, "echo -n > /dev/ptmx"), "");
}

// --- Network and neighbours ----------------------------------------------

TEST(Network, IsNone) {
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

TEST(Network, OfTheHostHasNoSocketsOfItsServices) {
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
TEST(Network, IsNoneForASocketThatIsInherited) {
  const sys::Fd socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  ASSERT_TRUE(socket);
  CommandOptions connect =
      Confined({"--keep-fd=7"},
               "python3 -c 'import socket; "
               "socket.socket(fileno=7).connect((\"127.0.0.1\", 1))'");
  connect.descriptors = {{7, socket.get()}};
  EXPECT_THAT(RunCommand(connect).err, HasSubstr("Permission denied"));
}

TEST(Neighbours, AreNotSignalledNorLookedInto) {
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

TEST(Neighbours, ShareNoMessagesAndMemory) {
  EXPECT_THAT(Says({}, "ipcmk --shmem 10"),
              HasSubstr("Function not implemented"));
}

// --- Privileges ----------------------------------------------------------

TEST(Privileges, AreNone) {
  EXPECT_EQ(Says({}, "grep -E 'CapEff|NoNewPrivs|Seccomp:' /proc/self/status"),
            "CapEff:\t0000000000000000\nNoNewPrivs:\t1\nSeccomp:\t2\n");
  EXPECT_THAT(Says({}, "unshare --user true"), HasSubstr("not permitted"));
}

TEST(Privileges, WorkUnderNoNewPrivileges) {
  EXPECT_THAT(RunCommand({.argv = {"setpriv", "--no-new-privs", "sbx", kMode,
                                   "--", "true"}}),
              ExitsWith(0));
}

TEST(Privileges, AllowTheSameAgainInside) {
  EXPECT_EQ(Says({},
                 "sbx --mode=landlock --bare --ro=/usr -- sh -c 'echo nested; "
                 "exit 3'; "
                 "echo $?"),
            "nested\n3\n");
}

// --- The end -------------------------------------------------------------

TEST(End, IsTheCommandsOwn) {
  EXPECT_THAT(RunCommand(Confined({}, "exit 7")), ExitsWith(7));
  EXPECT_THAT(RunCommand(Confined({}, "kill -SEGV $$")),
              ExitsWith(128 + SIGSEGV));
  EXPECT_THAT(RunCommand(Sbx({kMode}, {"no-such-command"})), ExitsWith(127));
  EXPECT_THAT(RunCommand(Sbx({kMode}, {"/etc/passwd"})), ExitsWith(126));
  EXPECT_THAT(RunCommand(Confined({"--cwd=/no/such"}, "true")), ExitsWith(125));
}

TEST(End, TakesEverybodyAlong) {
  Held held;
  EXPECT_THAT(RunCommand(Holding(held, absl::StrCat(kStubborn, "exit 3"))),
              ExitsWith(3));
  EXPECT_TRUE(held.IsLeftByAll());
}

// Whoever forks faster than anybody can count.
TEST(End, TakesAlongWhoeverForksAllTheTime) {
  Held held;
  EXPECT_THAT(RunCommand(Holding(
                  held,
                  "f() { (setsid bash -c \"$(declare -f f); f\" &) ; }; f; f; "
                  "sleep 0.3; exit 4",
                  {"--rlimit=nproc=2000"})),
              ExitsWith(4));
  EXPECT_TRUE(held.IsLeftByAll());
}

TEST(End, ByTheTimeLimitTakesEverybodyAlong) {
  Held held;
  EXPECT_THAT(
      RunCommand(Holding(
          held, absl::StrCat(kStubborn, "trap '' TERM; sleep 1000; sleep 1000"),
          {"--timeout=0.2s", "--kill-after=0.2s"})),
      ExitsWith(124));
  EXPECT_TRUE(held.IsLeftByAll());
}

TEST(End, OfSbxByKillTakesEverybodyAlong) {
  Held held;
  Command command = StartCommand(
      Holding(held, absl::StrCat(kStubborn, "echo ready; sleep 1000")));
  ASSERT_TRUE(command.WaitFor("ready"));
  command.Signal(SIGKILL);
  EXPECT_THAT(command.Wait(), DiesOf(SIGKILL));
  EXPECT_TRUE(held.IsLeftByAll());
}

// Its child, which has no pid namespace to take along.
TEST(End, OfTheSupervisorByKillTakesEverybodyAlong) {
  Held held;
  Command command = StartCommand(
      Holding(held, absl::StrCat(kStubborn, "echo ready; sleep 1000")));
  ASSERT_TRUE(command.WaitFor("ready"));
  for (const Process& process : DescendantsOf(command.pid())) {
    if (process.parent == command.pid()) kill(process.pid, SIGKILL);
  }
  EXPECT_THAT(command.Wait(), ExitsWith(128 + SIGKILL));
  EXPECT_TRUE(held.IsLeftByAll());
}

// Children that sbx did not start are neither killed nor waited for.
TEST(End, LeavesOtherChildrenOfTheShellThatBecameSbx) {
  EXPECT_EQ(RunCommand(Bash("sleep 1000 & exec 9< <(echo $!); exec bash -c '"
                            "sbx --mode=landlock -- true; read -u 9 pid; kill "
                            "-0 $pid && kill $pid && echo alive'"))
                .out,
            "alive\n");
}

TEST(Signals, ReachTheCommandOnce) {
  Command command = StartCommand(
      Confined({},
               "trap 'echo got' USR1; echo ready; while :; do read -t 1 <> "
               "<(:); done; true"));
  ASSERT_TRUE(command.WaitFor("ready"));
  command.Signal(SIGUSR1);
  EXPECT_TRUE(command.WaitFor("got"));
}

// --- What is not there ---------------------------------------------------

TEST(Options, ThatTheModeHasNotAreErrors) {
  for (const std::string option :
       {"--hostname=x", "--tmpfs=/mnt", "--root=/", "--user=0", "--cap=KILL",
        "--nested", "--as-pid-1", "--ids=self", "--proc", "--ro=/etc:/mnt"}) {
    const CommandResult result = RunCommand(Confined({option}, "echo ran"));
    EXPECT_THAT(result, ExitsWith(125)) << option;
    EXPECT_THAT(result.err, StartsWith("sbx: ")) << option;
    EXPECT_EQ(result.out, "") << option;
  }
}

}  // namespace
}  // namespace sbx::test
