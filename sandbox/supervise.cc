// SPDX-License-Identifier: Apache-2.0

#include "sandbox/supervise.h"

#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <optional>

#include "sandbox/sys/memory.h"
#include "sandbox/sys/self.h"
#include "sandbox/sys/signals.h"
#include "sandbox/sys/status.h"

namespace sbx {
namespace {

constexpr sys::WaitStatus kKilled = {SIGKILL};

// What process 1 gets to end all others, before sbx does: it may have been
// stopped by somebody who can.
constexpr absl::Duration kLastWork = absl::Seconds(2);

class Supervisor {
 public:
  Supervisor(Sandbox sandbox, const Plan& plan)
      : sandbox_(std::move(sandbox)),
        plan_(plan),
        deadline_(sandbox_.started_since_boot + plan.time_limit) {}

  absl::StatusOr<Report> Run() {
    while (!ended_) SBX_RETURN_IF_ERROR(WaitForOne());
    return Finish();
  }

 private:
  enum Source { kChannel, kProcessOne, kSignals, kParent, kRefusals, kSources };

  absl::Status WaitForOne() {
    pollfd sources[kSources] = {};
    const sys::Fd* fds[kSources] = {
        &sandbox_.channel.fd(), &sandbox_.process_one.pidfd(),
        &sandbox_.signals, &sandbox_.parent, &refusals_.listener()};
    for (int i = 0; i < kSources; ++i) {
      sources[i] = {.fd = fds[i]->get(), .events = POLLIN, .revents = 0};
    }
    if (sys::PollLeanly(absl::MakeSpan(sources), Patience()) < 0 &&
        errno != EINTR) {
      return sys::CallFailed("poll");
    }
    // What was said before the end comes before the end.
    if (sources[kChannel].revents != 0) return ReadMessage();
    if (sources[kRefusals].revents != 0) {
      SBX_RETURN_IF_ERROR(HearRefusal(sources[kRefusals].revents));
    }
    if (sources[kSignals].revents != 0) SBX_RETURN_IF_ERROR(ReadSignals());
    if (sources[kProcessOne].revents != 0) return ProcessOneEnded();
    if (sources[kParent].revents != 0) return EndAll(Cause::kParentDeath);
    if (sys::SinceBoot() >= deadline_) return TimeIsUp();
    return absl::OkStatus();
  }

  // How long poll(2) may wait, in milliseconds.
  int Patience() const {
    if (deadline_ == absl::InfiniteDuration()) return -1;
    const int64_t left =
        absl::ToInt64Milliseconds(deadline_ - sys::SinceBoot()) + 1;
    return static_cast<int>(std::clamp<int64_t>(left, 0, 1 << 30));
  }

  absl::Status ReadMessage() {
    SBX_ASSIGN_OR_RETURN(auto message, sandbox_.channel.Receive());
    // Process 1 is gone or is the command itself: its end will be seen.
    if (!message) {
      sandbox_.channel = Channel();
      return absl::OkStatus();
    }
    switch (message->word) {
      case Word::kFailed:
        return message->failure;
      case Word::kListener:
        return Listen(std::move(message->target));
      case Word::kTarget:
        return Deliver(message->signal, message->target);
      case Word::kStopped:
        return StopToo(message->signal);
      case Word::kEnded:
        // A key at the terminal may have ended it, and was pressed for sbx too.
        SBX_RETURN_IF_ERROR(ReadSignals());
        status_ = message->status;
        usage_ = message->usage;
        if (plan_.leftovers == Leftovers::kLiveOn) return LetGo();
        // It has nothing left to do, and neither has this but to see its end.
        return ProcessOneEnded();
      default:
        return absl::InternalError("process 1 said what only sbx says");
    }
  }

  // Process 1 takes care of what is left.
  absl::Status LetGo() {
    sandbox_.process_one.Release();
    ended_ = true;
    return absl::OkStatus();
  }

  absl::Status Listen(sys::Fd listener) {
    // Whatever its channel was, the answers are the same.
    SBX_ASSIGN_OR_RETURN(policy::seccomp::Program filter,
                         policy::ReportingProgram(plan_.policy.filters, 0));
    refusals_ = Refusals(std::move(listener), std::move(filter));
    return absl::OkStatus();
  }

