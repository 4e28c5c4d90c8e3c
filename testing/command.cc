// SPDX-License-Identifier: Apache-2.0

#include "testing/command.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/close_range.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <ostream>
#include <string>
#include <utility>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "gtest/gtest.h"
#include "sandbox/sys/fd.h"
#include "sandbox/sys/file.h"
#include "sandbox/sys/process.h"
#include "sandbox/sys/status.h"
#include "testing/processes.h"

namespace sbx::test {
namespace {

constexpr absl::Duration kTextLimit = absl::Seconds(30);

struct Pipe {
  sys::Fd read;
  sys::Fd write;
};

absl::StatusOr<Pipe> MakePipe() {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) return sys::CallFailed("pipe2");
  return Pipe{sys::Fd(ends[0]), sys::Fd(ends[1])};
}

// The ends of a program's streams: the program's three, and ours.
struct Connection {
  sys::Fd in;
  sys::Fd out;
  sys::Fd err;
  sys::Fd our_out;
  sys::Fd our_err;
};

// A file rather than a pipe, so that nobody has to feed it.
absl::StatusOr<sys::Fd> FileOf(const std::string& text) {
  sys::Fd file(memfd_create("input", MFD_CLOEXEC));
  if (!file) return sys::CallFailed("memfd_create", "input");
  SBX_RETURN_IF_ERROR(sys::WriteAll(file, text, "input"));
  if (lseek(file.get(), 0, SEEK_SET) < 0) return sys::CallFailed("lseek", 0);
  return file;
}

absl::StatusOr<Connection> ConnectPipes(const CommandOptions& options) {
  SBX_ASSIGN_OR_RETURN(sys::Fd in, FileOf(options.input));
  SBX_ASSIGN_OR_RETURN(Pipe out, MakePipe());
  SBX_ASSIGN_OR_RETURN(Pipe err, MakePipe());
  return Connection{.in = std::move(in),
                    .out = std::move(out.write),
                    .err = std::move(err.write),
                    .our_out = std::move(out.read),
                    .our_err = std::move(err.read)};
}

absl::Status SetWindow(const sys::Fd& terminal, Window window) {
  const winsize size = {.ws_row = window.rows,
                        .ws_col = window.columns,
                        .ws_xpixel = 0,
                        .ws_ypixel = 0};
  if (ioctl(terminal.get(), TIOCSWINSZ, &size) == 0) return absl::OkStatus();
  return sys::CallFailed("ioctl(TIOCSWINSZ)", window.rows, window.columns);
}

absl::StatusOr<sys::Fd> OpenTerminal(const sys::Fd& ours) {
  if (unlockpt(ours.get()) != 0) return sys::CallFailed("unlockpt");
  sys::Fd theirs(ioctl(ours.get(), TIOCGPTPEER, O_RDWR | O_NOCTTY | O_CLOEXEC));
  if (!theirs) return sys::CallFailed("ioctl(TIOCGPTPEER)");
  return theirs;
}

absl::StatusOr<Connection> ConnectTerminal(const CommandOptions& options) {
  sys::Fd ours(posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC));
  if (!ours) return sys::CallFailed("posix_openpt");
  SBX_RETURN_IF_ERROR(SetWindow(ours, options.window));
  Connection connection;
  for (sys::Fd* theirs : {&connection.in, &connection.out, &connection.err}) {
    SBX_ASSIGN_OR_RETURN(*theirs, OpenTerminal(ours));
  }
  SBX_RETURN_IF_ERROR(sys::WriteAll(ours, options.input, "terminal"));
  connection.our_out = std::move(ours);
  return connection;
}

absl::StatusOr<Connection> Connect(const CommandOptions& options) {
  return options.streams == Streams::kTerminal ? ConnectTerminal(options)
                                               : ConnectPipes(options);
}

std::vector<char*> Pointers(const std::vector<std::string>& texts) {
  std::vector<char*> pointers;
  for (const std::string& text : texts) {
    pointers.push_back(const_cast<char*>(text.c_str()));
  }
  pointers.push_back(nullptr);
  return pointers;
}

std::vector<std::string> Words(const Environment& environment) {
  std::vector<std::string> words;
  for (const auto& [name, value] : environment) {
    words.push_back(absl::StrCat(name, "=", value));
  }
  return words;
}

// Handlers and masks of the test are not the program's.
void ResetSignals() {
  for (int signal = 1; signal < NSIG; ++signal) {
    static_cast<void>(::signal(signal, SIG_DFL));  // Some refuse.
  }
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, nullptr);
}

absl::Status LeadAGroup(Streams streams) {
  if (streams == Streams::kPipes) {
    return setpgid(0, 0) == 0 ? absl::OkStatus() : sys::CallFailed("setpgid");
  }
  if (setsid() < 0) return sys::CallFailed("setsid");
  if (ioctl(STDIN_FILENO, TIOCSCTTY, 0) == 0) return absl::OkStatus();
  return sys::CallFailed("ioctl(TIOCSCTTY)");
}

