// SPDX-License-Identifier: Apache-2.0
//
// The life of a command as whoever starts sbx sees it: its end, signals, time
// limits, what it inherits, and what it can learn of process 1.

#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <fstream>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "sandbox/sys/fd.h"
#include "sandbox/sys/file.h"
#include "testing/command.h"
#include "testing/commands/sandbox.h"
#include "testing/processes.h"

namespace sbx::test {
namespace {

using ::testing::AllOf;
using ::testing::Each;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::SizeIs;
using ::testing::StartsWith;

// Real-time signals, for only of those each instance is kept; the kernel gives
// the lower number first.
const int kCounted = SIGRTMIN + 1;
const int kLast = SIGRTMIN + 2;

// A command that says each signal that it gets, until kLast.
Words Witness() { return {"probe", "signals", absl::StrCat(kLast)}; }

std::string Got(int signal) { return absl::StrCat("got ", signal, "\n"); }

struct Pipe {
  Pipe() {
    int ends[2];
    EXPECT_EQ(pipe2(ends, O_CLOEXEC), 0);
    read = sys::Fd(ends[0]);
    write = sys::Fd(ends[1]);
  }
  sys::Fd read;
  sys::Fd write;
};

// Whether all who hold the other end of a pipe are gone, within 30 s.
bool IsLeftByAll(Pipe& pipe) {
  pipe.write = sys::Fd();
  pollfd end = {.fd = pipe.read.get(), .events = 0, .revents = 0};
  return poll(&end, 1, 30'000) == 1 && (end.revents & POLLHUP) != 0;
}

// --- Exit status ---------------------------------------------------------

TEST(ExitStatus, IsThatOfTheCommand) {
  for (const int status : {0, 1, 42, 124, 125, 255}) {
    EXPECT_THAT(RunCommand(SbxBash({}, absl::StrCat("exit ", status))),
                ExitsWith(status));
  }
}

TEST(ExitStatus, Is128AndTheSignalThatEndedTheCommand) {
  for (const int signal :
       {SIGHUP, SIGINT, SIGKILL, SIGSEGV, SIGTERM, SIGRTMAX}) {
    EXPECT_THAT(RunCommand(SbxBash({"--rlimit=core=0"},
                                   absl::StrCat("kill -", signal, " $$"))),
                ExitsWith(128 + signal));
  }
}

TEST(ExitStatus, Is125WhereSbxCannotDoWhatItWasAsked) {
  const Words options[] = {{"--ro=/no/such"},
                           {"--no-such-option"},
                           {"--user=no-such-user"},
                           {"--cwd=/no/such"}};
  for (const Words& option : options) {
    const CommandResult result = RunCommand(Sbx(option, {"echo", "ran"}));
    EXPECT_THAT(result, ExitsWith(125));
    EXPECT_EQ(result.out, "");
    EXPECT_THAT(result.err, StartsWith("sbx: "));
  }
}

TEST(ExitStatus, Is126WhereTheCommandCannotBeRun) {
  std::ofstream("not_a_program") << "text";
  EXPECT_THAT(RunCommand(Sbx({}, {"./not_a_program"})), ExitsWith(126));
  EXPECT_THAT(RunCommand(Sbx({}, {"/usr"})), ExitsWith(126));
}

TEST(ExitStatus, Is127WhereTheCommandIsNotFound) {
  EXPECT_THAT(RunCommand(Sbx({}, {"no-such-command"})), ExitsWith(127));
  EXPECT_THAT(RunCommand(Sbx({}, {"./no/such"})), ExitsWith(127));
}

TEST(ExitStatus, IsTheSameWhereTheCommandIsProcessOne) {
  EXPECT_THAT(RunCommand(SbxBash({"--as-pid-1"}, "exit 7")), ExitsWith(7));
  EXPECT_THAT(RunCommand(Sbx({"--as-pid-1"}, {"no-such-command"})),
              ExitsWith(127));
}

// --- Signals -------------------------------------------------------------

TEST(Signals, OneSentToSbxAloneReachesTheCommandOnce) {
  Command command = StartCommand(Sbx({}, Witness()));
  ASSERT_TRUE(command.WaitFor("ready\n"));
  command.Signal(kCounted);
  ASSERT_TRUE(command.WaitFor(Got(kCounted)));
  command.Signal(kLast);
  const CommandResult result = command.Wait();
  EXPECT_EQ(result.out, absl::StrCat("ready\n", Got(kCounted), Got(kLast)));
  EXPECT_THAT(result, ExitsWith(0));
}

TEST(Signals, EachThatSbxCanSeeReachesTheCommand) {
  Command command = StartCommand(Sbx({}, Witness()));
  ASSERT_TRUE(command.WaitFor("ready\n"));
  for (int signal = 1; signal <= SIGRTMAX; ++signal) {
    // Those two nobody sees, SIGCHLD is about sbx's own child, 32 and 33 are
    // the C library's, and the last is the end.
    const bool left_out = signal == SIGKILL || signal == SIGSTOP ||
                          signal == SIGCHLD || signal == kLast ||
                          (signal > SIGSYS && signal < SIGRTMIN);
    if (left_out) continue;
    command.Signal(signal);
    EXPECT_TRUE(command.WaitFor(Got(signal)));
  }
  command.Signal(kLast);
  EXPECT_THAT(command.Wait(), ExitsWith(0));
}

// As a shell's `kill %1` does.
void SendToGroup(const Command& command, int signal) {
  ASSERT_EQ(kill(-command.pid(), signal), 0);
}

TEST(Signals, OneSentToTheWholeProcessGroupReachesTheCommandOnce) {
  Command command = StartCommand(Sbx({}, Witness()));
  ASSERT_TRUE(command.WaitFor("ready\n"));
  SendToGroup(command, kCounted);
  ASSERT_TRUE(command.WaitFor(Got(kCounted)));
  // What sbx would send for the first one comes before this.
  command.Signal(kLast);
  EXPECT_EQ(command.Wait().out,
            absl::StrCat("ready\n", Got(kCounted), Got(kLast)));
}

TEST(Signals, OneSentToSbxAfterOneToTheGroupReachesTheCommandToo) {
  Command command = StartCommand(Sbx({}, Witness()));
  ASSERT_TRUE(command.WaitFor("ready\n"));
  SendToGroup(command, kCounted);
  ASSERT_TRUE(command.WaitFor(Got(kCounted)));
  command.Signal(SIGUSR1);
  ASSERT_TRUE(command.WaitFor(Got(SIGUSR1)));
  command.Signal(kCounted);
  EXPECT_TRUE(command.WaitFor(Got(kCounted)));
}

TEST(Signals, OneSentToTheGroupReachesACommandInItsOwnSessionOnce) {
  Command command = StartCommand(Sbx({"--new-session"}, Witness()));
  ASSERT_TRUE(command.WaitFor("ready\n"));
  SendToGroup(command, kCounted);
  ASSERT_TRUE(command.WaitFor(Got(kCounted)));
  command.Signal(kLast);
  EXPECT_EQ(command.Wait().out,
            absl::StrCat("ready\n", Got(kCounted), Got(kLast)));
}

TEST(Signals, OneReachesACommandOfAnotherUser) {
  Command command = StartCommand(
      Sbx({"--user=0", "--ids=range", "--cap=SETUID,SETGID"},
          {"probe", "as", "5", "probe", "signals", absl::StrCat(kLast)}));
  ASSERT_TRUE(command.WaitFor("ready\n"));
  command.Signal(kLast);
  EXPECT_THAT(command.Wait(), ExitsWith(0));
}

TEST(Signals, CommandThatIgnoresOneGoesOn) {
  Command command = StartCommand(
      With({"--ignore-signal=TERM"},
           SbxBash({}, "echo ready; read line <&8; echo after; exit 4")));
  // Its descriptor 8 is closed, so it does not wait; the signal may come first
  // or last.
  ASSERT_TRUE(command.WaitFor("ready\n"));
  command.Signal(SIGTERM);
  EXPECT_THAT(command.Wait(), ExitsWith(4));
}

// --- Time limits ---------------------------------------------------------

// The signal is blocked from before the start, so that none can come too early.
TEST(TimeLimit, CommandIsAskedToEnd) {
  const CommandResult result =
      RunCommand(With({"--block-signal=TERM"},
                      Sbx({"--timeout=0.1", "--kill-after=1h"},
                          {"probe", "signals", absl::StrCat(SIGTERM)})));
  EXPECT_THAT(result, ExitsWith(124));
  EXPECT_THAT(result.out, HasSubstr(Got(SIGTERM)));
}

TEST(TimeLimit, CommandThatObeysByDyingExits124) {
  EXPECT_THAT(RunCommand(Sbx({"--timeout=0.1", "--kill-after=1h"},
                             {"sleep", "infinity"})),
              ExitsWith(124));
}

TEST(TimeLimit, CommandThatDoesNotObeyIsKilledAfterTheGrace) {
  EXPECT_THAT(RunCommand(With({"--ignore-signal=TERM"},
                              Sbx({"--timeout=0.1", "--kill-after=0.1"},
                                  {"sleep", "infinity"}))),
              ExitsWith(124));
}

TEST(TimeLimit, GraceIsWaitedFor) {
  Command command =
      StartCommand(With({"--block-signal=TERM"},
                        Sbx({"--timeout=0.1", "--kill-after=1h"}, Witness())));
  ASSERT_TRUE(command.WaitFor(Got(SIGTERM)));
  command.Signal(kLast);
  ASSERT_TRUE(command.WaitFor(Got(kLast)));
  EXPECT_THAT(command.Wait(), ExitsWith(124));
}

TEST(TimeLimit, WhatTheCommandStartedEndsWithIt) {
  Pipe pipe;
  CommandOptions options =
      With({"--ignore-signal=TERM"},
           SbxBash({"--timeout=0.1", "--kill-after=0", "--keep-fd=9"},
                   "setsid sleep infinity & exec sleep infinity"));
  options.descriptors = {{9, pipe.write.get()}};
  EXPECT_THAT(RunCommand(options), ExitsWith(124));
  EXPECT_TRUE(IsLeftByAll(pipe));
}

TEST(TimeLimit, StoppedCommandEndsTooWhenItObeys) {
  EXPECT_THAT(RunCommand(SbxBash({"--timeout=0.5", "--kill-after=1h"},
                                 "kill -STOP $$")),
              ExitsWith(124));
}

TEST(TimeLimit, StoppedCommandEndsTooWhenItDoesNotObey) {
  EXPECT_THAT(RunCommand(With({"--ignore-signal=TERM"},
                              SbxBash({"--timeout=0.5", "--kill-after=0.1"},
                                      "kill -STOP $$; exec sleep infinity"))),
              ExitsWith(124));
}

TEST(TimeLimit, HoldsWhereTheCommandIsProcessOne) {
  EXPECT_THAT(
      RunCommand(Sbx({"--as-pid-1", "--timeout=0.1", "--kill-after=0.1"},
                     {"sleep", "infinity"})),
      ExitsWith(124));
}

TEST(TimeLimit, CommandThatEndsInTimeIsNotTouched) {
  EXPECT_THAT(RunCommand(SbxBash({"--timeout=1h"}, "exit 3")), ExitsWith(3));
}

// --- The end of sbx, and of who started it -------------------------------

// Runs sbx below a shell.
CommandOptions BelowAShell(const std::string& options, Pipe& pipe) {
  CommandOptions shell = Bash(absl::StrCat(
      "sbx --keep-fd=9 ", options, " -- probe signals ", kLast, " & wait"));
  shell.descriptors = {{9, pipe.write.get()}};
  return shell;
}

// The first child of a command: sbx below a shell, process 1 below sbx.
pid_t ChildOf(const Command& command) {
  for (const Process& process : DescendantsOf(command.pid())) {
    if (process.parent == command.pid()) return process.pid;
  }
  ADD_FAILURE() << "there is no child";
  return -1;
}

TEST(End, OfSbxByKillEndsAll) {
  for (const Words& more : {Words(), Words{"--as-pid-1"}}) {
    Pipe pipe;
    Words words = {"--keep-fd=9"};
    words.insert(words.end(), more.begin(), more.end());
    CommandOptions options = Sbx(words, Witness());
    options.descriptors = {{9, pipe.write.get()}};
    Command command = StartCommand(options);
    ASSERT_TRUE(command.WaitFor("ready\n"));
    command.Signal(SIGKILL);
    EXPECT_THAT(command.Wait(), DiesOf(SIGKILL));
    EXPECT_TRUE(IsLeftByAll(pipe));
  }
}

TEST(End, OfTheParentEndsTheSandbox) {
  Pipe pipe;
  Command shell = StartCommand(BelowAShell("", pipe));
  ASSERT_TRUE(shell.WaitFor("ready\n"));
  shell.Signal(SIGKILL);
  EXPECT_THAT(shell.Wait(), DiesOf(SIGKILL));
  EXPECT_TRUE(IsLeftByAll(pipe));
}

// sbx stops with its command, whose children may go on.
TEST(End, OfTheParentEndsTheSandboxOfAStoppedCommand) {
  Pipe pipe;
  CommandOptions options = Bash(
      "sbx --keep-fd=9 -- sh -c 'sleep infinity & kill -STOP $$' & "
      "until grep -q '^State:.T' /proc/$!/status; do sleep 0.01; done; "
      "echo stopped; wait");
  options.descriptors = {{9, pipe.write.get()}};
  Command shell = StartCommand(options);
  ASSERT_TRUE(shell.WaitFor("stopped\n"));
  shell.Signal(SIGKILL);
  EXPECT_THAT(shell.Wait(), DiesOf(SIGKILL));
  EXPECT_TRUE(IsLeftByAll(pipe));
}

TEST(End, OfTheParentDoesNotMatterWhereItIsToBeIgnored) {
  Pipe pipe;
  Command shell = StartCommand(BelowAShell("--die-with-parent=no", pipe));
  ASSERT_TRUE(shell.WaitFor("ready\n"));
  const pid_t sandbox = ChildOf(shell);
  shell.Signal(SIGKILL);
  EXPECT_THAT(shell.Wait(), DiesOf(SIGKILL));
  // sbx looks for its parent's end before it hears the answer to the first.
  ASSERT_EQ(kill(sandbox, kCounted), 0);
  ASSERT_EQ(kill(sandbox, kLast), 0);
  EXPECT_TRUE(IsLeftByAll(pipe));
}

bool IsThreadOfOurs(long thread) {
  return access(absl::StrCat("/proc/self/task/", thread).c_str(), F_OK) == 0;
}

TEST(End, OfAMereThreadOfTheParentDoesNotMatter) {
  std::vector<Command> started;
  long starter = 0;
  std::thread([&] {
    starter = syscall(SYS_gettid);
    started.push_back(StartCommand(Sbx({}, Witness())));
    EXPECT_TRUE(started.front().WaitFor("ready\n"));
  }).join();
  // A join does not wait for the last of it.
  while (IsThreadOfOurs(starter)) sched_yield();
  Command& command = started.front();
  command.Signal(kCounted);
  EXPECT_TRUE(command.WaitFor(Got(kCounted)));
  command.Signal(kLast);
  EXPECT_THAT(command.Wait(), ExitsWith(0));
}

TEST(End, OfTheCommandEndsWhatItLeaves) {
  Pipe pipe;
  CommandOptions options = SbxBash(
      {"--keep-fd=9"}, "trap '' TERM HUP; (setsid sleep infinity &); exit 6");
  options.descriptors = {{9, pipe.write.get()}};
  EXPECT_THAT(RunCommand(options), ExitsWith(6));
  EXPECT_TRUE(IsLeftByAll(pipe));
}

// --- What the command inherits -------------------------------------------

// The output of `command` where `env` starts it: by itself, and inside.
struct Both {
  std::string outside;
  std::string inside;
};
Both RunBoth(const Words& env, const Words& command) {
  return {.outside = RunCommand(With(env, {.argv = command})).out,
          .inside = RunCommand(With(env, Sbx({}, command))).out};
}

TEST(Inherits, IgnoredAndBlockedSignals) {
  const Both signals =
      RunBoth({"--ignore-signal=HUP,CHLD,USR1", "--block-signal=USR2,TERM"},
              {"grep", "-E", "^Sig(Blk|Ign|Cgt)", "/proc/self/status"});
  EXPECT_EQ(signals.inside, signals.outside);
  EXPECT_THAT(signals.inside, HasSubstr("SigIgn"));
}

TEST(Inherits, NoSignalsThatOnlySbxIgnoresOrBlocks) {
  const Both signals =
      RunBoth({"--default-signal"},
              {"grep", "-E", "^Sig(Blk|Ign|Cgt)", "/proc/self/status"});
  EXPECT_EQ(signals.inside, signals.outside);
  EXPECT_THAT(signals.inside, HasSubstr("SigBlk:\t0000000000000000\n"));
}

TEST(Inherits, CallerThatIgnoresItsChildrenGetsTheStatus) {
  EXPECT_THAT(RunCommand(With({"--ignore-signal=CHLD"}, SbxBash({}, "exit 3"))),
              ExitsWith(3));
}

TEST(Inherits, CallerThatBlocksAllSignalsGetsTheStatus) {
  EXPECT_THAT(RunCommand(With({"--block-signal"}, SbxBash({}, "exit 3"))),
              ExitsWith(3));
}

TEST(Inherits, TheUmask) {
  EXPECT_EQ(RunCommand(
                Bash("umask 027; sbx -- bash -c 'umask; touch made; stat -c %a "
                     "made'"))
                .out,
            "0027\n640\n");
}

TEST(Inherits, NoDescriptorsButThreeAndThoseAskedFor) {
  const sys::Fd file(open("/dev/null", O_RDONLY | O_CLOEXEC));
  CommandOptions options = Sbx({}, {"probe", "descriptors"});
  options.descriptors = {{5, file.get()}, {7, file.get()}, {100, file.get()}};
  EXPECT_EQ(RunCommand(options).out, "0\n1\n2\n");
  options.argv.insert(options.argv.begin() + 1,
                      {"--keep-fd=7", "--keep-fd=100"});
  EXPECT_EQ(RunCommand(options).out, "0\n1\n2\n7\n100\n");
}

TEST(Inherits, NoDescriptorsWhereTheCommandIsProcessOne) {
  EXPECT_EQ(RunCommand(Sbx({"--as-pid-1"}, {"probe", "descriptors"})).out,
            "0\n1\n2\n");
}

TEST(Inherits, ADescriptorThatIsNotOpenIsAnError) {
  const CommandResult result = RunCommand(Sbx({"--keep-fd=77"}, {"true"}));
  EXPECT_THAT(result, ExitsWith(125));
  EXPECT_THAT(result.err, HasSubstr("77"));
}

// Reads a pipe to its end, within 30 s.
std::string ReadToTheEnd(const sys::Fd& pipe) {
  std::string text;
  char buffer[256];
  pollfd readable = {.fd = pipe.get(), .events = POLLIN, .revents = 0};
  while (poll(&readable, 1, 30'000) == 1) {
    const ssize_t count = read(pipe.get(), buffer, sizeof(buffer));
    if (count <= 0) return text;
    text.append(buffer, static_cast<size_t>(count));
  }
  return text + "(no end)";
}

// As `sbx -- COMMAND | reader` does.
TEST(Output, EndsForItsReaderWhenTheCommandClosesItThoughItRunsOn) {
  Pipe out, hold;
  CommandOptions options =
      Bash(absl::StrCat("exec sbx --keep-fd=8 -- bash -c 'echo word; exec >&-; "
                        "read line <&8; exit 5' >&9 9>&-"));
  options.descriptors = {{9, out.write.get()}, {8, hold.read.get()}};
  Command command = StartCommand(options);
  out.write = sys::Fd();
  EXPECT_EQ(ReadToTheEnd(out.read), "word\n");
  hold.write = sys::Fd();
  hold.read = sys::Fd();
  EXPECT_THAT(command.Wait(), ExitsWith(5));
}

// --- Process 1 -----------------------------------------------------------

// Who has every right inside, and every call.
const Words kAlmighty = {"--user=0", "--cap=ALL", "--seccomp=none"};

TEST(ProcessOne, ShowsNeitherArgumentsNorEnvironmentOfSbx) {
  for (Words options : {Words(), kAlmighty}) {
    options.insert(options.end(),
                   {"--unsetenv=SECRET", "--unsetenv=argument-of-sbx"});
    const CommandResult result =
        RunCommand(With({"SECRET=value-of-callers"},
                        SbxBash(options,
                                "for f in cmdline environ; do tr '\\0' '\\n' "
                                "</proc/1/$f; done; echo done")));
    EXPECT_THAT(result.out, HasSubstr("done"));
    EXPECT_THAT(result.out, Not(HasSubstr("value-of-callers")));
    EXPECT_THAT(result.out, Not(HasSubstr("argument-of-sbx")));
  }
}

TEST(ProcessOne, CannotBeLookedInto) {
  for (const Words& options : {Words(), kAlmighty}) {
    for (const char* name : {"environ", "maps", "mem", "auxv"}) {
      const CommandResult result =
          RunCommand(Sbx(options, {"cat", absl::StrCat("/proc/1/", name)}));
      EXPECT_THAT(result, ExitsWith(1)) << name;
      EXPECT_EQ(result.out, "") << name;
    }
    for (const char* name : {"exe", "cwd", "root", "ns/mnt", "fd/3"}) {
      EXPECT_EQ(
          RunCommand(Sbx(options, {"readlink", absl::StrCat("/proc/1/", name)}))
              .out,
          "")
          << name;
    }
  }
}

TEST(ProcessOne, ShowsNoDescriptors) {
  for (const Words& options : {Words(), kAlmighty}) {
    EXPECT_EQ(RunCommand(Sbx(options, {"ls", "/proc/1/fd"})).out, "");
    EXPECT_EQ(RunCommand(Sbx(options, {"ls", "/proc/1/map_files"})).out, "");
  }
}

TEST(ProcessOne, CannotBeTraced) {
  for (const Words& options : {Words(), kAlmighty}) {
    EXPECT_EQ(RunCommand(Sbx(options, {"probe", "ptrace", "1"})).out,
              "EPERM\n");
  }
}

TEST(ProcessOne, CannotBeKilledFromInside) {
  for (const Words& options : {Words(), kAlmighty}) {
    EXPECT_THAT(RunCommand(SbxBash(options,
                                   "for s in $(seq 64); do probe kill 1 $s; "
                                   "done >/dev/null; exit 8")),
                ExitsWith(8));
  }
}

// What it needs for that a filter would not let the command take from it.
TEST(ProcessOne, EndsTheCommandWhereItCannotGoOn) {
  const CommandResult result = RunCommand(SbxBash(
      {"--seccomp=none"}, "prlimit --pid 1 --nofile=0 && exec sleep 1000"));
  EXPECT_THAT(result, ExitsWith(125));
  EXPECT_THAT(result.err, HasSubstr("watching the command"));
  EXPECT_THAT(RunCommand(SbxBash({}, "prlimit --pid 1 --nofile=0 || exit 8")),
              ExitsWith(8));
}

// The fields of /proc/PID/status that name capabilities it could use.
std::vector<std::string> RightsOf(pid_t pid) {
  std::ifstream status(absl::StrCat("/proc/", pid, "/status"));
  std::vector<std::string> rights;
  for (std::string line; std::getline(status, line);) {
    for (const char* name : {"CapInh", "CapPrm", "CapEff", "CapAmb"}) {
      if (absl::StartsWith(line, name)) rights.push_back(line.substr(8));
    }
  }
  return rights;
}

TEST(Supervisors, HaveNoCapabilityWhateverTheCommandHas) {
  for (const Words& options : {Words(), kAlmighty}) {
    Command command = StartCommand(Sbx(options, Witness()));
    ASSERT_TRUE(command.WaitFor("ready\n"));
    // Once it has answered, it has set itself up.
    command.Signal(kCounted);
    ASSERT_TRUE(command.WaitFor(Got(kCounted)));
    for (const pid_t pid : {command.pid(), ChildOf(command)}) {
      EXPECT_THAT(RightsOf(pid), AllOf(SizeIs(4), Each("0000000000000000")));
    }
    command.Signal(kLast);
    EXPECT_THAT(command.Wait(), ExitsWith(0));
  }
}

// The ids of all processes are given to the children that wait for them.
TEST(ProcessOne, ReapsWhatTheCommandLeaves) {
  const CommandResult result =
      RunCommand(SbxBash({},
                         // The grandchild's end of the pipe is its end; then it
                         // is a zombie until it is reaped.
                         "pid=$( (sleep 0 >/dev/null & echo $!) ); "
                         "while [ -e /proc/$pid ]; do :; done; echo reaped"));
  EXPECT_EQ(result.out, "reaped\n");
}

}  // namespace
}  // namespace sbx::test