  absl::Status HearRefusal(int16_t events) {
    if ((events & POLLIN) != 0) return refusals_.Take();
    refusals_.Close();
    return absl::OkStatus();
  }

  // The shell that waits for sbx is to see that its job has stopped.  But a
  // command must not stop the clock of its time limit: then only a key at the
  // terminal stops sbx, or what the kernel does to background jobs.  And the
  // end of the process that started sbx ends the sandbox all the same.
  absl::Status StopToo(int signal) {
    SBX_RETURN_IF_ERROR(ReadSignals());
    if (plan_.time_limit != absl::InfiniteDuration() && !stopped_by_terminal_) {
      return absl::OkStatus();
    }
    stopped_by_terminal_ = false;
    if (!sandbox_.parent) return Stop(signal);
    SBX_RETURN_IF_ERROR(sys::ContinueWithoutParent(true));
    // It may have ended before.
    if (!ParentHasEnded()) SBX_RETURN_IF_ERROR(Stop(signal));
    return sys::ContinueWithoutParent(false);
  }

  static absl::Status Stop(int signal) {
    sys::TakeDefault(signal);
    return absl::OkStatus();
  }

  bool ParentHasEnded() const {
    pollfd end = {.fd = sandbox_.parent.get(), .events = POLLIN, .revents = 0};
    return poll(&end, 1, 0) > 0;
  }

  absl::Status Deliver(int signal, const sys::Fd& target) {
    // Without a target the command has it already; with one it may have ended.
    if (target) (void)sys::SendSignal(target, signal);
    return absl::OkStatus();
  }

  absl::Status ReadSignals() {
    if (!sandbox_.signals) return absl::OkStatus();
    while (const auto signal = sys::NextSignal(sandbox_.signals)) {
      SBX_RETURN_IF_ERROR(Pass(*signal));
    }
    return absl::OkStatus();
  }

  absl::Status Pass(const signalfd_siginfo& signal) {
    const int number = static_cast<int>(signal.ssi_signo);
    if (number == SIGCHLD) return ChildChanged();
    if (number == SIGINT && plan_.interrupt == Interrupt::kEndsCommand) {
      return terminated_ ? absl::OkStatus() : Terminate();
    }
    // The kernel sends what a terminal's keys and its end mean to the whole
    // foreground, the command included, if that is in the same session.
    if (sys::FromKernel(signal)) {
      interrupt_ = number;
      stopped_by_terminal_ =
          number == SIGTSTP || number == SIGTTIN || number == SIGTTOU;
      if (plan_.session == Session::kCallers) return absl::OkStatus();
      // A session of its own cannot be stopped from this terminal, but sbx can.
      if (number == SIGTSTP) {
        sys::TakeDefault(number);
        return absl::OkStatus();
      }
    }
    return Tell(number);
  }

  // Where the command is process 1, its stops are ours to see.
  absl::Status ChildChanged() {
    siginfo_t change = {};
    if (waitid(P_PID, static_cast<id_t>(sandbox_.process_one.pid()), &change,
               WSTOPPED | WNOHANG) == 0 &&
        change.si_pid != 0) {
      return StopToo(change.si_status);
    }
    return absl::OkStatus();
  }

  absl::Status TimeIsUp() {
    if (terminated_) return EndAll(cause_);
    cause_ = Cause::kTimeLimit;
    return Terminate();
  }

  absl::Status Terminate() {
    terminated_ = true;
    deadline_ = sys::SinceBoot() + plan_.grace;
    // A stopped process takes SIGTERM once it goes on.
    SBX_RETURN_IF_ERROR(Tell(SIGTERM));
    return Tell(SIGCONT);
  }

  // Gives the command a signal, unless it has it already.
  absl::Status Tell(int signal) {
    if (plan_.process_one == ProcessOne::kCommand) {
      return Deliver(signal, sandbox_.process_one.pidfd());
    }
    // Process 1 is ending everybody.
    if (dismissed_) return absl::OkStatus();
    const absl::Status asked =
        sandbox_.channel.Send({.word = Word::kSignalled, .signal = signal});
    // It has just ended, which will be seen.
    const int error = sys::ErrnoOf(asked);
    return error == EPIPE || error == ECONNRESET ? absl::OkStatus() : asked;
  }

