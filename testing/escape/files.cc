// SPDX-License-Identifier: Apache-2.0

#include <fcntl.h>
#include <ftw.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/wait.h>
#include <unistd.h>

#include "testing/escape/attack.h"

namespace sbx::escape {
namespace {

int FlagsOf(const std::string& access) {
  // Without a wait for who reads a pipe.
  if (access == "rw") return O_RDWR | O_NONBLOCK;
  return access == "w" ? O_WRONLY : O_RDONLY;
}

// PATH, and "r", "w" or "rw": opens a file, in a child, so that "/proc/1" is
// never the attacker himself.
Outcome OpenFile(const Words& words) {
  const int flags = FlagsOf(words[1]);
  return InChild([&] { return Of(open(words[0].c_str(), flags | O_NOCTTY)); });
}

// PATH: creates a file.
Outcome CreateFile(const Words& words) {
  return Of(open(words[0].c_str(), O_WRONLY | O_CREAT | O_EXCL, 0600));
}

// PATH: empties a file, by its name alone.
Outcome Truncate(const Words& words) {
  return Of(truncate(words[0].c_str(), 0));
}

// PATH ACCESS: empties it by opening it, but not for writing: 0 for reading, 3
// for neither.
Outcome OpenToTruncate(const Words& words) {
  return Of(open(words[0].c_str(), Number(words[1]) | O_TRUNC));
}

// NUMBER NAME: reads through a descriptor that somebody forgot to close.
Outcome OpenThroughDescriptor(const Words& words) {
  return Of(openat(Number(words[0]), words[1].c_str(), O_RDONLY));
}

// PATH: reaches a file of the host, whatever the root is, by every way up.
Outcome Climb(const Words& words) {
  const std::string up = "../../../../../../../../../../../../../../../..";
  Outcome outcome = {};
  for (const std::string& start :
       {std::string(), up, "/" + up, "/proc/1/root/" + up, "/proc/1/cwd/" + up,
        "/proc/self/root/" + up, "/proc/self/cwd/" + up,
        "/proc/thread-self/root/" + up}) {
    outcome = Of(open((start + words[0]).c_str(), O_RDONLY));
    if (outcome.error == 0) return outcome;
  }
  // The first way is the plain one, and what it says is the answer.
  return Of(open(words[0].c_str(), O_RDONLY));
}

// PATH: chroot(2) twice and up from a directory that was left outside, which
// leads out of every chroot.
Outcome BreakOutOfChroot(const Words& words) {
  if (mkdir("jail", 0700) != 0 && errno != EEXIST) CannotTry("mkdir");
  if (chroot("jail") != 0) return Of(-1);
  for (int i = 0; i < 64; ++i) {
    if (chdir("..") != 0) return Of(-1);
  }
  if (chroot(".") != 0) return Of(-1);
  return Of(open(words[0].c_str(), O_RDONLY));
}

// TYPE MAJOR MINOR: makes a device and opens it.
Outcome MakeDevice(const Words& words) {
  const mode_t type = words[0] == "b" ? S_IFBLK : S_IFCHR;
  const dev_t device = makedev(Number(words[1]), Number(words[2]));
  return Of(mknod("device", type | 0600, device));
}

// Whether every sandbox may have a device with these numbers: what holds no
// state, and terminals.
bool IsHarmless(dev_t device) {
  constexpr unsigned kMemory = 1, kTerminals = 5, kFirstPty = 136,
                     kLastPty = 143;
  const unsigned number = minor(device);
  switch (major(device)) {
    case kMemory:
      return number == 3 || number == 5 || (number >= 7 && number <= 9);
    case kTerminals:
      return number <= 2;
    default:
      return major(device) >= kFirstPty && major(device) <= kLastPty;
  }
}

int OpenIfDevice(const char* path, const struct stat* found, int, FTW*) {
  const bool is_device = S_ISCHR(found->st_mode) || S_ISBLK(found->st_mode);
  if (!is_device || IsHarmless(found->st_rdev)) return 0;
  return open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY) >= 0 ? 1 : 0;
}

// Opens any device that does more than those that everybody needs.
Outcome OpenAnyDevice(const Words&) {
  constexpr int kDescriptors = 16;
  return {nftw("/dev", OpenIfDevice, kDescriptors, FTW_PHYS) == 1 ? 0 : ENOENT};
}

// PROGRAM: keeps hold of a program's file through /proc while it runs, and
// writes to it when it runs no more.
Outcome OverwriteProgram(const Words& words) {
  int ready[2];
  if (pipe2(ready, O_CLOEXEC) != 0) CannotTry("pipe2");
  const pid_t child = fork();
  if (child < 0) CannotTry("fork");
  if (child == 0) {
    execl(words[0].c_str(), "attacks", "wait", nullptr);
    _exit(127);
  }
  close(ready[1]);
  char nothing = 0;
  // Its end says that the child has become the program.
  if (read(ready[0], &nothing, 1) != 0) CannotTry("read");
  const std::string running = "/proc/" + std::to_string(child) + "/exe";
  const int program = open(running.c_str(), O_PATH);
  if (program < 0) CannotTry(running);
  kill(child, SIGKILL);
  waitpid(child, nullptr, 0);
  const std::string kept = "/proc/self/fd/" + std::to_string(program);
  return Of(open(kept.c_str(), O_WRONLY));
}

// PATH: lets everybody at a file that can merely be read.
Outcome ChangeMode(const Words& words) {
  const int file = open(words[0].c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) CannotTry(words[0]);
  return Of(fchmod(file, 0666));
}

// PATH: sets a file's times back, so that nobody sees that it has changed.
Outcome SetTimesBack(const Words& words) {
  constexpr timespec kTimes[2] = {{1, 0}, {1, 0}};
  return Of(utimensat(AT_FDCWD, words[0].c_str(), kTimes, 0));
}

constexpr Attack kAttacks[] = {
    {"break-out-of-chroot", 1, BreakOutOfChroot},
    {"change-mode", 1, ChangeMode},
    {"climb", 1, Climb},
    {"create", 1, CreateFile},
    {"descriptor", 2, OpenThroughDescriptor},
    {"mknod", 3, MakeDevice},
    {"open", 2, OpenFile},
    {"open-any-device", 0, OpenAnyDevice},
    {"open-to-truncate", 2, OpenToTruncate},
    {"overwrite-program", 1, OverwriteProgram},
    {"set-times-back", 1, SetTimesBack},
    {"truncate", 1, Truncate},
};

}  // namespace

std::span<const Attack> AttacksOnFiles() { return kAttacks; }

}  // namespace sbx::escape
