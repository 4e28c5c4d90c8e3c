// SPDX-License-Identifier: Apache-2.0
//
// What runs inside: looks whether everything is in place that sbx was asked
// for, NAME=VALUE for what is not the same in every sandbox.  Says "started",
// a line "less: …" for each thing that is weaker, and "looked".

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/shm.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <set>
#include <sstream>
#include <string>
#include <vector>

namespace {

struct Asked {
  // As /proc/PID/status shows them.
  std::string capabilities = "0000000000000000";
  long securebits = 0xef;
  bool has_filter = true;
  // The command is process 1 itself.
  bool is_process_1 = false;
  long uid = -1;
  long files = -1;
  std::string host_name = {};
  std::string directory = {};
  std::vector<std::string> secrets = {};
  // The namespaces outside, as /proc/PID/ns shows them: "mnt:[4026531841]".
  std::vector<std::string> outside = {};
  // It does not end by itself, and leaves a daemon behind.
  bool stays = false;
  // There are no namespaces: Landlock and filters keep the command in.
  bool is_confined = false;
  // Whoever lacks the privilege to bound capabilities has given them up.
  bool is_bounded = true;
  // A process outside, and a file that nothing but the sandbox keeps from being
  // changed.
  std::string neighbour = {};
  std::string outside_file = {};
  // A directory in which nothing can be made, though it is the user's.
  std::string read_only = {};
};

void Less(const std::string& what) { std::printf("less: %s\n", what.c_str()); }

void Expect(const std::string& what, const std::string& found,
            const std::string& wanted) {
  if (found != wanted) {
    Less(what + " is \"" + found + "\" and not \"" + wanted + "\"");
  }
}

void Expect(const std::string& what, long found, long wanted) {
  Expect(what, std::to_string(found), std::to_string(wanted));
}

// The text of a file; nothing if it cannot be read.
std::string TextOf(const std::string& path) {
  std::string text;
  const int file = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) return text;
  char buffer[4096];
  ssize_t count = 0;
  while ((count = read(file, buffer, sizeof(buffer))) > 0) {
    text.append(buffer, static_cast<size_t>(count));
  }
  close(file);
  return text;
}

std::vector<std::string> LinesOf(const std::string& path) {
  std::vector<std::string> lines;
  std::istringstream text(TextOf(path));
  for (std::string line; std::getline(text, line);) lines.push_back(line);
  return lines;
}

std::string LinkOf(const std::string& path) {
  char target[PATH_MAX];
  const ssize_t size = readlink(path.c_str(), target, sizeof(target));
  return size < 0 ? "" : std::string(target, static_cast<size_t>(size));
}

bool StartsWith(const std::string& text, const std::string& start) {
  return text.compare(0, start.size(), start) == 0;
}

// A field of /proc/PID/status.
std::string StatusOf(const std::string& pid, const std::string& field) {
  const std::string start = field + ":\t";
  for (const std::string& line : LinesOf("/proc/" + pid + "/status")) {
    if (StartsWith(line, start)) return line.substr(start.size());
  }
  return "not there";
}

constexpr const char* kSets[] = {"CapInh", "CapPrm", "CapEff", "CapBnd",
                                 "CapAmb"};

void Capabilities(const Asked& asked) {
  for (const char* set : kSets) {
    // A root gets its own without inheriting any.
    if (!asked.is_bounded && !strcmp(set, "CapBnd")) continue;
    const bool inherited = !strcmp(set, "CapInh") || !strcmp(set, "CapAmb");
    const bool none = inherited && asked.uid == 0;
    Expect(set, StatusOf("self", set),
           none ? Asked().capabilities : asked.capabilities);
  }
  Expect("securebits", prctl(PR_GET_SECUREBITS, 0, 0, 0, 0), asked.securebits);
}

void Privileges(const Asked&) {
  Expect("NoNewPrivs", StatusOf("self", "NoNewPrivs"), "1");
}

void SystemCalls(const Asked& asked) {
  if (!asked.has_filter) return;
  Expect("Seccomp", StatusOf("self", "Seccomp"), "2");
  if (unshare(CLONE_NEWUSER) == 0) Less("a user namespace can be made");
}

