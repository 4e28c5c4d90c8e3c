// SPDX-License-Identifier: Apache-2.0
//
// Runs programs as a shell or a build system would, and as somebody at a
// terminal would.

#ifndef SBX_TESTING_COMMAND_H_
#define SBX_TESTING_COMMAND_H_

#include <sys/types.h>
#include <termios.h>

#include <map>
#include <optional>
#include <ostream>
#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "gmock/gmock.h"
#include "sandbox/sys/fd.h"

namespace sbx::test {

using Environment = std::map<std::string, std::string>;

// A copy of this process's environment, to add to.
Environment OurEnvironment();

// What a program has for standard input, output and error.
enum class Streams {
  // Text to read, and a pipe for each of the others.
  kPipes,
  // A new terminal for all three, which is the controlling one.
  kTerminal,
};

// The size of a terminal.
struct Window {
  unsigned short rows = 24;
  unsigned short columns = 80;
};

struct CommandOptions {
  // The program, looked up in this process's PATH, and its arguments.
  std::vector<std::string> argv = {};
  // Ours if absent.
  std::optional<Environment> env = {};
  // What it reads, or finds typed at its terminal.
  std::string input = {};
  // Ours if empty.
  std::string directory = {};
  // Descriptors beyond the first three: the program's number, and ours.  It
  // inherits no others.
  std::map<int, int> descriptors = {};
  Streams streams = Streams::kPipes;
  Window window = {};
  // For safety only: running into it fails the test.
  absl::Duration time_limit = absl::Minutes(1);
};

// How a program ended, and what it wrote until then.
struct CommandResult {
  std::string out = {};
  std::string err = {};
  // -1 if a signal killed it.
  int exit_status = -1;
  // 0 if it exited.
  int signal = 0;
};
std::ostream& operator<<(std::ostream& stream, const CommandResult& result);

// Matchers for a CommandResult.
MATCHER_P(ExitsWith, status, "exits with " + ::testing::PrintToString(status)) {
  return arg.signal == 0 && arg.exit_status == status;
}
MATCHER_P(DiesOf, signal,
          "is killed by signal " + ::testing::PrintToString(signal)) {
  return arg.signal == signal;
}

// Runs a program to its end.  One that cannot be started, or does not end
// within its time limit, fails the test.  What others still hold of its pipes
// is not waited for.
CommandResult RunCommand(const CommandOptions& options);

// A program that runs, as the leader of a process group of its own.  If it
// still does when this goes out of scope, the whole group is killed.
class Command {
 public:
  Command(Command&&) = default;
  ~Command();

  pid_t pid() const { return pid_; }
  bool started() const { return pid_ > 0; }

  // To the program alone.
  void Signal(int signal);

  // Waits until it has written `text` to its output since the last such wait.
  // Fails the test after 30 s, or if it ends before.
  bool WaitFor(absl::string_view text);

  // Waits for its end, within its time limit.
  CommandResult Wait();

 private:
  friend Command StartCommand(const CommandOptions& options);
  friend class Terminal;

  struct Stream {
    sys::Fd fd = {};
    std::string text = {};
    void Read();
  };

  Command() = default;
  bool ReadUntil(absl::Time deadline, absl::FunctionRef<bool()> done);
  bool HasEnded() const;
  bool Found(absl::string_view text);
  CommandResult Reap();

  std::string name_;
  absl::Duration time_limit_;
  pid_t pid_ = -1;
  sys::Fd pidfd_;
  Stream out_;
  Stream err_;
  size_t seen_ = 0;
};

// Starts a program.
Command StartCommand(const CommandOptions& options);

// Keys that a terminal knows.
inline constexpr char kInterrupt[] = "\x03";
inline constexpr char kSuspend[] = "\x1a";
inline constexpr char kEndOfInput[] = "\x04";

// An interactive bash with job control, whose prompt is "$ ".
CommandOptions InteractiveBash();

// A terminal with a program as its session leader.  The screen shows what is
// typed as well as what programs write, and `echo do''ne` tells them apart.
// What the session has left is killed when this goes out of scope.
class Terminal {
 public:
  explicit Terminal(CommandOptions options);
  ~Terminal();

  pid_t pid() const { return command_.pid(); }

  void Type(absl::string_view keys);

  // Waits until the screen shows `text` behind what was last waited for.  Fails
  // the test with what the screen shows after 30 s, or if the program ends.
  bool WaitFor(absl::string_view text) { return command_.WaitFor(text); }

  // Waits for the end of the program.
  CommandResult WaitForEnd() { return command_.Wait(); }

  // All that it has shown, as the kernel sent it: lines end in "\r\n".
  const std::string& screen() const { return command_.out_.text; }

  // Changes the window, which sends SIGWINCH to the foreground.
  void Resize(Window window);

  // Echo, line editing and so on, as they are now.
  termios Settings() const;

  // The process group in the foreground.
  pid_t Foreground() const;

 private:
  Command command_;
};

}  // namespace sbx::test

#endif  // SBX_TESTING_COMMAND_H_
