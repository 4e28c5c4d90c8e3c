// SPDX-License-Identifier: Apache-2.0
//
// Processes, held by pidfd: clone3(2), pidfd_open(2), pidfd_send_signal(2).

#ifndef SBX_SANDBOX_SYS_PROCESS_H_
#define SBX_SANDBOX_SYS_PROCESS_H_

#include <sys/resource.h>
#include <sys/types.h>

#include <cstdint>
#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "sandbox/sys/fd.h"

namespace sbx::sys {

// The namespaces that a new process gets of its own (namespaces(7)).
struct Namespaces {
  bool user = false;
  bool mount = false;
  bool pid = false;
  bool ipc = false;
  bool uts = false;
  bool network = false;
  bool cgroup = false;
  bool operator==(const Namespaces&) const = default;
};

inline constexpr Namespaces kAllNamespaces = {.user = true,
                                              .mount = true,
                                              .pid = true,
                                              .ipc = true,
                                              .uts = true,
                                              .network = true,
                                              .cgroup = true};

// How a process ended (wait(2)).
struct WaitStatus {
  int raw = 0;
  bool exited() const;
  // The exit status; only if it exited.
  int exit_status() const;
  // The signal that killed it; only if it did not exit.
  int signal() const;
  bool stopped() const;
  int stop_signal() const;
};

// A child process, killed and reaped when it goes out of scope.
class Child {
 public:
  Child() = default;
  Child(pid_t pid, Fd pidfd) : pid_(pid), pidfd_(std::move(pidfd)) {}
  Child(Child&& other) noexcept
      : pid_(std::exchange(other.pid_, -1)), pidfd_(std::move(other.pidfd_)) {}
  Child& operator=(Child&& other) noexcept;
  ~Child();

  pid_t pid() const { return pid_; }
  const Fd& pidfd() const { return pidfd_; }

  // Waits for its end and reaps it; `usage`, if given, receives what it and
  // the children that it waited for have used.
  absl::StatusOr<WaitStatus> Wait(rusage* usage = nullptr);
  absl::Status Kill();
  // Lets it live on when this goes out of scope.
  void Release() { pid_ = -1; }

 private:
  void End();

  pid_t pid_ = -1;
  Fd pidfd_;
};

// Whose child a new process is: this one's, or that of this one's parent.
enum class ChildOf { kThisProcess, kItsParent };

// Starts a child that goes on from here, as fork(2) does, in new namespaces,
// and in the cgroup whose directory `cgroup` is, if that is open
// (CLONE_INTO_CGROUP).  In the child the result's pid is 0.
absl::StatusOr<Child> Fork(const Namespaces& namespaces,
                           ChildOf child_of = ChildOf::kThisProcess,
                           const Fd& cgroup = {});

// Makes the cgroup that this process is in the root of all that it sees
// (CLONE_NEWCGROUP).  As a flag of clone3(2) that would be the cgroup of
// whoever calls it.
absl::Status UnshareCgroups();

// Returns the process that a pidfd stands for, by the number that it has here.
absl::StatusOr<pid_t> PidOf(const Fd& pidfd);

// Fails if this process can make a user namespace.
absl::Status CheckNoUserNamespaces();

// Starts a child that runs `run`, which never returns, in the memory of this
// process, as vfork(2) does: this process waits until the child has executed
// another program or ended.  Nothing is copied, which is what starting a
// command costs most.  What `run` writes is written here too.
absl::StatusOr<Child> StartSharingMemory(absl::FunctionRef<void()> run);

// Enters the namespace that the open descriptor `number` stands for (setns(2)),
// which has to be of `kind`.
enum class NamespaceKind { kUser, kPid };
absl::Status JoinNamespace(int number, NamespaceKind kind);

absl::StatusOr<Fd> OpenPidfd(pid_t pid);
// Signal 0 asks whether the process is there.
absl::Status SendSignal(const Fd& pidfd, int signal);

// A program to run in place of this process, with all that execve(2) is given.
class Program {
 public:
  // `arguments` begin with the program itself.  Both outlive this: a copy of so
  // many texts would be the most that a child writes to its memory.
  Program(const std::vector<std::string>& arguments,
          const std::vector<std::string>& environment);
  Program(const std::vector<std::string>& arguments,
          std::vector<std::string>&& environment) = delete;
  Program(std::vector<std::string>&& arguments,
          const std::vector<std::string>& environment) = delete;

  // Passes on `now` ("NAME=VALUE") in place of `before`, if that is there.
  void Replace(const std::string& before, std::string now);

  // Executes `file` (with a slash: that file; without: looked up in the PATH of
  // the environment given), allocating no memory unless it fails.  Returns only
  // if that fails.
  absl::Status Exec(const std::string& file);

 private:
  std::vector<char*> arguments_, environment_;
  std::string replaced_;
};

// Marks every descriptor from `first` on close-on-exec (close_range(2)).
absl::Status CloseOnExecFrom(int first);
// Closes every descriptor from `first` on, but for `kept`, in any order.
absl::Status CloseFrom(int first, std::vector<int> kept);

}  // namespace sbx::sys

#endif  // SBX_SANDBOX_SYS_PROCESS_H_
