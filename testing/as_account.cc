// SPDX-License-Identifier: Apache-2.0

#include "testing/as_account.h"

#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "sandbox/sys/status.h"
#include "testing/account.h"
#include "testing/processes.h"

namespace sbx::test {
namespace {

// Far more than the kernel needs to take a killed process away.
constexpr absl::Duration kTimeToGo = absl::Seconds(20);

constexpr int kAsksForAnEnd[] = {SIGHUP, SIGINT, SIGQUIT, SIGTERM};

// The signals that the parent reads one by one.
sigset_t Awaited() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGCHLD);
  for (int signal : kAsksForAnEnd) sigaddset(&signals, signal);
  return signals;
}

int ExitStatusOf(int wait_status) {
  return WIFEXITED(wait_status) ? WEXITSTATUS(wait_status)
                                : 128 + WTERMSIG(wait_status);
}

// What the reaping of our ended children has told.
struct Reaped {
  // How the one that was asked for ended.
  std::optional<int> wanted = {};
  // Whether any child is left, running or not.
  bool has_children = false;
};

Reaped Reap(pid_t wanted) {
  Reaped reaped;
  int status = 0;
  pid_t pid = 0;
  while ((pid = waitpid(-1, &status, WNOHANG)) > 0) {
    if (pid == wanted) reaped.wanted = ExitStatusOf(status);
  }
  reaped.has_children = pid == 0;
  return reaped;
}

// What a key at the terminal sends has reached the child as well.
void PassOn(const siginfo_t& signal, pid_t child) {
  if (signal.si_signo == SIGCHLD || signal.si_code == SI_KERNEL) return;
  static_cast<void>(kill(child, signal.si_signo));
}

int Supervise(pid_t child) {
  const sigset_t signals = Awaited();
  for (;;) {
    if (const Reaped reaped = Reap(child); reaped.wanted) return *reaped.wanted;
    siginfo_t signal;
    if (sigwaitinfo(&signals, &signal) > 0) PassOn(signal, child);
  }
}

// Waits until a child of ours ends, or a moment has passed: what is further
// down the tree tells nobody when it ends.
void AwaitChange() {
  sigset_t child_ended;
  sigemptyset(&child_ended);
  sigaddset(&child_ended, SIGCHLD);
  const timespec moment = {.tv_sec = 0, .tv_nsec = 20'000'000};
  static_cast<void>(sigtimedwait(&child_ended, nullptr, &moment));
}

bool IsOnItsWayOut(const Process& process) {
  return process.dying || (process.state == 'Z' && process.parent == getpid());
}

// Returns our descendants when none of them is on its way out any more.
std::vector<Process> DescendantsThatStay() {
  const absl::Time limit = absl::Now() + kTimeToGo;
  for (;;) {
    if (!Reap(0).has_children) return {};
    // Empty if the one whose parent went while we read /proc is the only one.
    std::vector<Process> left = DescendantsOf(getpid());
    const bool settled =
        !left.empty() && std::none_of(left.begin(), left.end(), IsOnItsWayOut);
    if (settled || absl::Now() > limit) return left;
    AwaitChange();
  }
}

absl::Status RefuseDescendants() {
  const std::vector<Process> left = DescendantsThatStay();
  if (left.empty()) return absl::OkStatus();
  // Again, for what is killed late may have made more.
  for (std::vector<Process> alive = left; !alive.empty();) {
    KillAll(alive);
    alive = DescendantsThatStay();
    std::erase_if(alive, IsOnItsWayOut);
  }
  return absl::FailedPreconditionError(
      absl::StrCat("left behind, and killed now:\n", Describe(left)));
}

absl::Status BecomeResident(const Account& account,
                            const Workplace& workplace) {
  SBX_RETURN_IF_ERROR(TakeIdsOf(account));
  // After the ids, for a change of ids takes it back.
  if (prctl(PR_SET_PDEATHSIG, SIGKILL) != 0) {
    return sys::CallFailed("prctl(PR_SET_PDEATHSIG)", SIGKILL);
  }
  return workplace.Enter();
}

