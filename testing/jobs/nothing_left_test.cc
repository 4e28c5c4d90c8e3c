// SPDX-License-Identifier: Apache-2.0
//
// However a sandbox ends, nothing of it is left.  A tree of processes that do
// not want to go (stubborn_tree.sh) runs in each.

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <filesystem>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "sandbox/sys/fd.h"
#include "sandbox/sys/file.h"
#include "testing/processes.h"

namespace sbx::test {
namespace {

using ::testing::IsEmpty;

constexpr int kRuns = 100;

// What the tree writes when it is complete, behind its pid namespace.
constexpr char kTree[] = "daemon stopped nested all";
constexpr int kLines = 5;

// For safety only: far more than anything here takes.
constexpr absl::Duration kLimit = absl::Seconds(30);

// The descriptor that all of the tree inherits.
constexpr int kTreeOutput = 3;

using Words = std::vector<std::string>;

sigset_t ChildSignal() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGCHLD);
  return signals;
}

// Waits until something happens to a child, or a second has passed.
void AwaitChildSignal() {
  const sigset_t signals = ChildSignal();
  const timespec second = {.tv_sec = 1, .tv_nsec = 0};
  static_cast<void>(sigtimedwait(&signals, nullptr, &second));
}

// Waits until `pid`, or any child for -1, has ended or stopped, and returns its
// wait status; nothing if there is no such child, or none in time.
std::optional<int> AwaitChild(pid_t pid) {
  const absl::Time deadline = absl::Now() + kLimit;
  while (absl::Now() < deadline) {
    int status = 0;
    const pid_t found = waitpid(pid, &status, WNOHANG);
    if (found > 0) return status;
    if (found < 0) return {};
    AwaitChildSignal();
  }
  return {};
}

// Reaps all that becomes our child, and returns the descendants that stay.
std::vector<Process> AwaitDescendants() {
  while (AwaitChild(-1)) {
  }
  return DescendantsOf(getpid());
}

// ---- What there is of a sandbox.

bool Mentions(pid_t pid, absl::string_view token) {
  for (absl::string_view file : {"environ", "cmdline"}) {
    const auto text = sys::ReadFile(absl::StrCat("/proc/", pid, "/", file));
    if (text.ok() && absl::StrContains(*text, token)) return true;
  }
  return false;
}

bool IsInNamespace(pid_t pid, absl::string_view name) {
  std::error_code error;
  const auto link = std::filesystem::read_symlink(
      absl::StrCat("/proc/", pid, "/ns/pid"), error);
  return !error && link.string() == name;
}

// The names in `directory`; none if it cannot be read.
Words NamesIn(const std::string& directory) {
  Words names;
  std::error_code error;
  for (std::filesystem::directory_iterator entry(directory, error), end;
       !error && entry != end; entry.increment(error)) {
    names.push_back(entry->path().filename());
  }
  return names;
}

// Processes that carry `token`, or are in the pid namespace `name`.
Words ProcessesOf(const std::string& token, const std::string& name) {
  Words found;
  for (const std::string& entry : NamesIn("/proc")) {
    pid_t pid = 0;
    if (!absl::SimpleAtoi(entry, &pid)) continue;
    if (Mentions(pid, token) || IsInNamespace(pid, name)) {
      found.push_back(entry);
    }
  }
  return found;
}

// Whether a file's name is ours, or of the run with `token`, and not that of
// the tests (workplace.h).
bool IsOurs(const std::string& name, const std::string& token) {
  return absl::StrContains(name, token) ||
         (absl::StartsWith(name, "sbx") && !absl::StartsWith(name, "sbx-test"));
}

// What a sandbox might leave where files go that nobody wants to keep.
std::set<std::string> FilesOf(const std::string& token) {
  std::set<std::string> found;
  for (const char* directory : {"/tmp", "/var/tmp", "/dev/shm", "/run"}) {
    for (const std::string& name : NamesIn(directory)) {
      if (IsOurs(name, token)) found.insert(absl::StrCat(directory, "/", name));
    }
  }
  for (const std::string& name : NamesIn(getenv("TMPDIR"))) {
    // GoogleTest's own (kernel_main.cc).
    if (name != "unfinished") found.insert(name);
  }
  return found;
}

