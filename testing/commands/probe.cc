// SPDX-License-Identifier: Apache-2.0
//
// What a program inside tries, one call at a time, where no shell command makes
// just that call.  Says "ok", or the name of the errno.

#include <arpa/inet.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <string>

namespace {

int Number(const char* text) {
  return static_cast<int>(strtol(text, nullptr, 0));
}

// Prints how a call ended, and returns the exit status that says the same.
int Say(long result) {
  std::puts(result >= 0 ? "ok" : strerrorname_np(errno));
  return result >= 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

int Kill(char** words) { return Say(kill(Number(words[0]), Number(words[1]))); }

int Trace(char** words) {
  const pid_t pid = Number(words[0]);
  const long result = ptrace(PTRACE_SEIZE, pid, nullptr, nullptr);
  return Say(result);
}

int NameHost(char** words) {
  return Say(sethostname(words[0], strlen(words[0])));
}

int SetUser(char** words) { return Say(setuid(Number(words[0]))); }
int SetGroup(char** words) { return Say(setgid(Number(words[0]))); }

int Chown(char** words) {
  return Say(chown(words[0], Number(words[1]), Number(words[2])));
}

int Mount(char** words) {
  return Say(mount(words[0], words[1], words[0], 0, nullptr));
}

// Connects to the abstract socket of such a name.
int ConnectAbstract(char** words) {
  const int number = socket(AF_UNIX, SOCK_STREAM, 0);
  sockaddr_un address = {.sun_family = AF_UNIX, .sun_path = {}};
  strncpy(address.sun_path + 1, words[0], sizeof(address.sun_path) - 2);
  return Say(connect(number, reinterpret_cast<const sockaddr*>(&address),
                     static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) +
                                            1 + strlen(words[0]))));
}

int Unshare(char**) { return Say(unshare(CLONE_NEWUSER)); }

// Takes a capability out of the bounding set.
int DropBounding(char** words) {
  return Say(prctl(PR_CAPBSET_DROP, Number(words[0]), 0, 0, 0));
}

int RaiseAmbient(char** words) {
  return Say(
      prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, Number(words[0]), 0, 0));
}

int ShowSecurebits(char**) {
  std::printf("0x%x\n", prctl(PR_GET_SECUREBITS, 0, 0, 0, 0));
  return EXIT_SUCCESS;
}

int SetSecurebits(char** words) {
  return Say(prctl(PR_SET_SECUREBITS, Number(words[0]), 0, 0, 0));
}

// Gives up the user for another one and runs the program that follows.
int As(char** words) {
  const int id = Number(words[0]);
  if (setgid(id) != 0 || setuid(id) != 0) return Say(-1);
  execvp(words[1], words + 1);
  return Say(-1);
}

// Listens on the loopback and connects to itself.
int Connect(char**) {
  sockaddr_in address = {};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof(address);
  sockaddr* any = reinterpret_cast<sockaddr*>(&address);
  const int server = socket(AF_INET, SOCK_STREAM, 0);
  if (bind(server, any, size) != 0 || listen(server, 1) != 0 ||
      getsockname(server, any, &size) != 0) {
    return Say(-1);
  }
  return Say(connect(socket(AF_INET, SOCK_STREAM, 0), any, size));
}

// By a command of ioctl(2) on a file that is open for reading, with a number.
int Command(char** words) {
  int number = 1;
  const int file = open(words[1], O_RDONLY | O_CLOEXEC);
  return Say(
      ioctl(file, strtoul(words[0], nullptr, 0), static_cast<void*>(&number)));
}

// Connects the socket 7 by the first bytes that it sends, to a port where
// nobody listens.
int OpenFast(char**) {
  sockaddr_in address = {};
  address.sin_family = AF_INET;
  address.sin_port = htons(1);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return Say(sendto(7, "x", 1, MSG_FASTOPEN,
                    reinterpret_cast<const sockaddr*>(&address),
                    sizeof(address)));
}

int ShowDescriptors(char**) {
  DIR* directory = opendir("/proc/self/fd");
  if (directory == nullptr) return Say(-1);
  while (const dirent* entry = readdir(directory)) {
    const int number = Number(entry->d_name);
    const bool counts = entry->d_name[0] != '.' && number != dirfd(directory);
    if (counts) std::printf("%d\n", number);
  }
  return EXIT_SUCCESS;
}

// Blocks every signal and says each instance that arrives, until `last`.
int AwaitSignals(char** words) {
  const int last = Number(words[0]);
  sigset_t all;
  sigfillset(&all);
  sigprocmask(SIG_SETMASK, &all, nullptr);
  std::puts("ready");
  std::fflush(stdout);
  for (int signal = 0; signal != last;) {
    signal = sigwaitinfo(&all, nullptr);
    std::printf("got %d\n", signal);
    std::fflush(stdout);
  }
  return EXIT_SUCCESS;
}

