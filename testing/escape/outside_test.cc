// SPDX-License-Identifier: Apache-2.0
//
// Attacks on sbx while it sets up, by somebody beside it who owns what it
// works on.

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/ptrace.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "sandbox/sys/fd.h"
#include "testing/command.h"
#include "testing/processes.h"

namespace sbx::test {
namespace {

using ::testing::SizeIs;

constexpr int kSwaps = 100'000;

CommandResult Shell(const std::string& script) {
  return RunCommand({.argv = {"bash", "-c", script}});
}

std::string TextOf(const std::string& path) {
  std::ostringstream text;
  text << std::ifstream(path).rdbuf();
  return text.str();
}

// Swaps two names, again and again, until it has done so often enough and goes
// out of scope.
class Swapper {
 public:
  Swapper(const char* first, const char* second) {
    int ends[2];
    EXPECT_EQ(pipe2(ends, O_CLOEXEC), 0);
    done_ = sys::Fd(ends[0]);
    const sys::Fd tell(ends[1]);
    pid_ = fork();
    if (pid_ != 0) return;
    for (int swaps = 0;; ++swaps) {
      if (renameat2(AT_FDCWD, first, AT_FDCWD, second, RENAME_EXCHANGE) != 0) {
        _exit(1);
      }
      if (swaps == kSwaps && write(tell.get(), "x", 1) != 1) _exit(1);
    }
  }
  Swapper(const Swapper&) = delete;
  Swapper& operator=(const Swapper&) = delete;
  ~Swapper() {
    kill(pid_, SIGKILL);
    waitpid(pid_, nullptr, 0);
  }

  // Whether it has swapped them kSwaps times.
  bool Done() const {
    pollfd look = {.fd = done_.get(), .events = POLLIN, .revents = 0};
    return poll(&look, 1, 0) == 1;
  }

 private:
  pid_t pid_ = -1;
  sys::Fd done_;
};

// A directory that nobody may write to by a detour.
class Races : public ::testing::Test {
 protected:
  void SetUp() override {
    ASSERT_EQ(Shell("rm -rf root victim out && mkdir -p root/a victim out && "
                    "ln -s $PWD/victim root/l && echo kept > victim/file && "
                    "echo ours > out/report && ln -s ../victim/file out/l")
                  .exit_status,
              0);
  }

