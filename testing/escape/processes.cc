// SPDX-License-Identifier: Apache-2.0

#include <dirent.h>
#include <fcntl.h>
#include <grp.h>
#include <sched.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/shm.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <string>

#include "testing/escape/attack.h"

// Where a program begins, as the linker says (ld(1)).
extern "C" const char __executable_start;

namespace sbx::escape {
namespace {

// Says that it is there, and waits for its end: the victim.
Outcome Wait(const Words&) {
  std::puts("waiting");
  std::fflush(stdout);
  while (true) pause();
}

// PID: stops and reads a process, as a debugger does.
Outcome Trace(const Words& words) {
  const pid_t pid = Number(words[0]);
  return InChild([pid] { return Of(ptrace(PTRACE_SEIZE, pid, 0, 0)); });
}

// PID: reads the beginning of a program, which lies where ours does.
Outcome ReadMemory(const Words& words) {
  const pid_t pid = Number(words[0]);
  char text[4];
  const iovec here = {text, sizeof(text)};
  const iovec there = {const_cast<char*>(&__executable_start), sizeof(text)};
  return InChild(
      [&] { return Of(process_vm_readv(pid, &here, 1, &there, 1, 0)); });
}

// PID: takes a descriptor out of a process.
Outcome TakeDescriptor(const Words& words) {
  const pid_t pid = Number(words[0]);
  return InChild([pid] {
    const long pidfd = syscall(SYS_pidfd_open, pid, 0);
    if (pidfd < 0) return Of(-1);
    return Of(syscall(SYS_pidfd_getfd, pidfd, 2, 0));
  });
}

// PID
Outcome Signal(const Words& words) {
  return Of(kill(Number(words[0]), SIGTERM));
}

// PID: with words of our own beside the signal.
Outcome QueueSignal(const Words& words) {
  return Of(sigqueue(Number(words[0]), SIGTERM, {}));
}

// PID: by a descriptor of the process, which names nobody in the call.
Outcome SignalByDescriptor(const Words& words) {
  const long pidfd = syscall(SYS_pidfd_open, Number(words[0]), 0);
  if (pidfd < 0) CannotTry("pidfd_open");
  return Of(syscall(SYS_pidfd_send_signal, pidfd, SIGTERM, nullptr, 0));
}

// PID: has a file send it SIGKILL, as soon as there is something to read.
Outcome SignalByFile(const Words& words) {
  int ends[2];
  if (socketpair(AF_UNIX, SOCK_STREAM, 0, ends) != 0) CannotTry("socketpair");
  return Of(fcntl(ends[0], F_SETOWN, Number(words[0])));
}

// PID: the same by ioctl(2).
Outcome SignalBySocket(const Words& words) {
  int ends[2];
  const int pid = Number(words[0]);
  if (socketpair(AF_UNIX, SOCK_STREAM, 0, ends) != 0) CannotTry("socketpair");
  return Of(ioctl(ends[0], FIOSETOWN, &pid));
}

// Chooses the signal that a file sends whomever it was told to by others.
Outcome ChooseSignalOfFile(const Words&) {
  return Of(fcntl(STDIN_FILENO, F_SETSIG, SIGKILL));
}

// The process that has started us: what ends the sandbox, where there is one.
Outcome SignalParent(const Words&) { return Of(kill(getppid(), SIGURG)); }

// Lets it run where somebody else is always first.
Outcome SlowParent(const Words&) {
  cpu_set_t processors;
  CPU_ZERO(&processors);
  CPU_SET(0, &processors);
  return Of(sched_setaffinity(getppid(), sizeof(processors), &processors));
}

// The same for the one that has started that: what keeps the time limit.
Outcome DelayGrandparent(const Words&) {
  std::ifstream status("/proc/" + std::to_string(getppid()) + "/status");
  std::string word;
  pid_t grandparent = -1;
  while (status >> word && word != "PPid:") {
  }
  if (!(status >> grandparent)) CannotTry("PPid");
  return Of(setpriority(PRIO_PROCESS, static_cast<id_t>(grandparent), 19));
}

// Takes the processor from all that were started together with us.
Outcome SlowGroup(const Words&) { return Of(setpriority(PRIO_PGRP, 0, 19)); }

// PID: to a thread, past what watches for kill(2).
Outcome SignalThread(const Words& words) {
  const pid_t pid = Number(words[0]);
  return Of(syscall(SYS_tgkill, pid, pid, SIGTERM));
}

// PID
Outcome OpenPidfd(const Words& words) {
  return Of(syscall(SYS_pidfd_open, Number(words[0]), 0));
}

// Signals all other processes that there are; process 1 is never among them.
Outcome SignalEverybody(const Words&) { return Of(kill(-1, SIGURG)); }

// COUNT: makes so many processes.
Outcome MakeProcesses(const Words& words) {
  std::vector<pid_t> children;
  Outcome outcome = {};
  while (outcome.error == 0 &&
         children.size() < static_cast<size_t>(Number(words[0]))) {
    const pid_t child = fork();
    if (child == 0) Wait({});
    if (child < 0) outcome = Of(-1);
    if (child > 0) children.push_back(child);
  }
  for (const pid_t child : children) {
    kill(child, SIGKILL);
    waitpid(child, nullptr, 0);
  }
  return outcome;
}

std::string TextOf(const std::string& path) {
  std::string text;
  FILE* const file = std::fopen(path.c_str(), "r");
  if (file == nullptr) return text;
  char buffer[4096];
  size_t count = 0;
  while ((count = std::fread(buffer, 1, sizeof(buffer), file)) > 0) {
    text.append(buffer, count);
  }
  std::fclose(file);
  return text;
}

// TEXT, backwards, so as not to find itself: looks for it in what the kernel
// tells of every process.
Outcome FindSecret(const Words& words) {
  const std::string secret(words[0].rbegin(), words[0].rend());
  DIR* const processes = opendir("/proc");
  if (processes == nullptr) CannotTry("opendir");
  Outcome outcome = {ENOENT};
  while (const dirent* entry = readdir(processes)) {
    for (const char* file : {"/environ", "/cmdline", "/comm"}) {
      const std::string path = std::string("/proc/") + entry->d_name + file;
      if (TextOf(path).find(secret) != std::string::npos) outcome = {};
    }
  }
  closedir(processes);
  return outcome;
}

// NUMBER: reads what others share.
Outcome AttachSharedMemory(const Words& words) {
  const void* const memory = shmat(Number(words[0]), nullptr, SHM_RDONLY);
  return Of(reinterpret_cast<intptr_t>(memory) == -1 ? -1 : 0);
}

// PID: takes its processor time.
Outcome LimitProcess(const Words& words) {
  constexpr rlimit kNothing = {1, 1};
  return Of(prlimit(Number(words[0]), RLIMIT_CPU, &kNothing, nullptr));
}

// Leaves all groups, and so one that a file's mode shuts out.
Outcome LeaveGroups(const Words&) { return Of(setgroups(0, nullptr)); }

// Makes a setuid program of root's, and runs it as user 5, in whom root would
// have a friend.
Outcome RunSetuidProgram(const Words&) {
  std::filesystem::copy_file("/proc/self/exe", "setuid");
  if (chmod("setuid", 04755) != 0) CannotTry("chmod");
  // By descriptor, for user 5 may not walk to it.
  const int program = open("setuid", O_RDONLY | O_CLOEXEC);
  if (program < 0) CannotTry("open");
  const pid_t child = fork();
  if (child < 0) CannotTry("fork");
  if (child == 0) {
    if (setgid(5) != 0 || setuid(5) != 0) CannotTry("setuid");
    const char* const words[] = {"setuid", "am-root", nullptr};
    fexecve(program, const_cast<char**>(words), environ);
    CannotTry("fexecve");
  }
  int status = 0;
  waitpid(child, &status, 0);
  if (WEXITSTATUS(status) == kCannotTry) CannotTry("the program did not run");
  return {status == 0 ? 0 : EPERM};
}

Outcome AmRoot(const Words&) { return {geteuid() == 0 ? 0 : EPERM}; }

// Unties the sandbox from the life of the one who started it.
Outcome IgnoreParentDeath(const Words&) {
  return Of(prctl(PR_SET_PDEATHSIG, 0, 0, 0, 0));
}

constexpr Attack kAttacks[] = {
    {"am-root", 0, AmRoot},
    {"choose-signal-of-file", 0, ChooseSignalOfFile},
    {"delay-grandparent", 0, DelayGrandparent},
    {"find-secret", 1, FindSecret},
    {"ignore-parent-death", 0, IgnoreParentDeath},
    {"leave-groups", 0, LeaveGroups},
    {"limit", 1, LimitProcess},
    {"make-processes", 1, MakeProcesses},
    {"pidfd", 1, OpenPidfd},
    {"queue-signal", 1, QueueSignal},
    {"read-memory", 1, ReadMemory},
    {"run-setuid-program", 0, RunSetuidProgram},
    {"shared-memory", 1, AttachSharedMemory},
    {"signal", 1, Signal},
    {"signal-by-descriptor", 1, SignalByDescriptor},
    {"signal-by-file", 1, SignalByFile},
    {"signal-by-socket", 1, SignalBySocket},
    {"signal-everybody", 0, SignalEverybody},
    {"signal-parent", 0, SignalParent},
    {"signal-thread", 1, SignalThread},
    {"slow-group", 0, SlowGroup},
    {"slow-parent", 0, SlowParent},
    {"take-descriptor", 1, TakeDescriptor},
    {"trace", 1, Trace},
    {"wait", 0, Wait},
};

}  // namespace

std::span<const Attack> AttacksOnProcesses() { return kAttacks; }

}  // namespace sbx::escape
