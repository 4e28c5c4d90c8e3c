// SPDX-License-Identifier: Apache-2.0

#include "testing/faults/tracer.h"

#include <fcntl.h>
#include <linux/close_range.h>
#include <seccomp.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <map>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "sandbox/sys/fd.h"
#include "sandbox/sys/file.h"
#include "sandbox/sys/process.h"
#include "sandbox/sys/status.h"
#include "testing/processes.h"

namespace sbx::test {
namespace {

// For safety: a run takes some milliseconds.
constexpr absl::Duration kLimit = absl::Seconds(10);

// A system call that is never failed, and not counted.
struct LeftAlone {
  long call;
  absl::string_view reason;
};

constexpr LeftAlone kLeftAlone[] = {
    {SYS_exit, "the kernel never refuses it, and nobody could go on"},
    {SYS_exit_group, "the same"},
    {SYS_rt_sigreturn, "made by the kernel's own frame, not by sbx"},
    {SYS_restart_syscall, "goes on with a call that has been counted"},
    {SYS_close, "frees the descriptor even where it says that it has failed"},
    {SYS_brk, "has no errors: it returns where the heap ends, as before"},
};

bool IsLeftAlone(uint64_t call) {
  for (const LeftAlone& row : kLeftAlone) {
    if (static_cast<uint64_t>(row.call) == call) return true;
  }
  return false;
}

bool IsExec(uint64_t call) {
  return call == SYS_execve || call == SYS_execveat;
}

std::string NameOf(uint64_t call) {
  char* name = seccomp_syscall_resolve_num_arch(SCMP_ARCH_NATIVE,
                                                static_cast<int>(call));
  std::string result = name == nullptr ? absl::StrCat("call ", call) : name;
  free(name);
  return result;
}

constexpr absl::string_view kSbx = kProcesses[0].name;
constexpr absl::string_view kTrial = kProcesses[1].name;

// The name of the `birth`-th child of `parent`; nothing if nobody knows it.
absl::string_view ChildOf(absl::string_view parent, int birth) {
  for (const ProcessRow& row : kProcesses) {
    if (row.parent == parent && row.birth == birth) return row.name;
  }
  return "";
}

absl::string_view ParentOf(absl::string_view process) {
  for (const ProcessRow& row : kProcesses) {
    if (row.name == process) return row.parent;
  }
  return "";
}

// What is to be seen of a process on the way to the call that is failed: its
// calls, its children, or nothing.  Each stop takes longer than most calls.
enum class Watch { kCalls, kBirths, kNothing };

Watch WatchOf(absl::string_view process, absl::string_view target) {
  if (process == target) return Watch::kCalls;
  while (!target.empty()) {
    target = ParentOf(target);
    if (process == target) return Watch::kBirths;
  }
  return Watch::kNothing;
}

// A process that is held by the tracer.
struct Tracee {
  // Empty until its parent has told about it, which may come after its birth.
  absl::string_view name = {};
  bool waits_for_name = false;
  int calls = 0;
  int children = 0;
};

class Tracer {
 public:
  Tracer(const Place& place, const Fault& fault, pid_t sbx)
      : place_(place), fault_(fault), sbx_(sbx) {
    tracees_[sbx].name = kSbx;
  }

  // Until nobody is left.
  absl::Status Run() {
    const absl::Time deadline = absl::Now() + kLimit;
    while (true) {
      int status = 0;
      const pid_t pid = waitpid(-1, &status, __WALL);
      if (pid > 0) {
        SBX_RETURN_IF_ERROR(See(pid, status));
      } else if (errno != EINTR) {
        return absl::OkStatus();
      } else if (absl::Now() > deadline) {
        EndAll();
      }
    }
  }

  const std::string& failed() const { return failed_; }
  bool hung() const { return hung_; }
  sys::WaitStatus status() const { return status_; }

 private:
  absl::Status See(pid_t pid, int status) {
    if (!WIFSTOPPED(status)) {
      if (pid == sbx_) status_ = {status};
      tracees_.erase(pid);
      return absl::OkStatus();
    }
    constexpr int kSystemCall = SIGTRAP | 0x80;
    const int event = status >> 16;
    if (WSTOPSIG(status) == kSystemCall) return SeeCall(pid);
    switch (event) {
      case 0:
        return GoOn(pid, WSTOPSIG(status));
      case PTRACE_EVENT_FORK:
      case PTRACE_EVENT_VFORK:
      case PTRACE_EVENT_CLONE:
        return SeeBirth(pid);
      case PTRACE_EVENT_STOP:
        return SeeStop(pid);
      default:
        return GoOn(pid, 0);
    }
  }

  // A new process, for none of them is ever stopped.
  absl::Status SeeStop(pid_t pid) {
    Tracee& tracee = tracees_[pid];
    tracee.waits_for_name = tracee.name.empty();
    return tracee.waits_for_name ? absl::OkStatus() : GoOn(pid, 0);
  }

