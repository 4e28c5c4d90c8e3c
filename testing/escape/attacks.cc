// SPDX-License-Identifier: Apache-2.0
//
// What an attacker's program would try inside: `attack NAME [ARGUMENT]` says
// "succeeded", or "stopped" and by which errno.

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/io_uring.h>
#include <linux/keyctl.h>
#include <linux/sched.h>
#include <netinet/in.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <string>

namespace {

// What an attack comes to: 0 or more if it succeeded, else errno says why not.
using Result = long;

int Number(const char* text) {
  return static_cast<int>(strtol(text, nullptr, 0));
}

Result Stopped(int error) {
  errno = error;
  return -1;
}

// A call that got as far as the kernel's own answer has passed all that was to
// stop it.
Result UnlessRefused(Result result) {
  return result >= 0 || errno != EPERM ? 0 : -1;
}

// The parent's part of a fork in disguise: the child does nothing.
Result EndChild(Result child) {
  if (child == 0) _exit(0);
  if (child > 0) waitpid(static_cast<pid_t>(child), nullptr, 0);
  return child;
}

// --- Namespaces and mounts

Result UnshareUser(const char*) { return unshare(CLONE_NEWUSER); }

Result CloneUser(const char*) {
  return EndChild(syscall(SYS_clone, CLONE_NEWUSER | SIGCHLD, 0, 0, 0, 0));
}

Result Clone3User(const char*) {
  clone_args arguments = {};
  arguments.flags = CLONE_NEWUSER;
  arguments.exit_signal = SIGCHLD;
  return EndChild(syscall(SYS_clone3, &arguments, sizeof(arguments)));
}

Result Unmount(const char* path) { return umount2(path, MNT_DETACH); }

// Makes a mount writable again, and writes.
Result Remount(const char* path) {
  if (mount(nullptr, path, nullptr, MS_REMOUNT | MS_BIND, nullptr) != 0) {
    return -1;
  }
  return access(path, W_OK) == 0 || errno != EROFS ? 0 : -1;
}

Result NewMount(const char*) { return syscall(SYS_fsopen, "tmpfs", 0); }

Result ChangeRoot(const char*) { return chroot("/tmp"); }

Result NameHost(const char*) { return sethostname("attacked", 8); }

// --- Files and devices

Result MakeDevice(const char*) {
  return mknod("/tmp/disk", S_IFBLK | 0600, makedev(8, 0));
}
Result MakeFifo(const char*) { return mknod("/tmp/fifo", S_IFIFO | 0600, 0); }

Result OpenFile(const char* path) { return open(path, O_RDONLY); }
Result WriteFile(const char* path) {
  return open(path, O_WRONLY | O_CREAT, 0600);
}

// --- The kernel's other doors

#ifdef __x86_64__
// getpid of i386, which is none of the calls that are filtered.
Result CallI386(const char*) {
  int result = 20;
  asm volatile("int $0x80" : "+a"(result) : : "memory");
  return result >= 0 ? result : Stopped(-result);
}
#endif

Result AddKey(const char*) {
  return syscall(SYS_add_key, "user", "attack", "x", 1,
                 KEY_SPEC_PROCESS_KEYRING);
}

Result SetUpRing(const char*) {
  io_uring_params parameters = {};
  return syscall(SYS_io_uring_setup, 1, &parameters);
}

// --- Other processes

Result Trace(const char* pid) {
  return ptrace(PTRACE_SEIZE, Number(pid), nullptr, nullptr);
}

Result Peek(const char* pid) {
  char byte;
  iovec here = {&byte, 1};
  // Where programs of a fixed address begin; that nothing is there is no
  // refusal.
  iovec there = {reinterpret_cast<void*>(0x400000), 1};
  return UnlessRefused(process_vm_readv(Number(pid), &here, 1, &there, 1, 0));
}

Result OpenOf(const char* pid, const char* file, int flags) {
  const std::string path = std::string("/proc/") + pid + "/" + file;
  return open(path.c_str(), flags);
}

Result OpenMemory(const char* pid) { return OpenOf(pid, "mem", O_RDWR); }
Result ReadEnvironment(const char* pid) {
  return OpenOf(pid, "environ", O_RDONLY);
}

// That the program is busy is no refusal: it will not always be.
Result OverwriteProgram(const char* pid) {
  const Result opened = OpenOf(pid, "exe", O_WRONLY);
  return opened >= 0 || errno == ETXTBSY ? 0 : -1;
}

Result StealDescriptor(const char* pid) {
  const auto process =
      static_cast<int>(syscall(SYS_pidfd_open, Number(pid), 0));
  return process < 0 ? -1 : syscall(SYS_pidfd_getfd, process, 0, 0);
}

Result Kill(const char* pid) { return kill(Number(pid), 0); }

Result KeepNoDeathSignal(const char*) { return prctl(PR_SET_PDEATHSIG, 0); }

Result Fork(const char* count) {
  for (int i = 0; i < Number(count); ++i) {
    const pid_t child = fork();
    if (child < 0) return -1;
    if (child == 0) {
      pause();
      _exit(0);
    }
  }
  return 0;
}

Result LeaveGroups(const char*) { return setgroups(0, nullptr); }

// --- What the caller did not mean to tell

bool Holds(const std::string& path, const std::string& text) {
  std::ostringstream all;
  all << std::ifstream(path).rdbuf();
  return all.str().find(text) != std::string::npos;
}

// Looks for a secret that starts so in what /proc shows of every process but
// this.  Whoever starts the attack does not know the rest.
Result FindText(const char* start) {
  const std::string text = std::string(start) + "-the-caller";
  DIR* const processes = opendir("/proc");
  while (const dirent* entry = readdir(processes)) {
    const std::string name = entry->d_name;
    if (Number(name.c_str()) == 0 || Number(name.c_str()) == getpid()) continue;
    for (const char* file : {"/environ", "/cmdline"}) {
      if (Holds("/proc/" + name + file, text)) return 0;
    }
  }
  return Stopped(ENOENT);
}

Result FindDescriptor(const char*) {
  for (int number = 3; number < 256; ++number) {
    if (fcntl(number, F_GETFD) >= 0) return 0;
  }
  return -1;
}

// --- Terminals

Result Type(unsigned long request) {
  char letter = 'x';
  return UnlessRefused(syscall(SYS_ioctl, 0, request, &letter));
}

Result TypeIntoTerminal(const char*) { return Type(TIOCSTI); }
// The kernel reads 32 bits of the request and forgets the others.
Result TypeInDisguise(const char*) { return Type(uint64_t{1} << 32 | TIOCSTI); }
Result PasteIntoTerminal(const char*) { return Type(TIOCLINUX); }
Result OpenTerminal(const char*) { return open("/dev/tty", O_RDWR); }

// --- Networks

Result ConnectTcp(const char* port) {
  const int number = socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address = {};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<uint16_t>(Number(port)));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return connect(number, reinterpret_cast<const sockaddr*>(&address),
                 sizeof(address));
}