void Namespaces(const Asked& asked) {
  for (const std::string& outside : asked.outside) {
    const std::string kind = outside.substr(0, outside.find(':'));
    const std::string inside = LinkOf("/proc/self/ns/" + kind);
    if (inside.empty()) Less("the namespace " + kind + " cannot be seen");
    if (inside == outside) Less("the namespace " + kind + " is the host's");
  }
}

void Ids(const Asked& asked) {
  Expect("uid", getuid(), asked.uid);
  Expect("effective uid", geteuid(), asked.uid);
  if (asked.is_confined) return;
  Expect("setgroups", TextOf("/proc/self/setgroups"), "deny\n");
}

void Secrets(const Asked& asked) {
  for (const std::string& secret : asked.secrets) {
    if (!TextOf(secret).empty()) Less(secret + " can be read");
  }
}

// One line of proc_pid_mountinfo(5).
struct Mount {
  std::string place = {};
  std::set<std::string> options = {};
  bool propagates = false;
};

Mount MountFrom(const std::string& line) {
  std::istringstream words(line);
  Mount mount;
  std::string skipped, options;
  words >> skipped >> skipped >> skipped >> skipped >> mount.place >> options;
  std::istringstream list(options);
  for (std::string option; std::getline(list, option, ',');) {
    mount.options.insert(option);
  }
  std::string next;
  mount.propagates = words >> next && next != "-";
  return mount;
}

bool MayBeWritten(const std::string& place, const Asked& asked) {
  static const std::set<std::string> kPrivate = {
      "/proc", "/dev/shm", "/dev/pts", "/tmp", "/var/tmp", "/run"};
  return kPrivate.contains(place) || place == asked.directory;
}

bool MayHoldDevices(const std::string& place) {
  static const std::set<std::string> kDevices = {
      "/dev/null",    "/dev/zero", "/dev/full", "/dev/random",
      "/dev/urandom", "/dev/tty",  "/dev/pts"};
  return kDevices.contains(place);
}

void Mounts(const Asked& asked) {
  const std::vector<std::string> lines = LinesOf("/proc/self/mountinfo");
  if (lines.empty()) Less("mounts cannot be seen");
  for (const std::string& line : lines) {
    const Mount mount = MountFrom(line);
    const auto has = [&mount](const char* option) {
      return mount.options.contains(option);
    };
    if (!has("nosuid")) Less(mount.place + " allows setuid");
    if (!has("nodev") && !MayHoldDevices(mount.place)) {
      Less(mount.place + " allows devices");
    }
    if (!has("ro") && !MayBeWritten(mount.place, asked)) {
      Less(mount.place + " can be written");
    }
    if (mount.propagates) Less(mount.place + " is shared with the host");
  }
}

// Mounts of the sandbox's own, which nothing of the host shines through.
void PrivatePlaces(const Asked&) {
  for (const char* place : {"/tmp", "/var/tmp", "/run", "/dev", "/proc"}) {
    struct stat here = {}, above = {};
    const std::string parent = std::string(place) + "/..";
    if (stat(place, &here) != 0 || stat(parent.c_str(), &above) != 0 ||
        here.st_dev == above.st_dev) {
      Less(std::string(place) + " is the host's");
    }
  }
}

void Descriptors(const Asked&) {
  DIR* directory = opendir("/proc/self/fd");
  if (directory == nullptr) return Less("descriptors cannot be seen");
  while (const dirent* entry = readdir(directory)) {
    const long number = strtol(entry->d_name, nullptr, 10);
    if (number > STDERR_FILENO && number != dirfd(directory)) {
      Less("descriptor " + std::string(entry->d_name) + " is open: " +
           LinkOf("/proc/self/fd/" + std::string(entry->d_name)));
    }
  }
  closedir(directory);
}

void Network(const Asked&) {
  const std::vector<std::string> lines = LinesOf("/proc/net/dev");
  // Two lines of headings, and the loopback.
  Expect("the number of interfaces", static_cast<long>(lines.size()) - 2, 1);
}

void Session(const Asked&) {
  if (getsid(0) != getpid()) {
    Less("the session is not its own");
  }
}