// For safety: longer than any test waits.
constexpr time_t kSecondsOfMultiplying = 70;

// Two processes in the place of one, in groups of their own or all in one, as
// fast as can be and as far as the limit of processes allows: if one of them is
// left out when the others are ended, they are as many as before in no time.
[[noreturn]] void Multiply(bool in_groups) {
  const time_t end = time(nullptr) + kSecondsOfMultiplying;
  while (time(nullptr) < end) {
    if (in_groups) setpgid(0, 0);
    const bool has_one = fork() > 0;
    if (has_one && fork() > 0) break;
  }
  _exit(EXIT_SUCCESS);
}

int MultiplyBehind(bool in_groups) {
  if (fork() == 0) Multiply(in_groups);
  // Until there are as many as there may be.
  pid_t child = 0;
  while ((child = fork()) > 0) waitpid(child, nullptr, 0);
  if (child == 0) _exit(EXIT_SUCCESS);
  std::puts("multiplying");
  return EXIT_SUCCESS;
}

int MultiplyInGroups(char**) { return MultiplyBehind(true); }
int MultiplyInOneGroup(char**) { return MultiplyBehind(false); }

// A child in a group of its own.
pid_t ForkApart() {
  const pid_t child = fork();
  setpgid(child, child);
  return child;
}

[[noreturn]] void PauseForEver() {
  while (true) pause();
}

// Leaves a process that is traced by a child of its sibling, which does the
// same, and so on: each has to be waited for by whoever comes after it.
void TraceAround(int rounds, int ready) {
  const pid_t traced = ForkApart();
  if (traced == 0) PauseForEver();
  if (ForkApart() > 0) return;
  if (ForkApart() > 0) PauseForEver();
  if (ptrace(PTRACE_SEIZE, traced, nullptr, nullptr) != 0) _exit(EXIT_FAILURE);
  if (rounds > 1) TraceAround(rounds - 1, ready);
  if (write(ready, "!", 1) != 1) _exit(EXIT_FAILURE);
  PauseForEver();
}

int LeaveTraced(char** words) {
  const int rounds = std::atoi(words[0]);
  int ready[2];
  if (pipe(ready) != 0) return EXIT_FAILURE;
  TraceAround(rounds, ready[1]);
  close(ready[1]);
  char byte = 0;
  for (int i = 0; i < rounds; ++i) {
    if (read(ready[0], &byte, 1) != 1) return EXIT_FAILURE;
  }
  return EXIT_SUCCESS;
}

// A chain of processes, each a child of the one before and in a group of its
// own, whose last one writes a word and keeps a processor busy.
int LeaveGenerations(char** words) {
  for (int left = std::atoi(words[0]); left > 0; --left) {
    if (ForkApart() > 0) PauseForEver();
  }
  std::puts("generations");
  std::fflush(stdout);
  while (true) {
  }
}

// Reads the memory of nobody but itself.
int ReadOwnMemory(char**) {
  return Say(process_vm_readv(getpid(), nullptr, 0, nullptr, 0, 0));
}

struct Try {
  const char* name;
  int words;
  int (*run)(char** words);
};

constexpr Try kTries[] = {
    {"ambient", 1, RaiseAmbient},
    {"abstract", 1, ConnectAbstract},
    {"as", 2, As},
    {"bounding", 1, DropBounding},
    {"chown", 3, Chown},
    {"connect", 0, Connect},
    {"command", 2, Command},
    {"descriptors", 0, ShowDescriptors},
    {"hostname", 1, NameHost},
    {"kill", 2, Kill},
    {"leave-generations", 1, LeaveGenerations},
    {"leave-traced", 1, LeaveTraced},
    {"mount", 2, Mount},
    {"multiply-in-groups", 0, MultiplyInGroups},
    {"multiply-in-one-group", 0, MultiplyInOneGroup},
    {"open-fast", 0, OpenFast},
    {"own-memory", 0, ReadOwnMemory},
    {"ptrace", 1, Trace},
    {"securebits", 0, ShowSecurebits},
    {"setgid", 1, SetGroup},
    {"setsecurebits", 1, SetSecurebits},
    {"setuid", 1, SetUser},
    {"signals", 1, AwaitSignals},
    {"unshare", 0, Unshare},
};

}  // namespace

int main(int argc, char** argv) {
  for (const Try& row : kTries) {
    if (argc >= row.words + 2 && strcmp(argv[1], row.name) == 0) {
      return row.run(argv + 2);
    }
  }
  std::fputs("probe: no such try\n", stderr);
  return 2;
}