Result ConnectAbstract(const char* name) {
  const int number = socket(AF_UNIX, SOCK_STREAM, 0);
  sockaddr_un address = {};
  address.sun_family = AF_UNIX;
  strncpy(address.sun_path + 1, name, sizeof(address.sun_path) - 2);
  return connect(number, reinterpret_cast<const sockaddr*>(&address),
                 static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + 1 +
                                        strlen(name)));
}

struct Attack {
  const char* name;
  Result (*run)(const char* argument);
};

constexpr Attack kAttacks[] = {
    {"abstract", ConnectAbstract},
    {"chroot", ChangeRoot},
    {"clone", CloneUser},
    {"clone3", Clone3User},
    {"deathsig", KeepNoDeathSignal},
    {"descriptor", FindDescriptor},
    {"environ", ReadEnvironment},
    {"exe", OverwriteProgram},
    {"fifo", MakeFifo},
    {"find", FindText},
    {"fork", Fork},
    {"fsopen", NewMount},
    {"hostname", NameHost},
#ifdef __x86_64__
    {"i386", CallI386},
#endif
    {"key", AddKey},
    {"kill", Kill},
    {"mem", OpenMemory},
    {"mknod", MakeDevice},
    {"open", OpenFile},
    {"paste", PasteIntoTerminal},
    {"peek", Peek},
    {"remount", Remount},
    {"ring", SetUpRing},
    {"setgroups", LeaveGroups},
    {"steal", StealDescriptor},
    {"tcp", ConnectTcp},
    {"trace", Trace},
    {"tty", OpenTerminal},
    {"type", TypeIntoTerminal},
    {"type-disguised", TypeInDisguise},
    {"umount", Unmount},
    {"unshare", UnshareUser},
    {"write", WriteFile},
};

}  // namespace

int main(int argc, char** argv) {
  for (const Attack& attack : kAttacks) {
    if (argc < 2 || strcmp(argv[1], attack.name) != 0) continue;
    const Result result = attack.run(argc > 2 ? argv[2] : "");
    const int error = errno;
    std::printf("%s%s\n", result >= 0 ? "succeeded" : "stopped ",
                result >= 0 ? "" : strerrorname_np(error));
    return EXIT_SUCCESS;
  }
  std::fputs("attack: no such attack\n", stderr);
  return 2;
}