std::set<std::string> Mounts() {
  return absl::StrSplit(sys::ReadFile("/proc/self/mountinfo").value_or(""),
                        '\n');
}

std::set<std::string> Cgroups() {
  std::set<std::string> found;
  std::error_code error;
  for (std::filesystem::recursive_directory_iterator entry(
           "/sys/fs/cgroup",
           std::filesystem::directory_options::skip_permission_denied, error),
       end;
       !error && entry != end; entry.increment(error)) {
    if (absl::StrContains(entry->path().filename().string(), "sbx")) {
      found.insert(entry->path());
    }
  }
  return found;
}

// What of the host a sandbox could change for good.
struct Host {
  std::set<std::string> files = {};
  std::set<std::string> mounts = Mounts();
  std::set<std::string> cgroups = Cgroups();
};

// ---- One trial.

enum class Tracing {
  kNone,
  // It stops at each of its system calls; the processes that it makes do not.
  kSystemCalls,
};

class Trial {
 public:
  // Starts sbx with `options` and the tree, which ends or stays.
  Trial(Words options, const std::string& tree,
        Tracing tracing = Tracing::kNone)
      : token_(NewToken()), before_{.files = FilesOf(token_)} {
    Words words = {"sbx", "--nested", absl::StrCat("--keep-fd=", kTreeOutput)};
    words.insert(words.end(), options.begin(), options.end());
    words.insert(words.end(), {"--", "stubborn_tree", tree, token_});
    Start(words, tracing);
  }

  // What the test has shown to be left does not disturb the next.
  ~Trial() {
    for (auto left = DescendantsOf(getpid()); !left.empty();) {
      KillAll(left);
      left = AwaitDescendants();
    }
  }

  void Kill() { ASSERT_EQ(kill(sbx_, SIGKILL), 0); }

  // Waits for the next line of the tree; nothing: all of it is gone.
  std::optional<std::string> ReadLine() {
    std::string line;
    for (char c; ReadByte(&c, kLimit); line += c) {
      if (c != '\n') continue;
      if (absl::StartsWith(line, "pid:")) namespace_ = line;
      return line;
    }
    return {};
  }

  // The lines to come that are not the name of the pid namespace.
  std::string ReadRest() {
    Words lines;
    while (auto line = ReadLine()) {
      if (!absl::StartsWith(*line, "pid:")) lines.push_back(*line);
    }
    return absl::StrJoin(lines, " ");
  }

  // Waits for the end of sbx, and returns its exit status, or 128 + N.
  int Await() {
    const std::optional<int> status = AwaitChild(sbx_);
    if (!status) return -1;
    return WIFEXITED(*status) ? WEXITSTATUS(*status) : 128 + WTERMSIG(*status);
  }

  // Lets sbx, which has stopped, go on to its next system call or from there
  // back.  Returns whether it still lives.
  bool StepToSystemCall() {
    for (int signal = 0;;) {
      if (ptrace(PTRACE_SYSCALL, sbx_, nullptr, signal) != 0) return false;
      const std::optional<int> status = AwaitChild(sbx_);
      if (!status || !WIFSTOPPED(*status)) return false;
      signal = WSTOPSIG(*status);
      if (signal == (SIGTRAP | 0x80)) return true;
    }
  }

  // sbx has ended by itself: it has waited for all others.
  void ExpectNothingLeftNow() {
    EXPECT_TRUE(waitpid(-1, nullptr, WNOHANG) < 0 && errno == ECHILD)
        << Describe(DescendantsOf(getpid()));
    ExpectNoTrace();
  }

  // sbx was killed: the kernel ends all others, which takes it a moment.
  void ExpectNothingLeftSoon() {
    const std::vector<Process> left = AwaitDescendants();
    EXPECT_TRUE(left.empty()) << Describe(left);
    ExpectNoTrace();
  }

 private:
  static std::string NewToken() {
    static int runs = 0;
    return absl::StrCat("nothing-left-", getpid(), "-", ++runs, "-");
  }