  absl::Status SeeBirth(pid_t pid) {
    unsigned long child = 0;
    if (ptrace(PTRACE_GETEVENTMSG, pid, nullptr, &child) != 0) {
      return sys::CallFailed("ptrace(PTRACE_GETEVENTMSG)", pid);
    }
    Tracee& parent = tracees_[pid];
    Tracee& born = tracees_[static_cast<pid_t>(child)];
    born.name = NameOfNextChild(parent);
    if (born.name.empty()) {
      return absl::InternalError(absl::StrCat("child ", parent.children, " of ",
                                              parent.name, " has no row"));
    }
    if (std::exchange(born.waits_for_name, false)) {
      SBX_RETURN_IF_ERROR(GoOn(static_cast<pid_t>(child), 0));
    }
    return GoOn(pid, 0);
  }

  absl::string_view NameOfNextChild(Tracee& parent) const {
    const int before = parent.name == kSbx ? place_.trials : 0;
    const int birth = ++parent.children - before;
    return birth <= 0 ? kTrial : ChildOf(parent.name, birth);
  }

  bool AsksAbi(pid_t pid, const __ptrace_syscall_info& seen) const {
    constexpr uint64_t kAskVersion = 1;
    return place_.landlock_abi && pid == sbx_ &&
           seen.entry.nr == SYS_landlock_create_ruleset &&
           seen.entry.args[2] == kAskVersion;
  }

  absl::Status TellAbi(pid_t pid) {
    told_abi_ = true;
    const int abi = *place_.landlock_abi;
    return ReturnInPlace(pid, abi > 0 ? abi : -ENOSYS);
  }

  absl::Status SeeCall(pid_t pid) {
    __ptrace_syscall_info seen = {};
    if (ptrace(PTRACE_GET_SYSCALL_INFO, pid, sizeof(seen), &seen) < 0) {
      // It has been killed meanwhile; its end comes next.
      if (errno == ESRCH) return absl::OkStatus();
      return sys::CallFailed("ptrace(PTRACE_GET_SYSCALL_INFO)", pid);
    }
    const uint64_t call = seen.entry.nr;
    if (seen.op != PTRACE_SYSCALL_INFO_ENTRY || IsLeftAlone(call)) {
      return GoOn(pid, 0);
    }
    Tracee& tracee = tracees_[pid];
    if (tracee.name == fault_.process && ++tracee.calls == fault_.number) {
      SBX_RETURN_IF_ERROR(Fail(pid));
      failed_ = NameOf(call);
    } else if (AsksAbi(pid, seen)) {
      SBX_RETURN_IF_ERROR(TellAbi(pid));
    }
    // A traced newuidmap(1) would have no privilege, and the command is to run
    // as it always does.
    if (IsExec(call) && pid != sbx_) return LetGo(pid, 0);
    return GoOn(pid, 0);
  }

  absl::Status Fail(pid_t pid) const {
    if (fault_.error != kKilled) return ReturnInPlace(pid, -fault_.error);
    if (kill(pid, SIGKILL) != 0) return sys::CallFailed("kill", pid);
    return absl::OkStatus();
  }

  // Makes the call that `pid` is about to make return `result`, and nothing
  // else: there is no call -1, and then the kernel leaves the result as it
  // stands.
  static absl::Status ReturnInPlace(pid_t pid, int result) {
    user_regs_struct registers = {};
    if (ptrace(PTRACE_GETREGS, pid, nullptr, &registers) != 0) {
      return sys::CallFailed("ptrace(PTRACE_GETREGS)", pid);
    }
    registers.orig_rax = static_cast<unsigned long long>(-1);
    registers.rax = static_cast<unsigned long long>(result);
    if (ptrace(PTRACE_SETREGS, pid, nullptr, &registers) != 0) {
      return sys::CallFailed("ptrace(PTRACE_SETREGS)", pid);
    }
    return absl::OkStatus();
  }

  Watch WatchOn(pid_t pid) {
    const bool is_to_be_told = place_.landlock_abi && !told_abi_;
    if (pid == sbx_ && is_to_be_told) return Watch::kCalls;
    return WatchOf(tracees_[pid].name, fault_.process);
  }

  // Nobody need be watched any longer once a call was failed.
  absl::Status GoOn(pid_t pid, int signal) {
    const Watch watch = WatchOn(pid);
    if (!failed_.empty() || watch == Watch::kNothing) return LetGo(pid, signal);
    return Resume(watch == Watch::kCalls ? PTRACE_SYSCALL : PTRACE_CONT, pid,
                  signal);
  }

  absl::Status LetGo(pid_t pid, int signal) {
    SBX_RETURN_IF_ERROR(Resume(PTRACE_DETACH, pid, signal));
    tracees_.erase(pid);
    return absl::OkStatus();
  }

  static absl::Status Resume(__ptrace_request how, pid_t pid, int signal) {
    // ESRCH: it has been killed meanwhile; its end comes next.
    if (ptrace(how, pid, nullptr, signal) == 0 || errno == ESRCH) {
      return absl::OkStatus();
    }
    return sys::CallFailed("ptrace", pid, signal);
  }

  void EndAll() {
    hung_ = true;
    KillAll(DescendantsOf(getpid()));
  }