void Limits(const Asked& asked) {
  rlimit files = {};
  getrlimit(RLIMIT_NOFILE, &files);
  Expect("the limit of files", static_cast<long>(files.rlim_cur), asked.files);
  Expect("the hard one", static_cast<long>(files.rlim_max), asked.files);
}

void HostName(const Asked& asked) {
  char name[HOST_NAME_MAX + 1] = {};
  gethostname(name, sizeof(name));
  Expect("the host name", name, asked.host_name);
}

void Directory(const Asked& asked) {
  char path[PATH_MAX];
  Expect("the directory", getcwd(path, sizeof(path)) ? path : "none",
         asked.directory);
}

void Signals(const Asked&) {
  Expect("SigBlk", StatusOf("self", "SigBlk"), "0000000000000000");
}

// The command's process 1, which is sbx, by the number that it has here.
std::string NumberOfProcessOne(const Asked& asked) {
  return asked.is_confined ? std::to_string(getppid()) : "1";
}

void ProcessOne(const Asked& asked) {
  if (asked.is_process_1) return Expect("the process id", getpid(), 1);
  const std::string place = "/proc/" + NumberOfProcessOne(asked);
  for (const char* file : {"/environ", "/mem", "/maps", "/auxv"}) {
    const std::string path = place + file;
    if (open(path.c_str(), O_RDONLY) >= 0) Less(path + " can be opened");
  }
  if (!LinkOf(place + "/exe").empty()) Less(place + "/exe can be seen");
  const std::string arguments = TextOf(place + "/cmdline");
  if (arguments.find_first_not_of('\0') != std::string::npos) {
    Less(place + "/cmdline can be read");
  }
}

// What process 1 may do.  It gives away at its birth what the command is not
// to have, and the rest while the command starts.
void ProcessOnesCapabilities(const Asked& asked) {
  if (asked.is_process_1) return;
  const unsigned long long allowed =
      strtoull(asked.capabilities.c_str(), nullptr, 16);
  const std::string pid = NumberOfProcessOne(asked);
  for (const char* set : kSets) {
    if (!asked.is_bounded && !strcmp(set, "CapBnd")) continue;
    const std::string has = StatusOf(pid, set);
    if ((strtoull(has.c_str(), nullptr, 16) & ~allowed) != 0) {
      Less(std::string("process 1 has capabilities: ") + set + " " + has);
    }
  }
  Expect("NoNewPrivs of process 1", StatusOf(pid, "NoNewPrivs"), "1");
}

// Says so if a call has succeeded.
void Refused(const std::string& what, long result) {
  if (result >= 0) Less(what + " is let through");
}

void FilesOutside(const Asked& asked) {
  if (asked.outside_file.empty()) return;
  const char* const path = asked.outside_file.c_str();
  Refused("writing outside", open(path, O_WRONLY));
  Refused("emptying a file outside", open(path, O_RDONLY | O_TRUNC));
  Refused("shortening a file outside", truncate(path, 0));
  Refused("changing a mode outside", chmod(path, 0777));
}

void ReadOnlyPlace(const Asked& asked) {
  if (asked.read_only.empty()) return;
  Refused("making a file in " + asked.read_only,
          open((asked.read_only + "/new").c_str(), O_WRONLY | O_CREAT, 0600));
}

// What a network namespace and an ipc namespace stand for.
void Sockets(const Asked&) {
  Refused("a socket of the internet", socket(AF_INET, SOCK_STREAM, 0));
  Refused("a socket of services", socket(AF_UNIX, SOCK_STREAM, 0));
  Refused("shared memory", shmget(IPC_PRIVATE, 1, IPC_CREAT | 0600));
}

// What a pid namespace stands for.
void Neighbours(const Asked& asked) {
  const pid_t other =
      static_cast<pid_t>(strtol(asked.neighbour.c_str(), nullptr, 10));
  for (const pid_t pid : {other, getppid()}) {
    const std::string who = pid == other ? "a neighbour" : "process 1";
    Refused("signalling " + who, kill(pid, 0));
    Refused("signalling a thread of " + who, syscall(SYS_tgkill, pid, pid, 0));
    Refused("limiting " + who, prlimit(pid, RLIMIT_CPU, nullptr, nullptr));
    Refused("tracing " + who, ptrace(PTRACE_SEIZE, pid, nullptr, nullptr));
  }
  Refused("slowing process 1",
          setpriority(PRIO_PROCESS, static_cast<id_t>(getppid()), 19));
}

