// SPDX-License-Identifier: Apache-2.0
//
// Attacks from outside: a process of the same user lays something in the way of
// a program that it does not control, sbx for example, and runs it.

#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <thread>

#include "testing/escape/attack.h"

namespace sbx::escape {
namespace {

namespace fs = std::filesystem;

// What was in the way has hurt nobody.
constexpr Outcome kInVain = {EPERM};

// Runs the program that `words` name from `first` on, silently, and returns its
// exit status.
int Run(const Words& words, size_t first) {
  std::vector<char*> pointers;
  for (size_t i = first; i < words.size(); ++i) {
    pointers.push_back(const_cast<char*>(words[i].c_str()));
  }
  pointers.push_back(nullptr);
  const pid_t child = fork();
  if (child < 0) CannotTry("fork");
  if (child == 0) {
    const int nowhere = open("/dev/null", O_RDWR);
    for (const int number : {0, 1, 2}) dup2(nowhere, number);
    execvp(pointers[0], pointers.data());
    _exit(127);
  }
  int status = 0;
  while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  if (WIFEXITED(status) && WEXITSTATUS(status) == 127) CannotTry(words[first]);
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

// PROGRAM…: whether it goes well.
Outcome RunProgram(const Words& words) {
  return Run(words, 0) == EXIT_SUCCESS ? Outcome() : kInVain;
}

volatile sig_atomic_t g_signalled = 0;

// PROGRAM…: whether it sends a signal to who has started it.
Outcome BeSignalledBy(const Words& words) {
  // Of its own, so that nobody else is hit.
  setpgid(0, 0);
  struct sigaction action = {};
  action.sa_handler = [](int) { g_signalled = 1; };
  sigaction(SIGTERM, &action, nullptr);
  Run(words, 0);
  return g_signalled ? Outcome() : kInVain;
}

// PROGRAM…: whether it takes the processor from who has started it.
Outcome BeSlowedBy(const Words& words) {
  setpgid(0, 0);
  const int before = getpriority(PRIO_PROCESS, 0);
  Run(words, 0);
  return getpriority(PRIO_PROCESS, 0) != before ? Outcome() : kInVain;
}

// PROGRAM…: whether it runs a newuidmap or newgidmap that lies in a directory
// of ours, which comes first on PATH.
Outcome FakeHelper(const Words& words) {
  fs::create_directory("fake");
  for (const char* name : {"fake/newuidmap", "fake/newgidmap"}) {
    std::ofstream(name) << "#!/bin/sh\ntouch \"${0%/*}/taken\"\n";
    fs::permissions(name, fs::perms::owner_all);
  }
  const std::string path = fs::absolute("fake").string() + ":" + getenv("PATH");
  setenv("PATH", path.c_str(), 1);
  Run(words, 0);
  return fs::exists("fake/taken") ? Outcome() : kInVain;
}

// TARGET PROGRAM…: whether it writes to TARGET by way of the link `link`.
Outcome LinkOutput(const Words& words) {
  fs::create_symlink(words[0], "link");
  const auto size = fs::file_size(words[0]);
  Run(words, 1);
  return fs::file_size(words[0]) != size ? Outcome() : kInVain;
}

// TARGET PROGRAM…: whether it makes something in TARGET, to which every
// directory leads that it expects below `shared`.
Outcome LinkPlaces(const Words& words) {
  fs::create_directory("shared");
  for (const char* place : {"dev", "proc", "sys", "tmp", "run", "etc", "sub"}) {
    fs::create_symlink(words[0], fs::path("shared") / place);
  }
  Run(words, 1);
  return fs::is_empty(words[0]) ? kInVain : Outcome();
}

// Swaps what lies at `shared/sub` with `shared/link`, a link to `target`, until
// the end of scope.
class Swapper {
 public:
  explicit Swapper(const std::string& target) {
    fs::create_symlink(target, "shared/link");
    thread_ = std::thread([this] { Swap(); });
  }
  ~Swapper() {
    over_ = true;
    thread_.join();
  }
  int swaps() const { return swaps_; }

 private:
  void Swap() {
    while (!over_) {
      if (renameat2(AT_FDCWD, "shared/sub", AT_FDCWD, "shared/link",
                    RENAME_EXCHANGE) != 0) {
        CannotTry("renameat2");
      }
      ++swaps_;
    }
  }

  std::thread thread_;
  std::atomic<bool> over_ = false;
  std::atomic<int> swaps_ = 0;
};

constexpr int kSwaps = 100'000;
constexpr int kRuns = 30;

// What has been won by it is there, or nobody is to have it: "made" in TARGET,
// or the program says so by its exit status.
enum class Prize { kSomethingMade, kExitStatus };

// Takes away what the program has made where it should, so that it can again.
void CleanUp() {
  std::error_code absent;
  for (const char* made : {"shared/sub/new", "shared/link/new"}) {
    fs::remove_all(made, absent);
  }
}

Outcome Race(const Words& words, Prize prize) {
  fs::create_directories("shared/sub");
  const Swapper swapper(words[0]);
  bool ran = false;
  // Each run is many chances; more than enough that both sides had theirs.
  for (int runs = 0; runs < kRuns || swapper.swaps() < kSwaps; ++runs) {
    const int status = Run(words, 1);
    const bool won = prize == Prize::kExitStatus ? status == EXIT_SUCCESS
                                                 : !fs::is_empty(words[0]);
    if (won) return {};
    ran = ran || status == EXIT_SUCCESS;
    CleanUp();
  }
  // Nothing was raced with if the program cannot do it anyhow.
  if (!ran && prize == Prize::kSomethingMade) CannotTry("every run failed");
  return kInVain;
}

// TARGET PROGRAM…: whether it ever makes something in TARGET while `shared/sub`
// is now a directory and now a link to it.
Outcome RaceToMake(const Words& words) {
  return Race(words, Prize::kSomethingMade);
}

// TARGET PROGRAM…: whether it ever writes to TARGET while `shared/sub` is now a
// file and now a link to it.
Outcome RaceToWrite(const Words& words) {
  fs::create_directory("shared");
  std::ofstream("shared/sub").close();
  const auto size = fs::file_size(words[0]);
  const Swapper swapper(words[0]);
  bool ran = false;
  for (int runs = 0; runs < kRuns || swapper.swaps() < kSwaps; ++runs) {
    ran = Run(words, 1) == EXIT_SUCCESS || ran;
    if (fs::file_size(words[0]) != size) return {};
  }
  if (!ran) CannotTry("every run failed");
  return kInVain;
}

// TARGET PROGRAM…: whether it ever succeeds.
Outcome RaceToReach(const Words& words) {
  return Race(words, Prize::kExitStatus);
}

constexpr Attack kAttacks[] = {
    {"be-signalled-by", kAnyWords, BeSignalledBy},
    {"be-slowed-by", kAnyWords, BeSlowedBy},
    {"fake-helper", kAnyWords, FakeHelper},
    {"link-output", kAnyWords, LinkOutput},
    {"link-places", kAnyWords, LinkPlaces},
    {"race-to-make", kAnyWords, RaceToMake},
    {"race-to-reach", kAnyWords, RaceToReach},
    {"race-to-write", kAnyWords, RaceToWrite},
    {"run", kAnyWords, RunProgram},
};

}  // namespace

std::span<const Attack> AttacksFromOutside() { return kAttacks; }

}  // namespace sbx::escape
