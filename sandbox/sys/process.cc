// SPDX-License-Identifier: Apache-2.0

#include "sandbox/sys/process.h"

#include <linux/close_range.h>
#include <linux/sched.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "sandbox/sys/file.h"
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

// clone(2) makes plain children where a filter answers ENOSYS to clone3(2),
// whose flags it cannot see.  Both architectures have the pidfd third.
long PlainFork(const clone_args& arguments, int& pidfd) {
  return syscall(SYS_clone, arguments.flags | arguments.exit_signal, nullptr,
                 &pidfd, nullptr, nullptr);
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
  // It may have ended already; the wait reaps it either way.  Where its
  // descriptor is no more, its number is still its own, for nobody else waits.
  if (!Kill().ok()) (void)kill(pid_, SIGKILL);
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

absl::StatusOr<Child> Fork(const Namespaces& namespaces, ChildOf child_of,
                           const Fd& cgroup) {
  int pidfd = -1;
  clone_args arguments = {};
  arguments.flags = CloneFlagsOf(namespaces) | CLONE_PIDFD;
  arguments.pidfd = reinterpret_cast<uint64_t>(&pidfd);
  // A sibling has the signal that this process has.
  if (child_of == ChildOf::kItsParent) {
    arguments.flags |= CLONE_PARENT;
  } else {
    arguments.exit_signal = SIGCHLD;
  }
  if (cgroup) {
    arguments.flags |= CLONE_INTO_CGROUP;
    arguments.cgroup = static_cast<uint64_t>(cgroup.get());
  }
  // Without CLONE_VM this is fork(2): glibc needs no notice of it in a program
  // of one thread.
  const bool plain = namespaces == Namespaces() && !cgroup;
  const long pid = plain ? PlainFork(arguments, pidfd)
                         : syscall(SYS_clone3, &arguments, sizeof(arguments));
  if (pid < 0) return CallFailed(plain ? "clone" : "clone3");
  return Child(static_cast<pid_t>(pid), Fd(pidfd));
}

absl::Status UnshareCgroups() {
  return unshare(CLONE_NEWCGROUP) == 0
             ? absl::OkStatus()
             : CallFailed("unshare", "CLONE_NEWCGROUP");
}

absl::StatusOr<pid_t> PidOf(const Fd& pidfd) {
  const std::string path = absl::StrCat("/proc/self/fdinfo/", pidfd.get());
  SBX_ASSIGN_OR_RETURN(const std::string text, ReadFile(path));
  for (absl::string_view line : absl::StrSplit(text, '\n')) {
    pid_t pid = -1;
    if (absl::ConsumePrefix(&line, "Pid:") && absl::SimpleAtoi(line, &pid)) {
      return pid;
    }
  }
  return ErrnoStatus(ESRCH, path);
}

absl::Status CheckNoUserNamespaces() {
  absl::StatusOr<Child> child = Fork({.user = true});
  if (!child.ok()) return absl::OkStatus();
  if (child->pid() == 0) _exit(EXIT_SUCCESS);
  return absl::FailedPreconditionError(
      "creation of new user namespaces was not disabled as requested");
}

absl::StatusOr<Child> StartSharingMemory(absl::FunctionRef<void()> run) {
  constexpr size_t kStack = 256 << 10;
  void* const stack = mmap(nullptr, kStack, PROT_READ | PROT_WRITE,
                           MAP_PRIVATE | MAP_ANONYMOUS | MAP_STACK, -1, 0);
  if (stack == MAP_FAILED) return CallFailed("mmap", kStack);
  const auto start = [](void* argument) {
    (*static_cast<absl::FunctionRef<void()>*>(argument))();
    return EXIT_FAILURE;
  };
  int pidfd = -1;
  // clone(2) rather than clone3(2), for which glibc has no wrapper: a child in
  // this memory must not return to a frame that the parent still needs.
  const pid_t pid =
      clone(start, static_cast<char*>(stack) + kStack,
            CLONE_VM | CLONE_VFORK | CLONE_PIDFD | SIGCHLD, &run, &pidfd);
  const absl::Status failure = pid < 0 ? CallFailed("clone") : absl::OkStatus();
  munmap(stack, kStack);
  if (!failure.ok()) return failure;
  return Child(pid, Fd(pidfd));
}

absl::Status JoinNamespace(int number, NamespaceKind kind) {
  const bool user = kind == NamespaceKind::kUser;
  if (setns(number, user ? CLONE_NEWUSER : CLONE_NEWPID) != 0) {
    return CallFailed("setns", number, user ? "CLONE_NEWUSER" : "CLONE_NEWPID");
  }
  return absl::OkStatus();
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

Program::Program(const std::vector<std::string>& arguments,
                 const std::vector<std::string>& environment)
    : arguments_(Pointers(arguments)), environment_(Pointers(environment)) {}

void Program::Replace(const std::string& before, std::string now) {
  replaced_ = std::move(now);
  for (char*& text : environment_) {
    if (text != nullptr && text == before) text = replaced_.data();
  }
}

absl::Status Program::Exec(const std::string& file) {
  // execvpe(3) looks in the PATH of this process, not of the environment that
  // it passes on; the sandbox's own PATH is meant.
  environ = environment_.data();
  execvp(file.c_str(), arguments_.data());
  return CallFailed("execve", file);
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
