// SPDX-License-Identifier: Apache-2.0

#include "idmap/program.h"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "sandbox/sys/file.h"
#include "sandbox/sys/status.h"

namespace sbx::idmap {
namespace {

// All that a program is told.  What the caller's environment says, LD_PRELOAD
// or GCONV_PATH for example, is the caller's own affair.
constexpr const char* kEnvironment[] = {"PATH=/usr/sbin:/usr/bin:/sbin:/bin",
                                        "LC_ALL=C", nullptr};

struct Pipe {
  sys::Fd reader;
  sys::Fd writer;
};

absl::StatusOr<Pipe> MakePipe() {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) return sys::CallFailed("pipe2");
  return Pipe{.reader = sys::Fd(ends[0]), .writer = sys::Fd(ends[1])};
}

// Standard input is empty, both outputs are `output`, the rest is closed,
// whoever forgot to mark it close-on-exec.
class Descriptors {
 public:
  explicit Descriptors(const sys::Fd& output) {
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
std::vector<char*> Pointers(const std::string& path,
                            const std::vector<std::string>& arguments) {
  std::vector<char*> pointers = {const_cast<char*>(path.c_str())};
  for (const std::string& argument : arguments) {
    pointers.push_back(const_cast<char*>(argument.c_str()));
  }
  pointers.push_back(nullptr);
  return pointers;
}

absl::StatusOr<pid_t> Spawn(const std::string& path,
                            const std::vector<std::string>& arguments,
                            const sys::Fd& output) {
  pid_t pid = -1;
  // It shares our memory until its execve, so that nothing is copied.
  const int error = posix_spawn(
      &pid, path.c_str(), Descriptors(output).get(), DefaultSignals().get(),
      Pointers(path, arguments).data(), const_cast<char**>(kEnvironment));
  if (error != 0) {
    return sys::ErrnoStatus(
        error, absl::StrCat("posix_spawn(", sys::Quoted(path), ")"));
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

std::string EndOf(const sys::WaitStatus& status) {
  return status.exited() ? absl::StrCat("exit status ", status.exit_status())
                         : absl::StrCat("killed by signal ", status.signal());
}

}  // namespace

absl::StatusOr<Program> Program::Start(
    const std::string& path, const std::vector<std::string>& arguments) {
  SBX_ASSIGN_OR_RETURN(Pipe pipe, MakePipe());
  SBX_ASSIGN_OR_RETURN(const pid_t pid, Spawn(path, arguments, pipe.writer));
  absl::StatusOr<sys::Fd> pidfd = sys::OpenPidfd(pid);
  if (!pidfd.ok()) {
    // Not yet a Child, and yet not to stay behind.
    kill(pid, SIGKILL);
    waitpid(pid, nullptr, 0);
    return pidfd.status();
  }
  return Program(CallOf(path, arguments), sys::Child(pid, *std::move(pidfd)),
                 std::move(pipe.reader));
}

absl::StatusOr<Program::Outcome> Program::Wait() {
  Outcome outcome;
  SBX_ASSIGN_OR_RETURN(outcome.words, sys::ReadAll(output_, call_));
  SBX_ASSIGN_OR_RETURN(outcome.status, child_.Wait());
  return outcome;
}

absl::StatusOr<std::string> Program::Finish() {
  SBX_ASSIGN_OR_RETURN(Outcome outcome, Wait());
  if (outcome.status.exited() && outcome.status.exit_status() == 0) {
    return std::move(outcome.words);
  }
  return FailureOf(outcome);
}

absl::Status Program::FailureOf(const Outcome& outcome) const {
  const absl::string_view words = absl::StripAsciiWhitespace(outcome.words);
  return absl::FailedPreconditionError(
      absl::StrCat(call_, ": ", EndOf(outcome.status),
                   words.empty() ? ", without a word"
                                 : absl::StrCat(": ", sys::Quoted(words))));
}

}  // namespace sbx::idmap