  static bool VictimHas(const std::string& name) {
    return access(absl::StrCat("victim/", name).c_str(), F_OK) == 0;
  }
};

TEST_F(Races, OfDirectoriesAndLinksMakeNoMountPointElsewhere) {
  const Swapper swapper("root/a", "root/l");
  bool careless = false;
  for (int run = 0; run < 30 || !swapper.Done() || !careless; ++run) {
    ASSERT_LT(run, 100'000) << "the race was never lost: it is none";
    if (run < 30 || !swapper.Done()) {
      // What becomes of it is not the question.
      RunCommand(
          {.argv = {"sbx", "--root=root", "--ids=self", "--tmpfs=/a/made",
                    "--dir=/a/made/too", "--", "/none"}});
    }
    if (!careless) {
      (void)mkdir("root/a/careless", 0700);
      careless = VictimHas("careless");
      if (!careless) rmdir("root/a/careless");
    }
    ASSERT_FALSE(VictimHas("made"));
  }
}

TEST_F(Races, OfOutputsAndLinksWriteNoReportElsewhere) {
  const Swapper swapper("out/report", "out/l");
  for (int run = 0; run < 30 || !swapper.Done(); ++run) {
    RunCommand({.argv = {"sbx", "--report=out/report", "--", "true"}});
    ASSERT_EQ(TextOf("victim/file"), "kept\n");
  }
  // Somebody careless loses within as many tries.
  for (int run = 0; TextOf("victim/file") == "kept\n"; ++run) {
    ASSERT_LT(run, 100'000) << "the race was never lost: it is none";
    std::ofstream("out/report") << "careless\n";
  }
}

TEST_F(Races, AreNotNeededWhereTheRootIsTheAttackers) {
  ASSERT_EQ(Shell("cd root && for d in proc dev tmp run etc; do "
                  "ln -s $OLDPWD/victim $d; done")
                .exit_status,
            0);
  EXPECT_EQ(Shell("mkdir root/tmp/careless").exit_status, 0);
  EXPECT_TRUE(VictimHas("careless"));
  for (const char* options :
       {"", "--tmpfs=/tmp/made", "--dir=/tmp/made", "--file=/tmp/made:0",
        "--symlink=x:/tmp/made", "--ro=/etc/passwd:/tmp/made",
        "--dev=/tmp/made", "--proc=/tmp/made", "--cwd=/tmp"}) {
    Shell(absl::StrCat("sbx --root=root ", options, " -- /none </dev/null"));
    std::vector<std::string> left;
    for (const auto& entry : std::filesystem::directory_iterator("victim")) {
      left.push_back(entry.path().filename());
    }
    EXPECT_THAT(left, SizeIs(2)) << options;
    EXPECT_EQ(TextOf("victim/file"), "kept\n") << options;
  }
}

// ---- The processes that set up.

// What others of this user get when they want to look into a process.
std::string Access(pid_t pid) {
  const std::string directory = absl::StrCat("/proc/", pid);
  std::string words;
  const auto say = [&words](long result) {
    const bool no_refusal = result >= 0 || (errno != EPERM && errno != EACCES);
    absl::StrAppend(&words, no_refusal ? "y" : "n");
  };
  say(sys::Fd(open((directory + "/mem").c_str(), O_RDWR | O_CLOEXEC)).get());
  say(sys::Fd(open((directory + "/environ").c_str(), O_RDONLY | O_CLOEXEC))
          .get());
  char byte;
  iovec here = {&byte, 1};
  iovec there = {&byte, 1};
  say(process_vm_readv(pid, &here, 1, &there, 1, 0));
  say(ptrace(PTRACE_SEIZE, pid, nullptr, nullptr));
  return words;
}

// A process whose files in /proc are not its user's does not let that user in.
bool IsHidden(pid_t pid) {
  struct stat files;
  return stat(absl::StrCat("/proc/", pid, "/environ").c_str(), &files) == 0 &&
         files.st_uid != getuid();
}

TEST(SetUp, CannotBeLookedInto) {
  // So many that there is time to stop it.
  const Command sbx = StartCommand(
      {.argv = {"bash", "-c",
                "exec sbx $(seq -f --tmpfs=/tmp/%g 2000) -- true"}});
  const absl::Time deadline = absl::Now() + absl::Seconds(30);
  std::vector<Process> made;
  do {
    ASSERT_LT(absl::Now(), deadline) << "it never hid itself";
    made = DescendantsOf(sbx.pid());
  } while (made.empty() || !IsHidden(made[0].pid));
  ASSERT_EQ(kill(made[0].pid, SIGSTOP), 0);
  ASSERT_THAT(DescendantsOf(sbx.pid()), SizeIs(1)) << "it has set up already";
  EXPECT_EQ(Access(made[0].pid), "nnnn");
}

TEST(SetUp, OfAnotherProgramCanBe) {
  Command other =
      StartCommand({.argv = {"bash", "-c", "echo up; exec sleep 100"}});
  ASSERT_TRUE(other.WaitFor("up\n"));
  EXPECT_EQ(Access(other.pid()), "yyyy");
}

// ---- The programs that sbx runs with privilege.

TEST(Helpers, AreNotThoseOfTheCallersPath) {
  const std::string fake =
      "mkdir -p fake; printf '#!/bin/sh\\ntouch '$PWD'/ran\\n' | tee "
      "fake/newuidmap > fake/newgidmap; chmod +x fake/*; "
      "export PATH=$PWD/fake:$PATH; ";
  EXPECT_EQ(Shell(fake + "sbx --user=0 --ids=range -- true").exit_status, 0);
  EXPECT_NE(access("ran", F_OK), 0);
  EXPECT_EQ(Shell(fake + "newuidmap").exit_status, 0);
  EXPECT_EQ(access("ran", F_OK), 0);
}

}  // namespace
}  // namespace sbx::test
