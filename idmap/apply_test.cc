// SPDX-License-Identifier: Apache-2.0

#include "idmap/apply.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/capability.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "idmap/facts.h"
#include "idmap/plan.h"
#include "sandbox/sys/capabilities.h"
#include "sandbox/sys/fd.h"
#include "sandbox/sys/file.h"
#include "sandbox/sys/process.h"
#include "sandbox/sys/signals.h"
#include "sandbox/sys/status.h"
#include "testing/status.h"

namespace sbx::idmap {
namespace {

using test::IsOkAndHolds;
using test::Says;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::SizeIs;

namespace fs = std::filesystem;

using Answer = absl::StatusOr<std::string>;

struct Pipe {
  Pipe() {
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) != 0) abort();
    reader = sys::Fd(ends[0]);
    writer = sys::Fd(ends[1]);
  }
  sys::Fd reader, writer;
};

void Close(sys::Fd fd) { (void)fd; }

// The part of the sandbox's first process.
Answer AskInside(const Plan& plan, const sys::Fd& go,
                 absl::FunctionRef<Answer()> inside) {
  SBX_RETURN_IF_ERROR(MapSelf(plan));
  SBX_RETURN_IF_ERROR(sys::ReadAll(go, "go").status());
  SBX_RETURN_IF_ERROR(BecomeUser(plan));
  return inside();
}

// Makes a user namespace with the maps of `plan`, as a launch does, and returns
// what `inside` answers there.
Answer InNamespace(const Plan& plan, absl::FunctionRef<Answer()> inside) {
  Pipe go, answers;
  SBX_ASSIGN_OR_RETURN(sys::Child child, sys::Fork({.user = true}));
  if (child.pid() == 0) {
    Close(std::move(go.writer));
    const Answer answer = AskInside(plan, go.reader, inside);
    (void)sys::WriteAll(
        answers.writer,
        answer.ok() ? absl::StrCat("+", *answer) : answer.status().ToString(),
        "answer");
    _exit(0);
  }
  Close(std::move(answers.writer));
  SBX_RETURN_IF_ERROR(MapChild(plan, child.pid()));
  Close(std::move(go.writer));
  SBX_ASSIGN_OR_RETURN(const std::string text,
                       sys::ReadAll(answers.reader, "answer"));
  SBX_RETURN_IF_ERROR(child.Wait().status());
  if (text.empty() || text[0] != '+') return absl::UnknownError(text);
  return text.substr(1);
}

absl::StatusOr<Plan> PlanFor(const Spec& spec) {
  SBX_ASSIGN_OR_RETURN(const Facts facts, ReadFacts(spec));
  return PlanIds(spec, facts);
}

// "0 1000 1,1 100000 65536"
Answer ReadMap(const std::string& name) {
  SBX_ASSIGN_OR_RETURN(const std::string text,
                       sys::ReadFile("/proc/self/" + name));
  std::vector<std::string> lines;
  for (absl::string_view line : absl::StrSplit(text, '\n', absl::SkipEmpty())) {
    const std::vector<absl::string_view> numbers =
        absl::StrSplit(line, ' ', absl::SkipEmpty());
    lines.push_back(absl::StrJoin(numbers, " "));
  }
  return absl::StrJoin(lines, ",");
}

// Both maps, and whether groups may be changed: "0 1000 1;0 1000 1;deny".
Answer ReadMaps() {
  SBX_ASSIGN_OR_RETURN(const std::string users, ReadMap("uid_map"));
  SBX_ASSIGN_OR_RETURN(const std::string groups, ReadMap("gid_map"));
  SBX_ASSIGN_OR_RETURN(const std::string control, ReadMap("setgroups"));
  return absl::StrCat(users, ";", groups, ";", control);
}

std::string TextOf(const std::vector<Extent>& extents) {
  std::vector<std::string> lines;
  for (const Extent& extent : extents) {
    lines.push_back(
        absl::StrCat(extent.inside, " ", extent.outside, " ", extent.count));
  }
  return absl::StrJoin(lines, ",");
}

std::string MapsOf(const Plan& plan, absl::string_view control) {
  return absl::StrCat(TextOf(plan.uids), ";", TextOf(plan.gids), ";", control);
}

