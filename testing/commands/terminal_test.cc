// SPDX-License-Identifier: Apache-2.0
//
// sbx at a terminal, below a shell with job control: as without sbx.

#include <string.h>
#include <termios.h>

#include <fstream>
#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "testing/command.h"
#include "testing/commands/sandbox.h"

namespace sbx::test {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

constexpr char kQuit[] = "\x1c";
constexpr char kPrompt[] = "$ ";

// Somebody at a shell.
class Shell {
 public:
  Shell() : terminal_(InteractiveBash()) { Shows(kPrompt); }

  void Type(const std::string& keys) { terminal_.Type(keys); }
  void Run(const std::string& line) { terminal_.Type(line + "\n"); }
  bool Shows(const std::string& text) { return terminal_.WaitFor(text); }
  // Runs `line` to its end and looks for `text`, which the line itself must not
  // hold, for what is typed is shown too.
  void Says(const std::string& line, const std::string& text) {
    Run(line);
    EXPECT_TRUE(Shows(text) && Shows(kPrompt));
  }
  Terminal& terminal() { return terminal_; }

 private:
  Terminal terminal_;
};

// A script of files, so that the screen does not show it.
void WriteScript(const std::string& name, const std::string& text) {
  std::ofstream(name) << text;
}

TEST(Interrupt, EndsTheCommand) {
  Shell shell;
  WriteScript("endless", "echo ready; exec sleep infinity");
  shell.Run("sbx -- bash endless");
  ASSERT_TRUE(shell.Shows("ready\r\n"));
  shell.Type(kInterrupt);
  ASSERT_TRUE(shell.Shows(kPrompt));
  shell.Says("echo status=$?", "status=130\r\n");
}

TEST(Interrupt, EndsTheShellsLoopAroundIt) {
  Shell shell;
  WriteScript("endless", "echo round; exec sleep infinity");
  shell.Run("for i in 1 2 3; do sbx -- bash endless; done; echo lo''op");
  ASSERT_TRUE(shell.Shows("round\r\n"));
  shell.Type(kInterrupt);
  shell.Says("echo al''ive", "alive\r\n");
  const std::string screen = shell.terminal().screen();
  EXPECT_EQ(screen.find("round\r\n"), screen.rfind("round\r\n"));
}

TEST(Interrupt, CommandThatHandlesItGoesOn) {
  Shell shell;
  shell.Run("sbx -- probe signals 3; echo status=$?");
  ASSERT_TRUE(shell.Shows("ready\r\n"));
  for (int i = 0; i < 2; ++i) {
    shell.Type(kInterrupt);
    ASSERT_TRUE(shell.Shows("got 2\r\n"));
  }
  shell.Type(kQuit);
  EXPECT_TRUE(shell.Shows("got 3\r\n") && shell.Shows("status=0\r\n"));
}

TEST(Quit, EndsTheCommandToo) {
  Shell shell;
  // In sh, for bash itself ignores the key.
  WriteScript("endless", "echo ready; exec sleep infinity");
  shell.Run("sbx --rlimit=core=0 -- sh endless");
  ASSERT_TRUE(shell.Shows("ready\r\n"));
  shell.Type(kQuit);
  ASSERT_TRUE(shell.Shows(kPrompt));
  shell.Says("echo status=$?", "status=131\r\n");
}

TEST(Suspend, StopsTheCommandAndFgGoesOn) {
  Shell shell;
  WriteScript("reader", "echo ready; read -r line; echo got=$line");
  shell.Run("sbx -- bash reader");
  ASSERT_TRUE(shell.Shows("ready\r\n"));
  shell.Type(kSuspend);
  ASSERT_TRUE(shell.Shows("Stopped") && shell.Shows(kPrompt));
  shell.Says("jobs", "Stopped");
  shell.Run("fg");
  ASSERT_TRUE(shell.Shows("sbx -- bash reader\r\n"));
  shell.Run("word");
  EXPECT_TRUE(shell.Shows("got=word\r\n") && shell.Shows(kPrompt));
}

TEST(Suspend, BgGoesOnInTheBackground) {
  Shell shell;
  WriteScript("waiter",
              "mkfifo pipe1; echo ready; read -r line <pipe1; echo got=$line");
  shell.Run("sbx -- bash waiter");
  ASSERT_TRUE(shell.Shows("ready\r\n"));
  shell.Type(kSuspend);
  ASSERT_TRUE(shell.Shows("Stopped") && shell.Shows(kPrompt));
  shell.Run("bg");
  ASSERT_TRUE(shell.Shows("sbx -- bash waiter &") && shell.Shows(kPrompt));
  shell.Run("echo word >pipe1; wait");
  EXPECT_TRUE(shell.Shows("got=word\r\n"));
}

TEST(Suspend, ProgramThatStopsItselfIsStopped) {
  for (const char* signal : {"STOP", "TSTP"}) {
    Shell shell;
    WriteScript("stopper",
                std::string("kill -") + signal + " $$; echo went=on");
    shell.Run("sbx -- bash stopper");
    ASSERT_TRUE(shell.Shows("Stopped") && shell.Shows(kPrompt)) << signal;
    shell.Run("fg");
    EXPECT_TRUE(shell.Shows("went=on\r\n") && shell.Shows(kPrompt)) << signal;
  }
}

TEST(Suspend, BackgroundReaderOfTheTerminalIsStopped) {
  Shell shell;
  WriteScript("reader", "read -r line; echo got=$line");
  shell.Run("sbx -- bash reader &");
  ASSERT_TRUE(shell.Shows(kPrompt));
  // The shell tells of it before a prompt; more prompts until it does.
  shell.Run("until jobs | grep -q Stopped; do :; done; echo sto''pped");
  ASSERT_TRUE(shell.Shows("stopped\r\n") && shell.Shows(kPrompt));
  shell.Run("fg");
  shell.Run("word");
  EXPECT_TRUE(shell.Shows("got=word\r\n"));
}

TEST(Pipeline, WorksAtATerminal) {
  Shell shell;
  shell.Run("sbx -- cat | tr a-z A-Z");
  shell.Run("word");
  ASSERT_TRUE(shell.Shows("WORD\r\n"));
  shell.Type(kEndOfInput);
  ASSERT_TRUE(shell.Shows(kPrompt));
  shell.Run("echo more | sbx -- cat | sbx -- tr a-z A-Z");
  EXPECT_TRUE(shell.Shows("MORE\r\n"));
}

TEST(Pipeline, InterruptEndsAllOfIt) {
  Shell shell;
  WriteScript("endless", "echo ready >&2; exec sleep infinity");
  shell.Run("sbx -- bash endless | cat");
  ASSERT_TRUE(shell.Shows("ready\r\n"));
  shell.Type(kInterrupt);
  shell.Says("echo al''ive", "alive\r\n");
}

TEST(Terminal, HasANameInside) {
  Shell shell;
  shell.Says("sbx -- tty; echo status=$?", "status=0\r\n");
  EXPECT_THAT(shell.terminal().screen(), HasSubstr("/dev/"));
  EXPECT_THAT(shell.terminal().screen(), Not(HasSubstr("not a tty")));
}

TEST(Terminal, HasTheSizeOfTheWindowInside) {
  CommandOptions options = Sbx({}, {"stty", "size"});
  options.streams = Streams::kTerminal;
  options.window = {.rows = 7, .columns = 33};
  EXPECT_EQ(RunCommand(options).out, "7 33\r\n");
}

TEST(Terminal, TellsOfANewSizeInside) {
  Terminal terminal(SbxBash(
      {}, "trap 'stty size; exit' WINCH; echo ready; while :; do read; done"));
  ASSERT_TRUE(terminal.WaitFor("ready"));
  terminal.Resize({.rows = 11, .columns = 22});
  // A shell takes a signal when its read returns.
  terminal.Type("\n");
  EXPECT_TRUE(terminal.WaitFor("11 22"));
}

TEST(Terminal, BelongsToTheShellAgainAfterwards) {
  Shell shell;
  const termios before = shell.terminal().Settings();
  const pid_t foreground = shell.terminal().Foreground();
  for (const char* end : {"true", "kill -KILL \\$\\$", "kill -TERM \\$\\$"}) {
    shell.Run(std::string("sbx -- sh -c \"") + end + "\"; echo do''ne");
    ASSERT_TRUE(shell.Shows("done\r\n") && shell.Shows(kPrompt));
    EXPECT_EQ(shell.terminal().Foreground(), foreground) << end;
    const termios after = shell.terminal().Settings();
    EXPECT_EQ(memcmp(&before.c_lflag, &after.c_lflag, sizeof(before.c_lflag)),
              0)
        << end;
    EXPECT_EQ(before.c_iflag, after.c_iflag) << end;
    EXPECT_EQ(before.c_oflag, after.c_oflag) << end;
  }
}

TEST(NewSession, HasNoControllingTerminal) {
  Shell shell;
  shell.Says("sbx --new-session -- sh -c ': </dev/tty' || echo no''ne",
             "none\r\n");
  shell.Says("sbx -- sh -c ': </dev/tty' && echo so''me", "some\r\n");
}

TEST(NewSession, InterruptStillEndsTheCommand) {
  Shell shell;
  WriteScript("endless", "echo ready; exec sleep infinity");
  shell.Run("sbx --new-session -- bash endless");
  ASSERT_TRUE(shell.Shows("ready\r\n"));
  shell.Type(kInterrupt);
  ASSERT_TRUE(shell.Shows(kPrompt));
  shell.Says("echo status=$?", "status=130\r\n");
}

TEST(NewSession, SuspendStopsSbxAndFgGoesOn) {
  Shell shell;
  WriteScript("waiter",
              "mkfifo pipe2; echo ready; read -r line <pipe2; echo got=$line");
  shell.Run("sbx --new-session -- bash waiter");
  ASSERT_TRUE(shell.Shows("ready\r\n"));
  shell.Type(kSuspend);
  ASSERT_TRUE(shell.Shows("Stopped") && shell.Shows(kPrompt));
  shell.Run("echo word >pipe2 & fg 1");
  EXPECT_TRUE(shell.Shows("got=word\r\n"));
}

}  // namespace
}  // namespace sbx::test
