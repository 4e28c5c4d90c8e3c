// SPDX-License-Identifier: Apache-2.0

#include "sandbox/init.h"

#include <poll.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdint>

#include "policy/apply.h"
#include "sandbox/sys/memory.h"
#include "sandbox/sys/self.h"
#include "sandbox/sys/signals.h"
#include "sandbox/sys/status.h"

namespace sbx {
namespace {

// All processes that this one may signal.
constexpr pid_t kEverybody = -1;

class Init {
 public:
  Init(sys::Child command, Witness witness, sys::Descendants descendants,
       Broker broker, const Channel& parent, sys::Fd signals)
      : command_(std::move(command)),
        witness_(witness),
        descendants_(std::move(descendants)),
        broker_(std::move(broker)),
        parent_(parent),
        signals_(std::move(signals)) {}

  absl::Status Run() {
    while (true) {
      pollfd sources[] = {
          {.fd = signals_.get(), .events = POLLIN, .revents = 0},
          {.fd = parent_.fd().get(), .events = POLLIN, .revents = 0},
          {.fd = broker_.listener().get(), .events = POLLIN, .revents = 0}};
      if (sys::PollLeanly(absl::MakeSpan(sources), -1) < 0 && errno != EINTR) {
        return sys::CallFailed("poll");
      }
      SBX_RETURN_IF_ERROR(ReadSignals());
      if (sources[1].revents != 0) SBX_RETURN_IF_ERROR(Answer());
      SBX_RETURN_IF_ERROR(HearBroker(sources[2].revents));
    }
  }

 private:
  absl::Status ReadSignals() {
    while (const auto signal = sys::NextSignal(signals_)) {
      if (signal->ssi_signo == SIGCHLD) {
        SBX_RETURN_IF_ERROR(Reap());
      } else if (IsFromOutside(*signal)) {
        sent_to_all_ |= uint64_t{1} << signal->ssi_signo;
      }
    }
    return absl::OkStatus();
  }

  // In a pid namespace the processes outside have no number.  Without one
  // everybody has, but nobody inside may signal this process.
  bool IsFromOutside(const signalfd_siginfo& signal) const {
    return (signal.ssi_pid == 0 || descendants_.kept()) &&
           !sys::FromKernel(signal);
  }

  absl::Status Reap() {
    sys::WaitStatus status;
    pid_t pid = 0;
    while ((pid = waitpid(-1, &status.raw, WNOHANG | WUNTRACED)) > 0) {
      if (pid != command_.pid()) continue;
      if (!status.stopped()) Finish(status);
      SBX_RETURN_IF_ERROR(parent_.Send(
          {.word = Word::kStopped, .signal = status.stop_signal()}));
    }
    // ECHILD: nobody is left.  0: nobody else has ended.
    if (pid < 0 && errno != ECHILD) return sys::CallFailed("waitpid");
    return absl::OkStatus();
  }

  absl::Status HearBroker(int16_t events) {
    if ((events & POLLIN) != 0) return broker_.Answer();
    if (events != 0) broker_.Close();
    return absl::OkStatus();
  }

  // Returns whether nobody is left: orphans are this process's children.
  static bool ReapAll() {
    pid_t pid = 0;
    do {
      pid = waitpid(-1, nullptr, WNOHANG);
    } while (pid > 0);
    return pid < 0;
  }

  // What others have used counts once they are reaped.  The broker answers
  // nobody meanwhile, and so nobody makes a process group.
  void EndOthers() {
    if (descendants_.kept()) return descendants_.End();
    if (ReapAll()) return;
    // Those that this does not reach, being of other users, end with this
    // process.
    (void)kill(kEverybody, SIGKILL);
    (void)ReapAll();
  }

  [[noreturn]] void Finish(sys::WaitStatus status) {
    EndOthers();
    Message ended = {.word = Word::kEnded, .status = status};
    getrusage(RUSAGE_CHILDREN, &ended.usage);
    // A parent that is gone needs to know nothing; another one learns from the
    // exit status that it was not told.
    const absl::Status told = parent_.Send(ended);
    _exit(told.ok() ? EXIT_SUCCESS : EXIT_FAILURE);
  }