  void Start(const Words& words, Tracing tracing) {
    int ends[2];
    ASSERT_EQ(pipe2(ends, O_CLOEXEC), 0);
    output_ = sys::Fd(ends[0]);
    const sys::Fd theirs(ends[1]);
    sbx_ = fork();
    ASSERT_GE(sbx_, 0);
    if (sbx_ == 0) Exec(words, theirs, tracing);
    if (tracing == Tracing::kSystemCalls) StartTracing();
  }

  void StartTracing() {
    // execve(2) is the first stop.
    ASSERT_TRUE(AwaitChild(sbx_));
    ASSERT_EQ(ptrace(PTRACE_SETOPTIONS, sbx_, nullptr, PTRACE_O_TRACESYSGOOD),
              0);
  }

  [[noreturn]] void Exec(const Words& words, const sys::Fd& output,
                         Tracing tracing) {
    std::vector<char*> arguments;
    for (const std::string& word : words) {
      arguments.push_back(const_cast<char*>(word.c_str()));
    }
    arguments.push_back(nullptr);
    const sigset_t signals = ChildSignal();
    sigprocmask(SIG_UNBLOCK, &signals, nullptr);
    setenv("SBX_TEST_TOKEN", token_.c_str(), 1);
    // dup2(2) of a descriptor to itself would leave it close-on-exec.
    const int copy = fcntl(output.get(), F_DUPFD_CLOEXEC, kTreeOutput + 1);
    if (copy < 0 || dup2(copy, kTreeOutput) < 0) _exit(125);
    if (tracing == Tracing::kSystemCalls &&
        ptrace(PTRACE_TRACEME, 0, nullptr, nullptr) != 0) {
      _exit(125);
    }
    execvp(arguments[0], arguments.data());
    _exit(125);
  }

  // Waits as long as `limit` for a byte of the tree.
  bool ReadByte(char* byte, absl::Duration limit) {
    pollfd readable = {.fd = output_.get(), .events = POLLIN, .revents = 0};
    const int milliseconds = static_cast<int>(absl::ToInt64Milliseconds(limit));
    return poll(&readable, 1, milliseconds) > 0 &&
           read(output_.get(), byte, 1) == 1;
  }

  // Whether anybody could still write to us.
  bool OutputIsHeld() {
    for (char ignored; ReadByte(&ignored, absl::ZeroDuration());) {
    }
    pollfd held = {.fd = output_.get(), .events = 0, .revents = 0};
    return poll(&held, 1, 0) != 1 || (held.revents & POLLHUP) == 0;
  }

  void ExpectNoTrace() {
    EXPECT_THAT(ProcessesOf(token_, namespace_), IsEmpty());
    const Host after = {.files = FilesOf(token_)};
    EXPECT_EQ(after.files, before_.files);
    EXPECT_EQ(after.mounts, before_.mounts);
    EXPECT_EQ(after.cgroups, before_.cgroups);
    EXPECT_FALSE(OutputIsHeld());
  }

  const std::string token_;
  const Host before_;
  pid_t sbx_ = -1;
  sys::Fd output_;
  // That of the sandbox, as soon as we know.
  std::string namespace_ = "unknown";
};

// ---- The tests, each with some more options for sbx.

class NothingLeft : public ::testing::TestWithParam<Words> {
 protected:
  // So that we hear of the end of every process, whatever happens to its
  // parent.
  void SetUp() override {
    const sigset_t signals = ChildSignal();
    ASSERT_EQ(sigprocmask(SIG_BLOCK, &signals, nullptr), 0);
    ASSERT_EQ(prctl(PR_SET_CHILD_SUBREAPER, 1), 0);
  }
};

class NothingLeftByEitherProcessOne : public NothingLeft {};
class NothingLeftOfSetUp : public NothingLeft {};

TEST_P(NothingLeftByEitherProcessOne, WhenTheCommandEnds) {
  for (int i = 0; i < kRuns && !HasFailure(); ++i) {
    SCOPED_TRACE(absl::StrCat("run ", i));
    Trial trial(GetParam(), "end");
    EXPECT_EQ(trial.Await(), 0);
    trial.ExpectNothingLeftNow();
  }
}