// Ends as a program does, so that whatever waits for exit(3) has its turn.
[[noreturn]] void RunChild(const Account& account, const Workplace& workplace,
                           absl::FunctionRef<int()> work) {
  const absl::Status status = BecomeResident(account, workplace);
  if (status.ok()) exit(work());
  std::fprintf(stderr, "becoming %s: %s\n", account.name.c_str(),
               std::string(status.message()).c_str());
  _exit(1);
}

// Takes "--install NAME=PATH" or "--install=NAME=PATH" off the front.
std::optional<std::string> TakeOption(absl::string_view option,
                                      std::vector<std::string>& arguments) {
  if (arguments.empty()) return {};
  absl::string_view first = arguments[0];
  const bool value_follows = first == option;
  if (value_follows && arguments.size() < 2) return {};
  if (!value_follows && !(absl::ConsumePrefix(&first, option) &&
                          absl::ConsumePrefix(&first, "="))) {
    return {};
  }
  const std::string value = value_follows ? arguments[1] : std::string(first);
  arguments.erase(arguments.begin(),
                  arguments.begin() + (value_follows ? 2 : 1));
  return value;
}

Item ParseItem(const std::string& text) {
  const size_t equals = text.find('=');
  if (equals == std::string::npos) return {.name = text, .path = text};
  return {.name = text.substr(0, equals), .path = text.substr(equals + 1)};
}

}  // namespace

absl::StatusOr<Luggage> TakeLuggage(std::vector<std::string>& arguments) {
  Luggage luggage;
  for (;;) {
    if (const auto program = TakeOption("--install", arguments)) {
      luggage.programs.push_back(ParseItem(*program));
    } else if (const auto file = TakeOption("--copy", arguments)) {
      luggage.files.push_back(ParseItem(*file));
    } else {
      break;
    }
  }
  if (arguments.empty() || !absl::StartsWith(arguments[0], "-")) return luggage;
  if (arguments[0] != "--") {
    return absl::InvalidArgumentError(
        absl::StrCat(arguments[0],
                     " is no option, or lacks its value; there "
                     "are --install NAME=PATH and --copy NAME=PATH"));
  }
  arguments.erase(arguments.begin());
  return luggage;
}

absl::StatusOr<Workplace> Pack(const Account& account, const Luggage& luggage) {
  SBX_ASSIGN_OR_RETURN(Workplace workplace, Workplace::Make(account));
  for (const Item& program : luggage.programs) {
    SBX_RETURN_IF_ERROR(workplace.Install(program.name, program.path));
  }
  for (const Item& file : luggage.files) {
    SBX_RETURN_IF_ERROR(workplace.Copy(file.name, file.path));
  }
  return workplace;
}

absl::StatusOr<int> RunAsAccount(const Account& account,
                                 const Workplace& workplace,
                                 absl::FunctionRef<int()> work) {
  // Whoever loses its parent becomes our child, and so is found.
  if (prctl(PR_SET_CHILD_SUBREAPER, 1) != 0) {
    return sys::CallFailed("prctl(PR_SET_CHILD_SUBREAPER)", 1);
  }
  const sigset_t signals = Awaited();
  sigset_t before;
  sigprocmask(SIG_BLOCK, &signals, &before);
  // fork(2) of the C library: a raw clone leaves a child in which abort(3)
  // would signal its parent.
  const pid_t child = fork();
  if (child < 0) return sys::CallFailed("fork");
  if (child == 0) {
    sigprocmask(SIG_SETMASK, &before, nullptr);
    RunChild(account, workplace, work);
  }
  const int status = Supervise(child);
  SBX_RETURN_IF_ERROR(RefuseDescendants());
  return status;
}

}  // namespace sbx::test