// The first number behind all that the program is to have.
int FirstFree(const CommandOptions& options) {
  const auto& descriptors = options.descriptors;
  return descriptors.empty() ? 3 : std::max(descriptors.rbegin()->first + 1, 3);
}

// Puts each of our descriptors where the program finds it.
absl::Status PlaceDescriptors(const std::map<int, int>& descriptors,
                              int first_free) {
  // First all to where none is wanted, for one may stand where another goes.
  std::map<int, int> moved;
  for (const auto& [theirs, ours] : descriptors) {
    moved[theirs] = fcntl(ours, F_DUPFD_CLOEXEC, first_free);
    if (moved[theirs] < 0) return sys::CallFailed("fcntl(F_DUPFD)", ours);
  }
  for (const auto& [theirs, from] : moved) {
    if (dup2(from, theirs) < 0) return sys::CallFailed("dup2", from, theirs);
  }
  return absl::OkStatus();
}

// In the child: becomes the program.  Returns only if that fails.
absl::Status Become(const CommandOptions& options, const Connection& streams) {
  SBX_RETURN_IF_ERROR(sys::CloseOnExecFrom(3));
  std::map<int, int> descriptors = options.descriptors;
  descriptors[STDIN_FILENO] = streams.in.get();
  descriptors[STDOUT_FILENO] = streams.out.get();
  descriptors[STDERR_FILENO] = streams.err.get();
  SBX_RETURN_IF_ERROR(PlaceDescriptors(descriptors, FirstFree(options)));
  SBX_RETURN_IF_ERROR(LeadAGroup(options.streams));
  if (!options.directory.empty() && chdir(options.directory.c_str()) != 0) {
    return sys::CallFailed("chdir", options.directory);
  }
  ResetSignals();
  const std::vector<std::string> words =
      Words(options.env ? *options.env : OurEnvironment());
  execvpe(options.argv[0].c_str(), Pointers(options.argv).data(),
          Pointers(words).data());
  return sys::CallFailed("execvpe", options.argv[0]);
}

// The child's failure as it crosses `failure`, a pipe that execve closes.
[[noreturn]] void RunChild(const CommandOptions& options,
                           const Connection& streams, const sys::Fd& failure) {
  // Out of the way of the program's own descriptors.
  const sys::Fd pipe(fcntl(failure.get(), F_DUPFD_CLOEXEC, FirstFree(options)));
  const absl::Status status = Become(options, streams);
  (void)sys::WriteAll(pipe, std::string(status.message()), "failure");
  _exit(127);
}

absl::StatusOr<pid_t> Launch(const CommandOptions& options,
                             const Connection& streams) {
  SBX_ASSIGN_OR_RETURN(Pipe failure, MakePipe());
  const pid_t pid = fork();
  if (pid < 0) return sys::CallFailed("fork");
  if (pid == 0) RunChild(options, streams, failure.write);
  failure.write = sys::Fd();
  SBX_ASSIGN_OR_RETURN(const std::string words,
                       sys::ReadAll(failure.read, "failure"));
  if (words.empty()) return pid;
  waitpid(pid, nullptr, 0);
  return absl::InternalError(words);
}

void MakeNonBlocking(const sys::Fd& fd) {
  if (fd) fcntl(fd.get(), F_SETFL, fcntl(fd.get(), F_GETFL) | O_NONBLOCK);
}

std::string NameOf(const CommandOptions& options) {
  return absl::StrCat("`", absl::StrJoin(options.argv, " "), "`");
}

CommandOptions AtTerminal(CommandOptions options) {
  options.streams = Streams::kTerminal;
  return options;
}

}  // namespace

Environment OurEnvironment() {
  Environment environment;
  for (char** word = environ; *word != nullptr; ++word) {
    environment.insert(absl::StrSplit(*word, absl::MaxSplits('=', 1)));
  }
  return environment;
}

std::ostream& operator<<(std::ostream& stream, const CommandResult& result) {
  if (result.signal == 0) {
    stream << "exit status " << result.exit_status;
  } else {
    stream << "signal " << result.signal << " (" << strsignal(result.signal)
           << ")";
  }
  return stream << ", standard output:\n"
                << result.out << "standard error:\n"
                << result.err;
}

Command StartCommand(const CommandOptions& options) {
  Command command;
  command.name_ = NameOf(options);
  command.time_limit_ = options.time_limit;
  absl::StatusOr<Connection> streams = Connect(options);
  absl::StatusOr<pid_t> pid =
      streams.ok() ? Launch(options, *streams) : streams.status();
  if (!pid.ok()) {
    ADD_FAILURE() << "starting " << command.name_ << ": "
                  << pid.status().message();
    return command;
  }
  command.pid_ = *pid;
  command.pidfd_ = sys::Fd(static_cast<int>(syscall(SYS_pidfd_open, *pid, 0)));
  command.out_.fd = std::move(streams->our_out);
  command.err_.fd = std::move(streams->our_err);
  MakeNonBlocking(command.out_.fd);
  MakeNonBlocking(command.err_.fd);
  return command;
}