TEST_P(NothingLeftByEitherProcessOne, WhenItIsKilledBehindALineOfTheTree) {
  for (int i = 0; i < kRuns && !HasFailure(); ++i) {
    SCOPED_TRACE(absl::StrCat("run ", i));
    Trial trial(GetParam(), "stay");
    for (int line = 0; line < i % (kLines + 1); ++line) {
      EXPECT_TRUE(trial.ReadLine());
    }
    trial.Kill();
    EXPECT_EQ(trial.Await(), 128 + SIGKILL);
    trial.ExpectNothingLeftSoon();
  }
}

INSTANTIATE_TEST_SUITE_P(Ours, NothingLeftByEitherProcessOne,
                         ::testing::Values(Words{}));
INSTANTIATE_TEST_SUITE_P(TheCommand, NothingLeftByEitherProcessOne,
                         ::testing::Values(Words{"--as-pid-1"}));

TEST_F(NothingLeft, OfACompleteTree) {
  Trial trial({}, "end");
  EXPECT_EQ(trial.ReadRest(), kTree);
  EXPECT_EQ(trial.Await(), 0);
  trial.ExpectNothingLeftNow();
}

TEST_F(NothingLeft, WhenTheTimeIsUp) {
  for (int i = 0; i < kRuns && !HasFailure(); ++i) {
    SCOPED_TRACE(absl::StrCat("run ", i));
    Trial trial(
        {absl::StrCat("--timeout=0.0", 10 + i % 90), "--kill-after=0.01"},
        "stay");
    EXPECT_EQ(trial.Await(), 124);
    trial.ExpectNothingLeftNow();
  }
}

// Moments that no system call of sbx marks, while process 1 builds the root.
TEST_F(NothingLeft, WhenItIsKilledAtAnyMoment) {
  for (int i = 0; i < kRuns && !HasFailure(); ++i) {
    SCOPED_TRACE(absl::StrCat("run ", i));
    Trial trial({}, "stay");
    const absl::Time moment = absl::Now() + i * absl::Microseconds(150);
    while (absl::Now() < moment) {
    }
    trial.Kill();
    EXPECT_EQ(trial.Await(), 128 + SIGKILL);
    trial.ExpectNothingLeftSoon();
  }
}

// How many stops sbx makes at its system calls before it has a child, and in
// all, if nobody kills it.
struct Stops {
  int alone = 0;
  int all = 0;
};

Stops CountStops(const Words& options) {
  Trial trial(options, "end", Tracing::kSystemCalls);
  Stops stops;
  for (; trial.StepToSystemCall(); ++stops.all) {
    // sbx itself is one.
    const bool alone = DescendantsOf(getpid()).size() == 1;
    if (alone && stops.alone == stops.all) ++stops.alone;
  }
  trial.ExpectNothingLeftSoon();
  return stops;
}

// Spread over the set-up and all that sbx waits for then, newuidmap included,
// and the time when the tree runs.
TEST_P(NothingLeftOfSetUp, WhenItIsKilledAtASystemCall) {
  const Stops stops = CountStops(GetParam());
  ASSERT_LT(stops.alone, stops.all);
  for (int i = 0; i < kRuns && !HasFailure(); ++i) {
    const int last = stops.alone + i % (stops.all - stops.alone);
    SCOPED_TRACE(absl::StrCat("at stop ", last, " of ", stops.all));
    Trial trial(GetParam(), "end", Tracing::kSystemCalls);
    bool lives = true;
    for (int stop = 0; stop <= last && lives; ++stop) {
      lives = trial.StepToSystemCall();
    }
    if (lives) trial.Kill();
    trial.ExpectNothingLeftSoon();
  }
}

INSTANTIATE_TEST_SUITE_P(WithOneId, NothingLeftOfSetUp,
                         ::testing::Values(Words{}));
INSTANTIATE_TEST_SUITE_P(WithARangeOfIds, NothingLeftOfSetUp,
                         ::testing::Values(Words{"--ids=range"}));

}  // namespace
}  // namespace sbx::test