Answer SetNoGroups() {
  if (setgroups(0, nullptr) != 0) return sys::CallFailed("setgroups");
  return "changed";
}

Spec AsRoot() { return {.user = UserIds{0, 0}, .ids = Ids::kRange}; }

TEST(Apply, TheChildMapsItsOwnId) {
  ASSERT_OK_AND_ASSIGN(const Plan plan, PlanFor({}));
  ASSERT_EQ(plan.writer, Writer::kChild);
  EXPECT_THAT(InNamespace(plan, ReadMaps), IsOkAndHolds(MapsOf(plan, "deny")));
}

TEST(Apply, TheChildMapsItsOwnIdToAnotherNumber) {
  ASSERT_OK_AND_ASSIGN(const Plan plan,
                       PlanFor({.user = UserIds{0, 5}, .ids = Ids::kSelf}));
  EXPECT_THAT(InNamespace(plan, ReadMaps),
              IsOkAndHolds(absl::StrCat("0 ", geteuid(), " 1;5 ", getegid(),
                                        " 1;deny")));
}

TEST(Apply, HelpersMapARange) {
  for (const Spec& spec : {Spec{.ids = Ids::kRange}, AsRoot()}) {
    ASSERT_OK_AND_ASSIGN(const Plan plan, PlanFor(spec));
    ASSERT_EQ(plan.writer, Writer::kHelpers);
    EXPECT_THAT(InNamespace(plan, ReadMaps),
                IsOkAndHolds(MapsOf(plan, "deny")));
  }
}

TEST(Apply, HelpersMapWhatIsListed) {
  ASSERT_OK_AND_ASSIGN(const Facts facts, ReadFacts({.ids = Ids::kRange}));
  const uint32_t first = std::max(facts.subordinate->uids[0].first,
                                  facts.subordinate->gids[0].first);
  ASSERT_OK_AND_ASSIGN(
      const Plan plan,
      PlanFor({.ids = Ids::kListed,
               .extents = {{0, geteuid(), 1}, {7, first, 3}}}));
  EXPECT_THAT(InNamespace(plan, ReadMaps), IsOkAndHolds(MapsOf(plan, "deny")));
}

TEST(Apply, AFileOfAnotherIdInsideIsASubordinateIdsOutside) {
  ASSERT_OK_AND_ASSIGN(const Plan plan, PlanFor(AsRoot()));
  std::ofstream("owned") << "x";
  const auto give = []() -> Answer {
    if (chown("owned", 5, 6) != 0) return sys::CallFailed("chown", "owned");
    return "given";
  };
  EXPECT_THAT(InNamespace(plan, give), IsOkAndHolds("given"));
  struct stat found;
  ASSERT_EQ(stat("owned", &found), 0);
  EXPECT_EQ(found.st_uid, plan.uids[1].outside + 4);
  EXPECT_EQ(found.st_gid, plan.gids[1].outside + 5);
}

// CVE-2018-7169: who may drop a group may read what its members may not.
TEST(Apply, GroupsStayUnlessControlIsAskedFor) {
  ASSERT_OK_AND_ASSIGN(Plan plan, PlanFor(AsRoot()));
  EXPECT_THAT(InNamespace(plan, SetNoGroups), Says("Operation not permitted"));
  plan.groups = GroupControl::kAllowed;
  EXPECT_THAT(InNamespace(plan, SetNoGroups), IsOkAndHolds("changed"));
  EXPECT_THAT(InNamespace(plan, ReadMaps), IsOkAndHolds(MapsOf(plan, "allow")));
}

TEST(Apply, WhoHasTheCapabilitiesWritesTheMapsOfOthers) {
  ASSERT_OK_AND_ASSIGN(const Plan plan, PlanFor(AsRoot()));
  const auto nested = []() -> Answer {
    SBX_ASSIGN_OR_RETURN(const Plan inner,
                         PlanFor({.user = UserIds{0, 0},
                                  .ids = Ids::kListed,
                                  .extents = {{0, 0, 1}, {10, 20, 30}}}));
    if (inner.writer != Writer::kParent) return "not the parent";
    return InNamespace(inner, ReadMaps);
  };
  EXPECT_THAT(InNamespace(plan, nested),
              IsOkAndHolds("0 0 1,10 20 30;0 0 1,10 20 30;deny"));
}