struct Check {
  // Where namespaces keep what they keep, and where they do not.
  bool in_namespaces;
  bool confined;
  void (*look)(const Asked&);
};

constexpr Check kChecks[] = {
    {true, true, Capabilities},
    {true, true, Privileges},
    {true, true, SystemCalls},
    {true, false, Namespaces},
    {true, true, Ids},
    {true, true, Secrets},
    {true, false, Mounts},
    {true, false, PrivatePlaces},
    {true, true, Descriptors},
    {true, false, Network},
    {true, true, Session},
    {true, true, Limits},
    {true, false, HostName},
    {true, true, Directory},
    {true, true, Signals},
    {true, true, ProcessOne},
    {true, true, ProcessOnesCapabilities},
    {false, true, FilesOutside},
    {false, true, ReadOnlyPlace},
    {false, true, Sockets},
    {false, true, Neighbours},
};

struct Word {
  const char* name;
  void (*take)(const std::string& value, Asked& asked);
};

constexpr Word kWords[] = {
    {"capabilities",
     [](auto& value, Asked& asked) { asked.capabilities = value; }},
    {"securebits",
     [](auto& value, Asked& asked) {
       asked.securebits = strtol(value.c_str(), nullptr, 0);
     }},
    {"stays", [](auto&, Asked& asked) { asked.stays = true; }},
    {"confined", [](auto&, Asked& asked) { asked.is_confined = true; }},
    {"unbounded", [](auto&, Asked& asked) { asked.is_bounded = false; }},
    {"neighbour", [](auto& value, Asked& asked) { asked.neighbour = value; }},
    {"read-only", [](auto& value, Asked& asked) { asked.read_only = value; }},
    {"outside-file",
     [](auto& value, Asked& asked) { asked.outside_file = value; }},
    {"filter",
     [](auto& value, Asked& asked) { asked.has_filter = value != "none"; }},
    {"process-1", [](auto&, Asked& asked) { asked.is_process_1 = true; }},
    {"uid",
     [](auto& value, Asked& asked) {
       asked.uid = strtol(value.c_str(), nullptr, 10);
     }},
    {"files",
     [](auto& value, Asked& asked) {
       asked.files = strtol(value.c_str(), nullptr, 10);
     }},
    {"host-name", [](auto& value, Asked& asked) { asked.host_name = value; }},
    {"directory", [](auto& value, Asked& asked) { asked.directory = value; }},
    {"secret",
     [](auto& value, Asked& asked) { asked.secrets.push_back(value); }},
    {"outside",
     [](auto& value, Asked& asked) { asked.outside.push_back(value); }},
};

// A word that nobody knows would be a check that is not made.
bool Take(const std::string& argument, Asked& asked) {
  const size_t equals = argument.find('=');
  if (equals == std::string::npos) return false;
  for (const Word& word : kWords) {
    if (argument.substr(0, equals) == word.name) {
      word.take(argument.substr(equals + 1), asked);
      return true;
    }
  }
  return false;
}

}  // namespace

// What ends none of them but SIGKILL.
[[noreturn]] void Stay() {
  std::fflush(stdout);
  signal(SIGTERM, SIG_IGN);
  if (fork() == 0) setsid();
  while (true) pause();
}

int main(int argc, char** argv) {
  std::puts("started");
  std::fflush(stdout);
  Asked asked;
  for (int i = 1; i < argc; ++i) {
    if (!Take(argv[i], asked)) Less(std::string("no such word: ") + argv[i]);
  }
  for (const Check& check : kChecks) {
    if (asked.is_confined ? check.confined : check.in_namespaces) {
      check.look(asked);
    }
  }
  std::puts("looked");
  if (asked.stays) Stay();
  return EXIT_SUCCESS;
}
