// SPDX-License-Identifier: Apache-2.0

#include "sandbox/sys/process.h"

#include <linux/close_range.h>
#include <linux/sched.h>
#include <signal.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>

#include "sandbox/sys/status.h"

namespace sbx::sys {
namespace {

uint64_t CloneFlagsOf(const Namespaces& namespaces) {
  const struct {
    bool wanted;
    uint64_t flag;
  } rows[] = {
      {namespaces.user, CLONE_NEWUSER},     {namespaces.mount, CLONE_NEWNS},
      {namespaces.pid, CLONE_NEWPID},       {namespaces.ipc, CLONE_NEWIPC},
      {namespaces.uts, CLONE_NEWUTS},       {namespaces.network, CLONE_NEWNET},
      {namespaces.cgroup, CLONE_NEWCGROUP},
  };
  uint64_t flags = 0;
  for (const auto& row : rows) flags |= row.wanted ? row.flag : 0;
  return flags;
}

std::vector<char*> Pointers(const std::vector<std::string>& texts) {
  std::vector<char*> pointers;
  pointers.reserve(texts.size() + 1);
  for (const std::string& text : texts) {
    pointers.push_back(const_cast<char*>(text.c_str()));
  }
  pointers.push_back(nullptr);
  return pointers;
}

}  // namespace

bool WaitStatus::exited() const { return WIFEXITED(raw); }
int WaitStatus::exit_status() const { return WEXITSTATUS(raw); }
int WaitStatus::signal() const { return WTERMSIG(raw); }
bool WaitStatus::stopped() const { return WIFSTOPPED(raw); }
int WaitStatus::stop_signal() const { return WSTOPSIG(raw); }

Child& Child::operator=(Child&& other) noexcept {
  End();
  pid_ = std::exchange(other.pid_, -1);
  pidfd_ = std::move(other.pidfd_);
  return *this;
}

Child::~Child() { End(); }

void Child::End() {
  if (pid_ <= 0) return;
  // It may have ended already; the wait reaps it either way.
  (void)Kill();
  (void)Wait();
}

absl::StatusOr<WaitStatus> Child::Wait(rusage* usage) {
  WaitStatus status;
  while (wait4(pid_, &status.raw, 0, usage) < 0) {
    if (errno != EINTR) return CallFailed("wait4", pid_);
  }
  pid_ = -1;
  return status;
}

absl::Status Child::Kill() { return SendSignal(pidfd_, SIGKILL); }

absl::StatusOr<Child> Fork(const Namespaces& namespaces) {
  int pidfd = -1;
  clone_args arguments = {};
  arguments.flags = CloneFlagsOf(namespaces) | CLONE_PIDFD;
  arguments.pidfd = reinterpret_cast<uint64_t>(&pidfd);
  arguments.exit_signal = SIGCHLD;
  // Without CLONE_VM this is fork(2): glibc needs no notice of it in a program
  // of one thread.
  const long pid = syscall(SYS_clone3, &arguments, sizeof(arguments));
  if (pid < 0) return CallFailed("clone3");
  return Child(static_cast<pid_t>(pid), Fd(pidfd));
}

absl::StatusOr<Fd> OpenPidfd(pid_t pid) {
  Fd pidfd(static_cast<int>(syscall(SYS_pidfd_open, pid, 0)));
  if (!pidfd) return CallFailed("pidfd_open", pid);
  return pidfd;
}

absl::Status SendSignal(const Fd& pidfd, int signal) {
  if (syscall(SYS_pidfd_send_signal, pidfd.get(), signal, nullptr, 0) != 0) {
    return CallFailed("pidfd_send_signal", signal);
  }
  return absl::OkStatus();
}

absl::Status Exec(const std::string& program,
                  const std::vector<std::string>& arguments,
                  const std::vector<std::string>& environment) {
  std::vector<char*> variables = Pointers(environment);
  // execvpe(3) looks in the PATH of this process, not of the environment that
  // it passes on; the sandbox's own PATH is meant.
  environ = variables.data();
  execvp(program.c_str(), Pointers(arguments).data());
  return CallFailed("execve", program);
}

absl::Status CloseOnExecFrom(int first) {
  if (close_range(static_cast<unsigned>(first), ~0u, CLOSE_RANGE_CLOEXEC) !=
      0) {
    return CallFailed("close_range", first);
  }
  return absl::OkStatus();
}

absl::Status CloseFrom(int first, std::vector<int> kept) {
  std::sort(kept.begin(), kept.end());
  unsigned from = static_cast<unsigned>(first);
  for (const int number : kept) {
    const unsigned next = static_cast<unsigned>(number);
    if (next < from) continue;
    if (next > from && close_range(from, next - 1, 0) != 0) {
      return CallFailed("close_range", from);
    }
    from = next + 1;
  }
  if (close_range(from, ~0u, 0) != 0) return CallFailed("close_range", from);
  return absl::OkStatus();
}

}  // namespace sbx::sys