  // The parent asks about a signal that it received.  This process stays in the
  // process group that sbx was started in, and so it is the witness: what has
  // reached it too was sent to the whole group, and the command has it already.
  absl::Status Answer() {
    SBX_ASSIGN_OR_RETURN(const auto message, parent_.Receive());
    if (!message) {
      descendants_.End();
      _exit(EXIT_FAILURE);
    }
    SBX_RETURN_IF_ERROR(ReadSignals());
    const uint64_t bit = uint64_t{1} << message->signal;
    const bool has_it = witness_ == Witness::kYes && (sent_to_all_ & bit) != 0;
    sent_to_all_ &= ~bit;
    Message target = {.word = Word::kTarget, .signal = message->signal};
    if (!has_it) {
      // This process could not send it to a command of another user.
      SBX_ASSIGN_OR_RETURN(target.target, sys::OpenPidfd(command_.pid()));
    }
    return parent_.Send(target);
  }

  sys::Child command_;
  Witness witness_;
  sys::Descendants descendants_;
  Broker broker_;
  const Channel& parent_;
  sys::Fd signals_;
  // By number: those that came from outside and that nobody asked about yet.
  uint64_t sent_to_all_ = 0;
};

// What process 1 keeps open besides the channel.
std::vector<int> NumbersOf(const Plan& plan,
                           const std::vector<sys::Fd>& locks) {
  std::vector<int> numbers = plan.held;
  for (const sys::Fd& lock : locks) numbers.push_back(lock.get());
  return numbers;
}

absl::Status GiveAllAway(const Plan& plan, std::vector<int> kept) {
  SBX_RETURN_IF_ERROR(policy::DropAllCapabilities());
  SBX_RETURN_IF_ERROR(sys::CloseFrom(0, std::move(kept)));
  // Whoever was told of this process may want to enter its namespaces.  What
  // runs inside gains nothing by it: the filters are the same.
  SBX_RETURN_IF_ERROR(sys::SetDumpable(plan.birth == Birth::kAnnounced));
  return policy::LoadGivenFilters(plan.policy);
}

}  // namespace

absl::Status RunQuietInit(sys::Child command, const Plan& plan,
                          const std::vector<sys::Fd>& locks,
                          const Channel& waiting, const Channel& parent) {
  std::vector<int> kept = NumbersOf(plan, locks);
  kept.push_back(parent.fd().get());
  kept.push_back(command.pidfd().get());
  if (waiting.fd()) kept.push_back(waiting.fd().get());
  SBX_RETURN_IF_ERROR(GiveAllAway(plan, std::move(kept)));
  if (waiting.fd()) {
    SBX_RETURN_IF_ERROR(waiting.SendPlainly({.word = Word::kGo}));
  }
  // The command's own filters may not let it wait so.
  if (plan.policy.filters.given == 0) sys::WaitShortly(command.pidfd());
  while (true) {
    Message ended = {.word = Word::kEnded};
    const pid_t pid = wait4(-1, &ended.status.raw, 0, &ended.usage);
    if (pid < 0 && errno != EINTR) _exit(EXIT_SUCCESS);
    if (pid != command.pid()) continue;
    // A parent that is gone needs to know nothing.
    (void)parent.SendPlainly(ended);
    if (plan.leftovers == Leftovers::kEnd) _exit(EXIT_SUCCESS);
  }
}

absl::Status RunInit(sys::Child command, Witness witness,
                     sys::Descendants descendants, Broker broker,
                     const Channel& parent) {
  // It has no more than the command by now, and needs none of that.
  SBX_RETURN_IF_ERROR(policy::DropAllCapabilities());
  SBX_ASSIGN_OR_RETURN(sys::Fd signals, sys::OpenSignals());
  // 0, 1 and 2 too: whoever reads the command's output is to see its end.  The
  // command is ended by its pidfd if this cannot go on.
  std::vector<int> kept = {signals.get(), parent.fd().get(),
                           command.pidfd().get()};
  for (const auto& more : {broker.held(), descendants.held()}) {
    kept.insert(kept.end(), more.begin(), more.end());
  }
  SBX_RETURN_IF_ERROR(sys::CloseFrom(0, std::move(kept)));
  return Init(std::move(command), witness, std::move(descendants),
              std::move(broker), parent, std::move(signals))
      .Run();
}

}  // namespace sbx