CommandResult RunCommand(const CommandOptions& options) {
  return StartCommand(options).Wait();
}

Command::~Command() {
  if (!started() || !pidfd_) return;
  kill(-pid_, SIGKILL);
  Reap();
}

void Command::Signal(int signal) {
  if (!started()) return;
  EXPECT_EQ(syscall(SYS_pidfd_send_signal, pidfd_.get(), signal, nullptr, 0), 0)
      << "sending signal " << signal << " to " << name_ << ": "
      << strerror(errno);
}

void Command::Stream::Read() {
  char buffer[65536];
  while (fd) {
    const ssize_t count = read(fd.get(), buffer, sizeof buffer);
    if (count > 0) {
      text.append(buffer, count);
    } else if (count < 0 && errno == EAGAIN) {
      return;
    } else {
      // The end; of a terminal, EIO.
      fd = sys::Fd();
    }
  }
}

bool Command::HasEnded() const {
  pollfd ended = {.fd = pidfd_.get(), .events = POLLIN, .revents = 0};
  return poll(&ended, 1, 0) > 0;
}

bool Command::ReadUntil(absl::Time deadline, absl::FunctionRef<bool()> done) {
  for (;;) {
    // Asked first: what it wrote before its end is then read below.
    const bool ended = HasEnded();
    out_.Read();
    err_.Read();
    if (done()) return true;
    const absl::Duration left = deadline - absl::Now();
    if (ended || left <= absl::ZeroDuration()) return false;
    pollfd events[] = {{out_.fd.get(), POLLIN, 0},
                       {err_.fd.get(), POLLIN, 0},
                       {pidfd_.get(), POLLIN, 0}};
    poll(events, 3, static_cast<int>(absl::ToInt64Milliseconds(left)) + 1);
  }
}

bool Command::Found(absl::string_view text) {
  const size_t at = out_.text.find(std::string(text), seen_);
  if (at == std::string::npos) return false;
  seen_ = at + text.size();
  return true;
}

bool Command::WaitFor(absl::string_view text) {
  if (!started()) return false;
  if (ReadUntil(absl::Now() + kTextLimit, [&] { return Found(text); })) {
    return true;
  }
  ADD_FAILURE() << name_ << (HasEnded() ? " ended" : " went on for 30 s")
                << " without showing \"" << text << "\" after the first "
                << seen_ << " bytes of:\n"
                << out_.text << "\nstandard error:\n"
                << err_.text;
  return false;
}

CommandResult Command::Reap() {
  int status = 0;
  waitpid(pid_, &status, 0);
  pidfd_ = sys::Fd();
  CommandResult result = {.out = out_.text, .err = err_.text};
  if (WIFEXITED(status)) {
    result.exit_status = WEXITSTATUS(status);
  } else {
    result.signal = WTERMSIG(status);
  }
  return result;
}

CommandResult Command::Wait() {
  if (!started() || !pidfd_) return {};
  const bool ended =
      ReadUntil(absl::Now() + time_limit_, [this] { return HasEnded(); });
  if (!ended && !HasEnded()) kill(-pid_, SIGKILL);
  out_.Read();
  err_.Read();
  CommandResult result = Reap();
  if (!ended) {
    ADD_FAILURE() << name_ << " still ran after " << time_limit_
                  << " and was killed; " << result;
  }
  return result;
}

CommandOptions InteractiveBash() {
  CommandOptions options = {.argv = {"bash", "--norc", "--noprofile", "-i"}};
  options.env = OurEnvironment();
  (*options.env)["PS1"] = "$ ";
  // One that readline decorates nothing for.
  (*options.env)["TERM"] = "dumb";
  // Empty, for without it bash would write to the home directory.
  (*options.env)["HISTFILE"] = "";
  options.env->erase("PROMPT_COMMAND");
  return options;
}

Terminal::Terminal(CommandOptions options)
    : command_(StartCommand(AtTerminal(std::move(options)))) {}

Terminal::~Terminal() {
  // Jobs have process groups of their own, but not sessions.
  if (command_.started()) KillAll(ProcessesOfSession(pid()));
}

void Terminal::Type(absl::string_view keys) {
  if (!command_.started()) return;
  const absl::Status status =
      sys::WriteAll(command_.out_.fd, keys, command_.name_);
  EXPECT_TRUE(status.ok()) << status;
}

void Terminal::Resize(Window window) {
  const absl::Status status = SetWindow(command_.out_.fd, window);
  EXPECT_TRUE(status.ok()) << status;
}

termios Terminal::Settings() const {
  termios settings = {};
  EXPECT_EQ(tcgetattr(command_.out_.fd.get(), &settings), 0) << strerror(errno);
  return settings;
}

pid_t Terminal::Foreground() const { return tcgetpgrp(command_.out_.fd.get()); }

}  // namespace sbx::test