// ---- Who the command is.

Answer WhoAmI() {
  SBX_ASSIGN_OR_RETURN(const sys::CapabilitySet held,
                       sys::EffectiveCapabilities());
  uid_t users[3];
  gid_t groups[3];
  getresuid(&users[0], &users[1], &users[2]);
  getresgid(&groups[0], &groups[1], &groups[2]);
  return absl::StrCat(absl::StrJoin(users, " "), ";",
                      absl::StrJoin(groups, " "), ";",
                      held.Has(CAP_SYS_ADMIN) && held.Has(CAP_SETPCAP));
}

TEST(BecomeUser, BecomesTheUserAndKeepsCapabilities) {
  ASSERT_OK_AND_ASSIGN(Plan plan, PlanFor(AsRoot()));
  EXPECT_THAT(InNamespace(plan, WhoAmI), IsOkAndHolds("0 0 0;0 0 0;1"));
  plan.uid = 5;
  plan.gid = 6;
  EXPECT_THAT(InNamespace(plan, WhoAmI), IsOkAndHolds("5 5 5;6 6 6;1"));
}

// ---- The helpers.

// Programs in the helpers' place, which write what they see.
class HelperTest : public ::testing::Test {
 protected:
  HelperTest() {
    std::string pattern = absl::StrCat(::testing::TempDir(), "/helper.XXXXXX");
    directory_ = mkdtemp(pattern.data());
  }
  ~HelperTest() override { fs::remove_all(directory_); }

  std::string Path(const std::string& name) { return directory_ + "/" + name; }

  std::string WriteProgram(const std::string& name, const std::string& script) {
    std::ofstream(Path(name)) << "#!/bin/sh\n" << script << "\n";
    fs::permissions(Path(name), fs::perms::owner_all);
    return Path(name);
  }

  // A plan whose helpers are scripts.
  Plan WithHelpers(const std::string& users, const std::string& groups) {
    return {.writer = Writer::kHelpers,
            .uids = {{0, 1000, 1}, {1, 100000, 65536}},
            .gids = {{0, 100, 1}},
            .groups = GroupControl::kAllowed,
            .newuidmap = WriteProgram("newuidmap", users),
            .newgidmap = WriteProgram("newgidmap", groups)};
  }

  std::string Read(const std::string& name) {
    return sys::ReadFile(Path(name)).value_or("(none)");
  }

 private:
  std::string directory_;
};

TEST_F(HelperTest, GetsTheMapsAsArguments) {
  const Plan plan = WithHelpers("echo \"$*\" >" + Path("users"),
                                "echo \"$*\" >" + Path("groups"));
  ASSERT_OK(MapChild(plan, 4711));
  EXPECT_EQ(Read("users"), "4711 0 1000 1 1 100000 65536\n");
  EXPECT_EQ(Read("groups"), "4711 0 100 1\n");
}

TEST_F(HelperTest, GetsNothingOfTheCallersEnvironment) {
  setenv("LD_PRELOAD", "/poison.so", 1);
  setenv("GCONV_PATH", "/poison", 1);
  const std::string path = getenv("PATH");
  setenv("PATH", "/poison", 1);
  const std::string script =
      "/bin/cat /proc/$$/environ >" + Path("environment");
  const absl::Status status = MapChild(WithHelpers(script, ""), 4711);
  setenv("PATH", path.c_str(), 1);
  unsetenv("LD_PRELOAD");
  unsetenv("GCONV_PATH");
  ASSERT_OK(status);
  EXPECT_EQ(absl::StrReplaceAll(Read("environment"),
                                {{absl::string_view("\0", 1), "|"}}),
            "PATH=/usr/sbin:/usr/bin:/sbin:/bin|LC_ALL=C|");
}

TEST_F(HelperTest, InheritsNoDescriptor) {
  // Without close-on-exec, like one that the caller of sbx forgot.
  const sys::Fd leaked(dup2(2, 77));
  const std::string script = "[ ! -e /proc/$$/fd/77 ] && [ -e /proc/$$/fd/2 ]";
  EXPECT_OK(MapChild(WithHelpers(script, script), 4711));
}

