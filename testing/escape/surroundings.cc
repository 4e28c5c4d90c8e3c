// SPDX-License-Identifier: Apache-2.0

#include "testing/escape/surroundings.h"

#include <fcntl.h>
#include <linux/keyctl.h>
#include <netinet/in.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/shm.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstddef>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <map>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "gtest/gtest.h"
#include "sandbox/sys/file.h"
#include "sandbox/sys/status.h"
#include "testing/processes.h"

namespace sbx::escape {
namespace {

constexpr int kLeaked = 9;
constexpr int kDead = 8;

// A socket that listens at `address`, wherever that is.
template <typename Address>
absl::StatusOr<sys::Fd> ListenAt(Address& address, socklen_t size) {
  sockaddr* const any = reinterpret_cast<sockaddr*>(&address);
  sys::Fd server(socket(any->sa_family, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (!server || bind(server.get(), any, size) != 0 ||
      listen(server.get(), 1) != 0 ||
      getsockname(server.get(), any, &size) != 0) {
    return sys::CallFailed("listen");
  }
  return server;
}

absl::StatusOr<sys::Fd> ListenAtName(const std::string& name) {
  sockaddr_un address = {};
  address.sun_family = AF_UNIX;
  std::memcpy(address.sun_path, name.data(), name.size());
  return ListenAt(address, static_cast<socklen_t>(
                               offsetof(sockaddr_un, sun_path) + name.size()));
}

// A process that `ancestor` has made and that runs `program`.
absl::StatusOr<pid_t> Find(pid_t ancestor, const std::string& program) {
  for (const test::Process& process : test::DescendantsOf(ancestor)) {
    if (absl::StartsWith(process.command, program)) return process.pid;
  }
  return absl::NotFoundError(absl::StrCat("nobody runs ", program));
}

absl::StatusOr<std::string> MakeDirectory(const std::string& prefix) {
  std::string path = prefix + "-XXXXXX";
  if (mkdtemp(path.data()) == nullptr) return sys::CallFailed("mkdtemp", path);
  return path;
}

void Write(const std::string& path, const std::string& text) {
  std::ofstream(path) << text;
}

}  // namespace

struct Surroundings::Neighbour {
  const char* variable;
  absl::Status (Surroundings::*make)();
};

constexpr Surroundings::Neighbour Surroundings::kNeighbours[] = {
    {"$abstract", &Surroundings::Listen},
    {"$port", &Surroundings::Listen},
    {"$host/socket", &Surroundings::Listen},
    {"$key", &Surroundings::MakeKey},
    {"$terminal", &Surroundings::MakeTerminal},
    {"$memory", &Surroundings::ShareMemory},
    {"$victim", &Surroundings::StartVictim},
    {"$paused", &Surroundings::PauseSetUp},
    {"$alive", &Surroundings::StartSandbox},
    {"$dead", &Surroundings::EndSandbox},
};

Surroundings::Surroundings() : variables_(test::OurEnvironment()) {
  EXPECT_TRUE(MakeFiles().ok());
}

Surroundings::~Surroundings() {
  // It would outlive all processes.
  if (memory_ >= 0) shmctl(memory_, IPC_RMID, nullptr);
}

absl::Status Surroundings::MakeFiles() {
  SBX_ASSIGN_OR_RETURN(directory_, MakeDirectory("work"));
  SBX_ASSIGN_OR_RETURN(
      host_, MakeDirectory(absl::StrCat(getenv("TEST_TMPDIR"), "/host")));
  const std::string& host = host_;
  variables_["programs"] =
      std::filesystem::path(getenv("TEST_TMPDIR")).parent_path() / "bin";
  std::filesystem::create_directory(host + "/empty");
  std::filesystem::create_directories(host + "/home/.ssh");
  Write(host + "/file", "text");
  Write(host + "/home/.ssh/id", "secret");
  std::filesystem::copy_file(variables_["programs"] + "/attacks",
                             host + "/attacks");
  if (mkfifo((host + "/pipe").c_str(), 0600) != 0) {
    return sys::CallFailed("mkfifo");
  }
  variables_["host"] = host;
  variables_["HOME"] = host + "/home";
  variables_["SECRET"] = "opensesame";
  variables_["terces"] = "emasesnepo";
  open_.emplace_back(open(host.c_str(), O_PATH | O_CLOEXEC));
  return absl::OkStatus();
}

absl::Status Surroundings::Listen() {
  const std::string name = absl::StrCat("sbx-escape-", getpid());
  SBX_ASSIGN_OR_RETURN(sys::Fd abstract, ListenAtName('\0' + name));
  SBX_ASSIGN_OR_RETURN(sys::Fd path, ListenAtName(host_ + "/socket"));
  sockaddr_in address = {};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  SBX_ASSIGN_OR_RETURN(sys::Fd port, ListenAt(address, sizeof(address)));
  variables_["abstract"] = name;
  variables_["port"] = absl::StrCat(ntohs(address.sin_port));
  for (sys::Fd* fd : {&abstract, &path, &port}) open_.push_back(std::move(*fd));
  return absl::OkStatus();
}

absl::Status Surroundings::MakeKey() {
  variables_["key"] = "sbx-escape";
  if (syscall(SYS_keyctl, KEYCTL_JOIN_SESSION_KEYRING, nullptr) < 0 ||
      syscall(SYS_add_key, "user", "sbx-escape", "secret", 6,
              KEY_SPEC_SESSION_KEYRING) < 0) {
    return sys::CallFailed("add_key");
  }
  return absl::OkStatus();
}

absl::Status Surroundings::MakeTerminal() {
  sys::Fd master(posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC));
  char name[64];
  if (!master || grantpt(master.get()) != 0 || unlockpt(master.get()) != 0 ||
      ptsname_r(master.get(), name, sizeof(name)) != 0) {
    return sys::CallFailed("posix_openpt");
  }
  variables_["terminal"] = name;
  open_.push_back(std::move(master));
  return absl::OkStatus();
}

absl::Status Surroundings::ShareMemory() {
  memory_ = shmget(IPC_PRIVATE, 1, IPC_CREAT | 0600);
  if (memory_ < 0) return sys::CallFailed("shmget");
  variables_["memory"] = absl::StrCat(memory_);
  return absl::OkStatus();
}

absl::Status Surroundings::StartVictim() {
  commands_.push_back(test::StartCommand({.argv = {"attacks", "wait"}}));
  commands_.back().WaitFor("waiting");
  variables_["victim"] = absl::StrCat(commands_.back().pid());
  return absl::OkStatus();
}

absl::Status Surroundings::PauseSetUp() {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) return sys::CallFailed("pipe2");
  const sys::Fd read(ends[0]);
  open_.emplace_back(ends[1]);
  SBX_RETURN_IF_ERROR(sys::WriteAll(open_.back(), "x", "pipe"));
  commands_.push_back(test::StartCommand(
      {.argv = {"sbx", "--file=/tmp/file:9", "--", "attacks", "wait"},
       .descriptors = {{kLeaked, read.get()}}}));
  // Once this is read, it waits for more, which never comes.
  for (int left = 1; left != 0; sched_yield()) {
    if (ioctl(read.get(), FIONREAD, &left) != 0) {
      return sys::CallFailed("ioctl");
    }
  }
  for (const test::Process& process :
       test::DescendantsOf(commands_.back().pid())) {
    variables_["paused"] = absl::StrCat(process.pid);
  }
  return absl::OkStatus();
}

absl::Status Surroundings::StartSandbox() {
  commands_.push_back(
      test::StartCommand({.argv = {"sbx", "--", "attacks", "wait"}}));
  commands_.back().WaitFor("waiting");
  SBX_ASSIGN_OR_RETURN(const pid_t inside,
                       Find(commands_.back().pid(), "attacks wait"));
  variables_["alive"] = absl::StrCat(inside);
  return absl::OkStatus();
}

absl::Status Surroundings::EndSandbox() {
  SBX_RETURN_IF_ERROR(StartSandbox());
  // By number it could be somebody else by now.
  SBX_ASSIGN_OR_RETURN(dead_,
                       sys::Open(absl::StrCat("/proc/", variables_["alive"]),
                                 O_RDONLY | O_DIRECTORY));
  // Not SIGKILL, after which the end of sbx is that of nobody else yet.
  commands_.back().Signal(SIGTERM);
  commands_.back().Wait();
  variables_["dead"] = absl::StrCat("/proc/self/fd/", kDead);
  return absl::OkStatus();
}

test::CommandResult Surroundings::Run(const std::string& line,
                                      Streams streams) {
  for (const Neighbour& row : kNeighbours) {
    if (!absl::StrContains(line, row.variable)) continue;
    const absl::Status made = (this->*row.make)();
    EXPECT_TRUE(made.ok()) << made;
  }
  std::map<int, int> descriptors = {{kLeaked, open_.front().get()}};
  if (dead_) descriptors[kDead] = dead_.get();
  return test::RunCommand({.argv = {"bash", "-c", line},
                           .env = variables_,
                           .directory = directory_,
                           .descriptors = descriptors,
                           .streams = streams == Streams::kTerminal
                                          ? test::Streams::kTerminal
                                          : test::Streams::kPipes});
}

}  // namespace sbx::escape
