// SPDX-License-Identifier: Apache-2.0

#include "sandbox/sys/host_program.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/types/span.h"
#include "sandbox/sys/file.h"
#include "sandbox/sys/status.h"

namespace sbx::sys {
namespace {

// All that a program is told.  What the caller's environment says, LD_PRELOAD
// or GCONV_PATH for example, is the caller's own affair.
constexpr const char* kEnvironment[] = {"PATH=/usr/sbin:/usr/bin:/sbin:/bin",
                                        "LC_ALL=C"};

struct Pipe {
  Fd reader;
  Fd writer;
};

absl::StatusOr<Pipe> MakePipe() {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) return CallFailed("pipe2");
  return Pipe{.reader = Fd(ends[0]), .writer = Fd(ends[1])};
}

// Standard input is empty, both outputs are `output`, the rest is closed,
// whoever forgot to mark it close-on-exec.
class Descriptors {
 public:
  explicit Descriptors(const Fd& output) {
    posix_spawn_file_actions_init(&actions_);
    // First, for the pipe may have become one of 0 to 2.
    posix_spawn_file_actions_adddup2(&actions_, output.get(), 1);
    posix_spawn_file_actions_adddup2(&actions_, 1, 2);
    posix_spawn_file_actions_addopen(&actions_, 0, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_addclosefrom_np(&actions_, 3);
  }
  ~Descriptors() { posix_spawn_file_actions_destroy(&actions_); }
  Descriptors(const Descriptors&) = delete;
  Descriptors& operator=(const Descriptors&) = delete;
  const posix_spawn_file_actions_t* get() const { return &actions_; }

 private:
  posix_spawn_file_actions_t actions_;
};

// No signal is blocked, none ignored.
class DefaultSignals {
 public:
  DefaultSignals() {
    sigset_t none, all;
    sigemptyset(&none);
    sigfillset(&all);
    posix_spawnattr_init(&attributes_);
    posix_spawnattr_setsigmask(&attributes_, &none);
    posix_spawnattr_setsigdefault(&attributes_, &all);
    posix_spawnattr_setflags(&attributes_,
                             POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
  }
  ~DefaultSignals() { posix_spawnattr_destroy(&attributes_); }
  DefaultSignals(const DefaultSignals&) = delete;
  DefaultSignals& operator=(const DefaultSignals&) = delete;
  const posix_spawnattr_t* get() const { return &attributes_; }

 private:
  posix_spawnattr_t attributes_;
};

// A null-terminated array as execve(2) takes it.
std::vector<char*> Pointers(absl::Span<const char* const> first,
                            const std::vector<std::string>& rest) {
  std::vector<char*> pointers;
  for (const char* word : first) pointers.push_back(const_cast<char*>(word));
  for (const std::string& word : rest) {
    pointers.push_back(const_cast<char*>(word.c_str()));
  }
  pointers.push_back(nullptr);
  return pointers;
}

absl::StatusOr<pid_t> Spawn(const std::string& path,
                            const std::vector<std::string>& arguments,
                            const std::vector<std::string>& told,
                            const Fd& output) {
  pid_t pid = -1;
  // It shares our memory until its execve, so that nothing is copied.
  const int error = posix_spawn(&pid, path.c_str(), Descriptors(output).get(),
                                DefaultSignals().get(),
                                Pointers({path.c_str()}, arguments).data(),
                                Pointers(kEnvironment, told).data());
  if (error != 0) {
    return ErrnoStatus(error, absl::StrCat("posix_spawn(", Quoted(path), ")"));
  }
  return pid;
}

std::string CallOf(const std::string& path,
                   const std::vector<std::string>& arguments) {
  constexpr size_t kMostShown = 8;
  std::vector<std::string> shown = arguments;
  if (shown.size() > kMostShown) {
    shown.resize(kMostShown);
    shown.push_back("…");
  }
  return absl::StrCat(path, "(", absl::StrJoin(shown, ", "), ")");
}

std::string EndOf(const WaitStatus& status) {
  return status.exited() ? absl::StrCat("exit status ", status.exit_status())
                         : absl::StrCat("killed by signal ", status.signal());
}

}  // namespace

absl::StatusOr<HostProgram> HostProgram::Start(
    const std::string& path, const std::vector<std::string>& arguments,
    const std::vector<std::string>& told) {
  SBX_ASSIGN_OR_RETURN(Pipe pipe, MakePipe());
  SBX_ASSIGN_OR_RETURN(const pid_t pid,
                       Spawn(path, arguments, told, pipe.writer));
  absl::StatusOr<Fd> pidfd = OpenPidfd(pid);
  if (!pidfd.ok()) {
    // Not yet a Child, and yet not to stay behind.
    kill(pid, SIGKILL);
    waitpid(pid, nullptr, 0);
    return pidfd.status();
  }
  return HostProgram(CallOf(path, arguments), Child(pid, *std::move(pidfd)),
                     std::move(pipe.reader));
}

absl::StatusOr<HostProgram::Outcome> HostProgram::Wait() {
  Outcome outcome;
  SBX_ASSIGN_OR_RETURN(outcome.words, ReadAll(output_, call_));
  SBX_ASSIGN_OR_RETURN(outcome.status, child_.Wait());
  return outcome;
}

absl::StatusOr<HostProgram::Outcome> HostProgram::WaitWithin(
    absl::Duration patience) {
  pollfd end = {.fd = child_.pidfd().get(), .events = POLLIN, .revents = 0};
  const int ready =
      poll(&end, 1, static_cast<int>(absl::ToInt64Milliseconds(patience)));
  if (ready < 0) return CallFailed("poll");
  if (ready > 0) return Wait();
  return ErrnoStatus(ETIMEDOUT, absl::StrCat(call_, ": no answer within ",
                                             absl::FormatDuration(patience)));
}

absl::StatusOr<std::string> HostProgram::WordsOf(
    absl::StatusOr<Outcome> outcome) const {
  if (!outcome.ok()) return outcome.status();
  if (outcome->status.exited() && outcome->status.exit_status() == 0) {
    return std::move(outcome->words);
  }
  return FailureOf(*outcome);
}

absl::StatusOr<std::string> HostProgram::Finish() { return WordsOf(Wait()); }

absl::StatusOr<std::string> HostProgram::FinishWithin(absl::Duration patience) {
  return WordsOf(WaitWithin(patience));
}

absl::Status HostProgram::FailureOf(const Outcome& outcome) const {
  const absl::string_view words = absl::StripAsciiWhitespace(outcome.words);
  return absl::FailedPreconditionError(absl::StrCat(
      call_, ": ", EndOf(outcome.status),
      words.empty() ? ", without a word" : absl::StrCat(": ", Quoted(words))));
}

}  // namespace sbx::sys