TEST_F(HelperTest, ReadsNothingOfTheCommandsInput) {
  const sys::Fd input(fcntl(0, F_DUPFD_CLOEXEC, 3));
  Pipe pipe;
  ASSERT_OK(sys::WriteAll(pipe.writer, "for the command\n", "pipe"));
  dup2(pipe.reader.get(), 0);
  const absl::Status status =
      MapChild(WithHelpers("read line && exit 1; exit 0", ""), 4711);
  dup2(input.get(), 0);
  EXPECT_OK(status);
}

TEST_F(HelperTest, HasNoSignalBlockedOrIgnored) {
  ASSERT_OK_AND_ASSIGN(const sys::SignalState before, sys::TakeSignals());
  ASSERT_OK(sys::BlockSignals());
  const auto disposition = signal(SIGUSR1, SIG_IGN);
  // By the shell alone, which blocks signals around the programs that it runs.
  const std::string script =
      "while read -r line; do case $line in SigBlk:*|SigIgn:*) echo \"$line\";;"
      " esac; done </proc/$$/status >" +
      Path("signals");
  const absl::Status status = MapChild(WithHelpers(script, ""), 4711);
  signal(SIGUSR1, disposition);
  ASSERT_OK(sys::RestoreSignals(before));
  ASSERT_OK(status);
  const std::vector<std::string> lines =
      absl::StrSplit(Read("signals"), '\n', absl::SkipEmpty());
  ASSERT_THAT(lines, SizeIs(2));
  EXPECT_EQ(lines[0], "SigBlk:\t0000000000000000");
  const uint64_t ignored = std::stoull(lines[1].substr(8), nullptr, 16);
  // posix_spawn(3) itself ignores the two signals that the C library keeps for
  // itself, 32 and 33.
  EXPECT_EQ(ignored & ~uint64_t{0x180000000}, 0u) << lines[1];
}

TEST_F(HelperTest, RunsBesideTheOther) {
  // Each waits for the other.
  ASSERT_EQ(mkfifo(Path("fifo").c_str(), 0600), 0);
  const std::string fifo = Path("fifo");
  EXPECT_OK(MapChild(WithHelpers("timeout 10 sh -c 'read line <" + fifo + "'",
                                 "timeout 10 sh -c 'echo line >" + fifo + "'"),
                     4711));
}

TEST_F(HelperTest, ItsWordsAreInTheFailure) {
  EXPECT_THAT(
      MapChild(WithHelpers("echo 'no \33[2Jway' >&2; exit 3", ""), 4711),
      Says(AllOf(HasSubstr("/newuidmap(4711, 0, 1000, 1, 1, 100000, 65536): "),
                 HasSubstr("exit status 3: \"no \\x1b[2Jway\""))));
  EXPECT_THAT(MapChild(WithHelpers("", "exit 4"), 4711),
              Says("exit status 4, without a word"));
  EXPECT_THAT(MapChild(WithHelpers("kill -9 $$", ""), 4711),
              Says("killed by signal 9"));
}

TEST_F(HelperTest, NeitherStaysBehindAfterAFailure) {
  EXPECT_FALSE(MapChild(WithHelpers("exit 1", "exec sleep 1000"), 4711).ok());
  EXPECT_EQ(waitpid(-1, nullptr, WNOHANG), -1);
  EXPECT_EQ(errno, ECHILD);
  Plan plan = WithHelpers("exec sleep 1000", "");
  plan.newgidmap = "/nonexistent";
  EXPECT_THAT(MapChild(plan, 4711), Says("posix_spawn(\"/nonexistent\")"));
  EXPECT_EQ(waitpid(-1, nullptr, WNOHANG), -1);
  EXPECT_EQ(errno, ECHILD);
}

TEST(Apply, SaysWhatNewuidmapSays) {
  ASSERT_OK_AND_ASSIGN(Plan plan, PlanFor(AsRoot()));
  plan.uids = {{0, 0, 1}};
  EXPECT_THAT(InNamespace(plan, ReadMaps),
              Says("newuidmap: uid range [0-1) -> [0-1) not allowed"));
}

}  // namespace
}  // namespace sbx::idmap