  absl::Status EndAll(Cause cause) {
    cause_ = cause;
    deadline_ = absl::InfiniteDuration();
    sandbox_.parent = sys::Fd();
    if (sandbox_.descendants.kept() && !dismissed_) return Dismiss();
    // The kernel ends everybody in the pid namespace with its process 1.
    SBX_RETURN_IF_ERROR(sandbox_.process_one.Kill());
    return HasCgroup() ? sandbox_.cgroup.leaf.Kill() : absl::OkStatus();
  }

  // Without a pid namespace process 1 is to end the others: were it killed
  // first, nobody would if sbx were killed before it is done.
  absl::Status Dismiss() {
    dismissed_ = terminated_ = true;
    deadline_ = sys::SinceBoot() + kLastWork;
    sandbox_.channel = Channel();
    return sys::SendSignal(sandbox_.process_one.pidfd(), SIGCONT);
  }

  absl::Status ProcessOneEnded() {
    rusage usage = {};
    SBX_ASSIGN_OR_RETURN(const sys::WaitStatus status,
                         sandbox_.process_one.Wait(&usage));
    ended_ = true;
    if (status_) return absl::OkStatus();
    if (plan_.process_one == ProcessOne::kReaper && status.exited() &&
        !dismissed_) {
      return absl::InternalError(
          "process 1 has ended without a word about the command");
    }
    if (plan_.process_one == ProcessOne::kReaper && cause_ == Cause::kItself) {
      cause_ = Cause::kSandboxKilled;
    }
    status_ = plan_.process_one == ProcessOne::kCommand ? status : kKilled;
    usage_ = usage;
    return absl::OkStatus();
  }

  bool HasCgroup() const {
    return static_cast<bool>(sandbox_.cgroup.leaf.inside());
  }

  // The kernel kills for want of memory with a signal that anybody may send.
  void ReadCgroup(Report& report) const {
    report.figures = cgroup::ReadFigures(sandbox_.cgroup.leaf.path());
    const bool was_killed = !report.status.exited() &&
                            report.status.signal() == SIGKILL &&
                            report.cause != Cause::kTimeLimit &&
                            report.cause != Cause::kParentDeath;
    if (was_killed &&
        cgroup::FigureOf(report.figures, "out_of_memory_kills") > 0) {
      report.cause = Cause::kOutOfMemory;
    }
  }

  absl::StatusOr<Report> Finish() {
    sandbox_.descendants.End();
    Report report = Told();
    if (!HasCgroup()) return report;
    ReadCgroup(report);
    const absl::Status removed = sandbox_.cgroup.Remove();
    if (!removed.ok()) return sys::While("removing the cgroup", removed);
    return report;
  }

  Report Told() const {
    return {
        .cause = cause_,
        .status = *status_,
        .interrupted = !status_->exited() && status_->signal() == interrupt_,
        .started = sandbox_.started,
        .elapsed = sys::SinceBoot() - sandbox_.started_since_boot,
        .usage = usage_,
        .refusals = refusals_.Counted()};
  }

  Sandbox sandbox_;
  const Plan& plan_;
  Refusals refusals_ = {};
  // SIGTERM was sent, and the end follows.
  bool terminated_ = false;
  // The channel was closed, and process 1 ends everybody.
  bool dismissed_ = false;
  // By the clock of SinceBoot.
  absl::Duration deadline_;
  Cause cause_ = Cause::kItself;
  // The last signal that a key at the terminal has sent, or 0.
  int interrupt_ = 0;
  // Whether that one stops the foreground or a background job.
  bool stopped_by_terminal_ = false;
  std::optional<sys::WaitStatus> status_ = {};
  rusage usage_ = {};
  bool ended_ = false;
};

}  // namespace

absl::StatusOr<Report> Supervise(Sandbox sandbox, const Plan& plan) {
  return Supervisor(std::move(sandbox), plan).Run();
}

}  // namespace sbx