  const Place& place_;
  const Fault& fault_;
  pid_t sbx_;
  bool told_abi_ = false;
  std::map<pid_t, Tracee> tracees_;
  std::string failed_;
  bool hung_ = false;
  sys::WaitStatus status_;
};

// Wakes waitpid(2) up from time to time while it is in scope.
class Ticks {
 public:
  Ticks() {
    struct sigaction nothing = {};
    nothing.sa_handler = [](int) {};
    sigaction(SIGALRM, &nothing, &before_);
    const itimerval often = {{.tv_sec = 1, .tv_usec = 0},
                             {.tv_sec = 1, .tv_usec = 0}};
    setitimer(ITIMER_REAL, &often, nullptr);
  }
  ~Ticks() {
    const itimerval never = {};
    setitimer(ITIMER_REAL, &never, nullptr);
    sigaction(SIGALRM, &before_, nullptr);
  }
  Ticks(const Ticks&) = delete;
  Ticks& operator=(const Ticks&) = delete;

 private:
  struct sigaction before_ = {};
};

// Files rather than pipes, so that nobody has to read meanwhile.
struct Outputs {
  sys::Fd out = sys::Fd(memfd_create("out", MFD_CLOEXEC));
  sys::Fd err = sys::Fd(memfd_create("err", MFD_CLOEXEC));
};

std::vector<std::string> Variables(const Environment& environment) {
  std::vector<std::string> variables;
  for (const auto& [name, value] : environment) {
    variables.push_back(absl::StrCat(name, "=", value));
  }
  return variables;
}

[[noreturn]] void StartSbx(const CommandOptions& options, const Place& place,
                           const Outputs& outputs, int go) {
  const std::vector<std::string> variables =
      Variables(options.env.value_or(OurEnvironment()));
  sys::Program program(options.argv, variables);
  const int nothing = open("/dev/null", O_RDONLY | O_CLOEXEC);
  dup2(nothing, STDIN_FILENO);
  dup2(outputs.out.get(), STDOUT_FILENO);
  dup2(outputs.err.get(), STDERR_FILENO);
  close_range(STDERR_FILENO + 1, ~0u, CLOSE_RANGE_CLOEXEC);
  for (const auto& [theirs, ours] : options.descriptors) dup2(ours, theirs);
  char word = 0;
  // Not before it is held.
  if (read(go, &word, 1) != 1) _exit(EXIT_FAILURE);
  const absl::Status entered = place.enter ? place.enter() : absl::OkStatus();
  if (entered.ok()) (void)program.Exec(options.argv[0]);
  std::fprintf(stderr, "%s\n", std::string(entered.message()).c_str());
  _exit(EXIT_FAILURE);
}

absl::Status Hold(pid_t pid) {
  constexpr long kOptions = PTRACE_O_TRACESYSGOOD | PTRACE_O_TRACEEXEC |
                            PTRACE_O_TRACEFORK | PTRACE_O_TRACEVFORK |
                            PTRACE_O_TRACECLONE | PTRACE_O_EXITKILL;
  if (ptrace(PTRACE_SEIZE, pid, nullptr, kOptions) == 0) {
    return absl::OkStatus();
  }
  return sys::CallFailed("ptrace(PTRACE_SEIZE)", pid);
}

absl::StatusOr<pid_t> StartHeld(const CommandOptions& options,
                                const Place& place, const Outputs& outputs) {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) return sys::CallFailed("pipe2");
  const sys::Fd go(ends[0]), say(ends[1]);
  const pid_t pid = fork();
  if (pid < 0) return sys::CallFailed("fork");
  if (pid == 0) StartSbx(options, place, outputs, go.get());
  const absl::Status held = Hold(pid);
  // One that is not held reads the end of the pipe, and ends.
  if (!held.ok()) return held;
  SBX_RETURN_IF_ERROR(sys::WriteAll(say, "!", "the pipe"));
  return pid;
}

absl::StatusOr<std::string> TextIn(const sys::Fd& file) {
  if (lseek(file.get(), 0, SEEK_SET) < 0) return sys::CallFailed("lseek", 0);
  return sys::ReadAll(file, "output");
}

}  // namespace

absl::StatusOr<FaultyRun> RunWithFault(const CommandOptions& options,
                                       const Place& place, const Fault& fault) {
  const Outputs outputs;
  const Ticks ticks;
  SBX_ASSIGN_OR_RETURN(const pid_t pid, StartHeld(options, place, outputs));
  Tracer tracer(place, fault, pid);
  SBX_RETURN_IF_ERROR(tracer.Run());
  FaultyRun run = {.call = tracer.failed(), .hung = tracer.hung()};
  SBX_ASSIGN_OR_RETURN(run.result.out, TextIn(outputs.out));
  SBX_ASSIGN_OR_RETURN(run.result.err, TextIn(outputs.err));
  const sys::WaitStatus status = tracer.status();
  if (status.exited()) {
    run.result.exit_status = status.exit_status();
  } else {
    run.result.signal = status.signal();
  }
  return run;
}

}  // namespace sbx::test
