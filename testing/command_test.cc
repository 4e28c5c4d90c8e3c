// SPDX-License-Identifier: Apache-2.0

#include "testing/command.h"

#include <fcntl.h>
#include <signal.h>
#include <termios.h>
#include <unistd.h>

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "gmock/gmock.h"
#include "gtest/gtest-spi.h"
#include "gtest/gtest.h"
#include "sandbox/sys/fd.h"
#include "testing/processes.h"

namespace sbx::test {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

CommandOptions Bash(const std::string& script) {
  return {.argv = {"bash", "-c", script}};
}

TEST(RunCommand, TellsOutputFromErrorsAndGivesTheExitStatus) {
  const CommandResult result =
      RunCommand(Bash("echo good; echo bad >&2; exit 3"));
  EXPECT_EQ(result.out, "good\n");
  EXPECT_EQ(result.err, "bad\n");
  EXPECT_THAT(result, ExitsWith(3));
}

TEST(RunCommand, GivesTheSignalThatKilledTheProgram) {
  const CommandResult result = RunCommand(Bash("kill -KILL $$"));
  EXPECT_THAT(result, DiesOf(SIGKILL));
  EXPECT_THAT(result, Not(ExitsWith(0)));
}

TEST(RunCommand, GivesTheProgramItsInput) {
  EXPECT_EQ(RunCommand({.argv = {"cat"}, .input = "one\ntwo"}).out, "one\ntwo");
  EXPECT_EQ(RunCommand({.argv = {"cat"}}).out, "");
}

TEST(RunCommand, ReadsMoreThanAPipeHolds) {
  const CommandResult result = RunCommand(
      Bash("head -c 1000000 /dev/zero; head -c 1000000 /dev/zero >&2"));
  EXPECT_EQ(result.out.size(), 1000000u);
  EXPECT_EQ(result.err.size(), 1000000u);
}

TEST(RunCommand, GivesTheProgramOnlyTheEnvironmentAskedFor) {
  EXPECT_EQ(
      RunCommand({.argv = {"env"}, .env = {{{"A", "1"}, {"B", "x=y"}}}}).out,
      "A=1\nB=x=y\n");
}

TEST(RunCommand, GivesTheProgramOurEnvironmentUnlessAsked) {
  Environment ours = OurEnvironment();
  EXPECT_EQ(RunCommand(Bash("printf %s \"$PATH\"")).out, ours["PATH"]);
}

TEST(RunCommand, StartsInTheDirectoryAskedFor) {
  EXPECT_EQ(RunCommand({.argv = {"pwd"}, .directory = "/usr"}).out, "/usr\n");
}

TEST(RunCommand, PassesTheDescriptorsAskedForAndNoOthers) {
  const sys::Fd file(open("/dev/null", O_RDONLY));
  CommandOptions options = Bash(
      "for n in {3..9}; do { true <&$n; } 2>/dev/null && echo $n; done; true");
  EXPECT_EQ(RunCommand(options).out, "");
  options.descriptors = {{4, file.get()}};
  EXPECT_EQ(RunCommand(options).out, "4\n");
}

TEST(RunCommand, PassesDescriptorsThatTradePlaces) {
  int ends[2];
  ASSERT_EQ(pipe(ends), 0);
  const sys::Fd read(ends[0]), write(ends[1]);
  const std::string out = absl::StrCat(read.get()),
                    in = absl::StrCat(write.get());
  EXPECT_EQ(
      RunCommand({.argv = {"bash", "-c",
                           absl::StrCat("echo crossed >&", out,
                                        "; read word <&", in, "; echo $word")},
                  .descriptors = {{read.get(), write.get()},
                                  {write.get(), read.get()}}})
          .out,
      "crossed\n");
}

TEST(RunCommand, StartsWithTheSignalsOfAFreshShell) {
  signal(SIGUSR1, SIG_IGN);
  const CommandResult result = RunCommand(Bash("kill -USR1 $$"));
  signal(SIGUSR1, SIG_DFL);
  EXPECT_THAT(result, DiesOf(SIGUSR1));
}

// In sh, for bash would make any terminal its own.
TEST(RunCommand, GivesTheProgramATerminal) {
  const CommandResult result = RunCommand(
      {.argv = {"sh", "-c",
                "test -t 0 && test -t 1 && test -t 2 && stty size </dev/tty; "
                "read word; exit $word"},
       .input = "5\n",
       .streams = Streams::kTerminal,
       .window = {.rows = 7, .columns = 33}});
  EXPECT_THAT(result.out, HasSubstr("7 33\r\n"));
  EXPECT_THAT(result, ExitsWith(5));
}

TEST(RunCommand, ProgramThatDoesNotExistFailsTheTest) {
  EXPECT_NONFATAL_FAILURE(RunCommand({.argv = {"/no/such"}}),
                          "execvpe(\"/no/such\"): No such file or directory");
}

TEST(RunCommand, ProgramThatDoesNotEndFailsTheTestAndIsKilled) {
  CommandOptions endless = Bash("echo begun; exec cat /dev/fd/9");
  int ends[2];
  ASSERT_EQ(pipe(ends), 0);
  const sys::Fd read(ends[0]), write(ends[1]);
  endless.descriptors = {{9, read.get()}};
  endless.time_limit = absl::Milliseconds(1);
  CommandResult result;
  EXPECT_NONFATAL_FAILURE(result = RunCommand(endless), "still ran after 1ms");
  EXPECT_THAT(result, DiesOf(SIGKILL));
}

TEST(RunCommand, DoesNotWaitForWhatTheProgramLeavesBehind) {
  const CommandResult result = RunCommand(Bash("sleep 1000 & echo $!"));
  EXPECT_THAT(result, ExitsWith(0));
  EXPECT_EQ(kill(std::stoi(result.out), SIGKILL), 0);
}

TEST(RunCommand, ResultIsPrintedWithAllThatWasWritten) {
  EXPECT_EQ(
      ::testing::PrintToString(RunCommand(Bash("echo a; echo b >&2; exit 4"))),
      "exit status 4, standard output:\na\nstandard error:\nb\n");
}

TEST(StartCommand, SignalsReachTheProgram) {
  Command command = StartCommand(
      Bash("trap 'exit 9' USR1; echo ready; while :; do read; done"));
  // A shell at the end of its input takes a signal between two reads.
  ASSERT_TRUE(command.WaitFor("ready\n"));
  command.Signal(SIGUSR1);
  EXPECT_THAT(command.Wait(), ExitsWith(9));
}

TEST(StartCommand, WaitForSeesEachTextOnce) {
  Command command = StartCommand(Bash("echo again; echo again"));
  EXPECT_TRUE(command.WaitFor("again"));
  EXPECT_TRUE(command.WaitFor("again"));
  EXPECT_NONFATAL_FAILURE(command.WaitFor("again"), "ended without showing");
}

TEST(StartCommand, WaitGivesWhatWasWaitedForAsWell) {
  Command command = StartCommand(Bash("echo one; echo two"));
  EXPECT_TRUE(command.WaitFor("one"));
  EXPECT_EQ(command.Wait().out, "one\ntwo\n");
}

// Whether a process still has to be told to end.
bool Lives(pid_t pid) {
  for (const Process& process : ProcessesOfSession(getsid(0))) {
    if (process.pid == pid) return !process.dying && process.state != 'Z';
  }
  return false;
}

TEST(StartCommand, GroupIsKilledWhenTheCommandGoesOutOfScope) {
  std::vector<Process> children;
  {
    Command command = StartCommand(Bash("sleep 1000 & echo ready; wait"));
    ASSERT_TRUE(command.WaitFor("ready"));
    children = DescendantsOf(command.pid());
    ASSERT_EQ(children.size(), 1u);
    EXPECT_TRUE(Lives(children[0].pid));
  }
  EXPECT_FALSE(Lives(children[0].pid));
}

TEST(Terminal, ShowsWhatAnInteractiveShellShows) {
  Terminal terminal(InteractiveBash());
  ASSERT_TRUE(terminal.WaitFor("$ "));
  terminal.Type("echo he''llo\n");
  ASSERT_TRUE(terminal.WaitFor("hello\r\n$ "));
  terminal.Type("exit 6\n");
  EXPECT_THAT(terminal.WaitForEnd(), ExitsWith(6));
}

TEST(Terminal, InterruptKillsTheForeground) {
  Terminal terminal(InteractiveBash());
  ASSERT_TRUE(terminal.WaitFor("$ "));
  terminal.Type("bash -c 'echo rea\"\"dy; exec sleep 1000'\n");
  ASSERT_TRUE(terminal.WaitFor("ready\r\n"));
  terminal.Type(kInterrupt);
  ASSERT_TRUE(terminal.WaitFor("$ "));
  terminal.Type("echo status=$?\n");
  EXPECT_TRUE(terminal.WaitFor("status=130\r\n"));
}

TEST(Terminal, StopsAndContinuesAJob) {
  Terminal terminal(InteractiveBash());
  ASSERT_TRUE(terminal.WaitFor("$ "));
  terminal.Type("bash -c 'echo rea\"\"dy; read line; echo got=$line'\n");
  ASSERT_TRUE(terminal.WaitFor("ready\r\n"));
  EXPECT_NE(terminal.Foreground(), terminal.pid());
  terminal.Type(kSuspend);
  ASSERT_TRUE(terminal.WaitFor("Stopped"));
  ASSERT_TRUE(terminal.WaitFor("$ "));
  EXPECT_EQ(terminal.Foreground(), terminal.pid());
  terminal.Type("fg\n");
  ASSERT_TRUE(terminal.WaitFor("read line"));
  terminal.Type("word\n");
  EXPECT_TRUE(terminal.WaitFor("got=word\r\n"));
}

TEST(Terminal, ResizeReachesTheForeground) {
  CommandOptions program =
      Bash("trap 'stty size; exit' WINCH; echo ready; while :; do read; done");
  Terminal terminal(program);
  ASSERT_TRUE(terminal.WaitFor("ready"));
  terminal.Resize({.rows = 11, .columns = 22});
  // A shell takes a signal when its read returns.
  terminal.Type("\n");
  EXPECT_TRUE(terminal.WaitFor("11 22"));
}

TEST(Terminal, SettingsAreThoseThatTheProgramMade) {
  Terminal terminal(Bash("stty -echo; echo quiet; read line; stty echo"));
  ASSERT_TRUE(terminal.WaitFor("quiet"));
  EXPECT_EQ(terminal.Settings().c_lflag & ECHO, 0u);
  terminal.Type("\n");
  EXPECT_THAT(terminal.WaitForEnd(), ExitsWith(0));
}

TEST(Terminal, MissingTextFailsTheTestWithTheScreen) {
  Terminal terminal(Bash("echo here it is"));
  EXPECT_NONFATAL_FAILURE(terminal.WaitFor("there"), "here it is");
}

TEST(Terminal, LeavesNothingOfItsSession) {
  pid_t session = 0;
  {
    Terminal terminal(InteractiveBash());
    session = terminal.pid();
    ASSERT_TRUE(terminal.WaitFor("$ "));
    terminal.Type("sleep 1000 & echo do''ne\n");
    ASSERT_TRUE(terminal.WaitFor("done"));
    EXPECT_EQ(ProcessesOfSession(session).size(), 2u);
  }
  for (const Process& process : ProcessesOfSession(session)) {
    EXPECT_TRUE(process.dying || process.state == 'Z') << process.command;
  }
}

}  // namespace
}  // namespace sbx::test
