// SPDX-License-Identifier: Apache-2.0

#include <fcntl.h>
#include <linux/capability.h>

#include <set>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "sandbox/sys/fd.h"
#include "testing/status.h"
#include "tools/bwrap/complete.h"
#include "tools/bwrap/draft.h"
#include "tools/bwrap/table.h"
#include "tools/bwrap/words.h"

namespace sbx::bwrap {
namespace {

using test::Says;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

absl::StatusOr<Draft> Read(const std::vector<std::string>& words) {
  Draft draft;
  const absl::Status status = Parse(words, draft);
  if (!status.ok()) return status;
  return draft;
}

absl::StatusOr<Spec> SpecOf(const std::vector<std::string>& words) {
  SBX_ASSIGN_OR_RETURN(const Draft draft, Read(words));
  SBX_RETURN_IF_ERROR(CheckDraft(draft));
  return Complete(draft, {.environment = {"HOME=/home/ana", "A=1"}});
}

// The only operation of a command line.
fs::Item ItemOf(const std::vector<std::string>& words) {
  const absl::StatusOr<Draft> draft = Read(words);
  EXPECT_OK(draft.status());
  EXPECT_EQ(draft->spec.files.items.size(), 1u);
  return draft->spec.files.items.at(0);
}

TEST(Options, AreKnownByOneNameEach) {
  std::set<absl::string_view> names;
  for (const Option& option : Options()) {
    EXPECT_TRUE(names.insert(option.name).second) << option.name;
    EXPECT_EQ(option.name.substr(0, 2), "--");
    EXPECT_FALSE(option.help.empty()) << option.name;
  }
}

TEST(Options, EndAtTheCommandOrAtTwoDashes) {
  EXPECT_THAT(Read({"--unshare-net", "ls", "--unshare-pid"})->spec.command,
              ElementsAre("ls", "--unshare-pid"));
  EXPECT_THAT(Read({"--", "--unshare-pid"})->spec.command,
              ElementsAre("--unshare-pid"));
}

TEST(Options, OfWhichTheLastCountsWarn) {
  const Draft draft = *Read({"--chdir", "/a", "--chdir", "/b", "true"});
  EXPECT_EQ(draft.cwd, "/b");
  EXPECT_THAT(draft.warnings,
              ElementsAre("Only the last --chdir option will take effect"));
}

TEST(Options, AreCountedWithAllTheirWords) {
  std::vector<std::string> words;
  for (int i = 0; i < 4499; ++i) {
    words.insert(words.end(), {"--unsetenv", "A"});
  }
  words.insert(words.end(), {"true", "x"});
  EXPECT_OK(Read(words).status());
  words.push_back("y");
  EXPECT_THAT(Read(words), Says("Exceeded maximum number of arguments 9000"));
}

TEST(Binds, SayWhatTheyAllow) {
  EXPECT_EQ(ItemOf({"--ro-bind", "/a", "/b"}).operation,
            fs::Operation(fs::Bind{.host = "/a", .inside = "/b"}));
  EXPECT_EQ(ItemOf({"--dev-bind-try", "/a", "b"}).operation,
            fs::Operation(fs::Bind{.host = "/a",
                                   .inside = "/b",
                                   .access = fs::Access::kReadWrite,
                                   .devices = fs::Devices::kUsable,
                                   .propagation = fs::Propagation::kSlave,
                                   .source = fs::Absent::kSkip}));
}

TEST(Perms, AreForTheNextOperationAndItsParents) {
  const Draft draft =
      *Read({"--perms", "0700", "--dir", "/a/b", "--dir", "/c"});
  const auto& items = draft.spec.files.items;
  EXPECT_EQ(items[0].operation,
            fs::Operation(fs::Directory{.inside = "/a/b", .mode = 0700}));
  EXPECT_EQ(items[0].parents, 0700u);
  EXPECT_EQ(items[1].operation,
            fs::Operation(fs::Directory{.inside = "/c", .mode = 0755}));
  EXPECT_EQ(items[1].parents, 0755u);
  EXPECT_EQ(ItemOf({"--perms", "0750", "--dir", "/a"}).parents, 0750u);
}

TEST(Perms, AndSizeAreRefusedBeforeAnythingElse) {
  EXPECT_THAT(Read({"--perms", "0", "--bind", "/", "/"}),
              Says("--perms must be followed by an option that creates a "
                   "file"));
  EXPECT_THAT(Read({"--size", "1", "--dir", "/a"}),
              Says("--size must be followed by --tmpfs"));
}

TEST(Overlays, TakeTheLayersBeforeThem) {
  EXPECT_EQ(ItemOf({"--overlay-src", "/a", "--overlay-src", "/b", "--overlay",
                    "/u", "/w", "/o"})
                .operation,
            fs::Operation(fs::Overlay{.inside = "/o",
                                      .layers = {"/a", "/b"},
                                      .upper = fs::Upper::kHost,
                                      .written = "/u",
                                      .work = "/w"}));
  EXPECT_THAT(Read({"--overlay-src", "/a", "--proc", "/proc"}),
              Says("must be followed by"));
}

// As an ordinary user.
TEST(Complete, SharesEverythingButTheUserNamespaceWithTheHost) {
  ASSERT_OK_AND_ASSIGN(const Spec spec, SpecOf({"true"}));
  EXPECT_EQ(spec.policy.profile, policy::Profile::kNone);
  EXPECT_THAT(spec.files.items, IsEmpty());
  EXPECT_EQ(spec.process_one, ProcessOne::kCommand);
  EXPECT_EQ(spec.signals, Signals::kActOnSbx);
  EXPECT_EQ(spec.inheritance, Inheritance::kAll);
  EXPECT_EQ(spec.birth, Birth::kUnannounced);
}

TEST(Complete, HasAReaperWhereSomethingIsToBeKept) {
  for (const std::vector<std::string>& words :
       {std::vector<std::string>{"--unshare-pid", "true"},
        {"--lock-file", "/a", "true"},
        {"--sync-fd", "99", "true"}}) {
    EXPECT_EQ(SpecOf(words)->process_one, ProcessOne::kReaper) << words[0];
  }
  EXPECT_EQ(SpecOf({"--unshare-pid", "--as-pid-1", "true"})->process_one,
            ProcessOne::kCommand);
}

TEST(Complete, ShowsTheHostsProcessesUnlessThereAreOwnOnes) {
  const auto of = [](const Spec& spec) {
    return std::get<fs::Proc>(spec.files.items[0].operation).processes;
  };
  EXPECT_EQ(of(*SpecOf({"--proc", "/proc", "true"})), fs::Processes::kHosts);
  EXPECT_EQ(of(*SpecOf({"--proc", "/proc", "--unshare-pid", "true"})),
            fs::Processes::kOwn);
}

TEST(Complete, GivesEachCapabilityInAllFiveSets) {
  const policy::CapabilitySet kill = policy::CapabilitySet::Of(CAP_KILL);
  ASSERT_OK_AND_ASSIGN(
      const Spec spec,
      SpecOf({"--cap-drop", "ALL", "--cap-add", "CAP_KILL", "true"}));
  EXPECT_EQ(spec.policy.held, policy::Held::kListed);
  EXPECT_EQ(spec.policy.capabilities, kill);
  for (const policy::CapabilityList& list :
       {spec.policy.bounding, spec.policy.inheritable, spec.policy.ambient}) {
    EXPECT_EQ(list.From({}), kill);
  }
}

TEST(Complete, StartsWhereItWasOrAtHomeOrAtTheRoot) {
  const Spec spec = *SpecOf({"true"});
  EXPECT_THAT(spec.files.other_cwds, ElementsAre("/home/ana", "/"));
  EXPECT_THAT(SpecOf({"--chdir", "/a", "true"})->files.other_cwds, IsEmpty());
  EXPECT_THAT(SpecOf({"--setenv", "HOME", "/h", "true"})->files.other_cwds,
              ElementsAre("/h", "/"));
  EXPECT_THAT(SpecOf({"--clearenv", "true"})->files.other_cwds,
              ElementsAre("/"));
}

TEST(Complete, NamesTheFrontEndWhereTheProgramRunsItselfAgain) {
  EXPECT_EQ(SpecOf({"/proc/self/exe", "--version"})->name, "bwrap");
  EXPECT_EQ(SpecOf({"--argv0", "x", "/proc/self/exe"})->name, "x");
  EXPECT_EQ(SpecOf({"true"})->name, std::nullopt);
}

TEST(Descriptors, ThatOptionsNameAreNotInherited) {
  const sys::Fd file(open("/dev/null", O_RDONLY));
  ASSERT_OK(Read({"--sync-fd", absl::StrCat(file.get())}).status());
  EXPECT_EQ(fcntl(file.get(), F_GETFD) & FD_CLOEXEC, FD_CLOEXEC);
}

TEST(Words, AreBubblewrapsWhereItHasSome) {
  const Spec spec = {.command = {"prog"}};
  const absl::Status failure =
      sys::While("running the command", sys::ErrnoStatus(ENOENT, "execve()"));
  EXPECT_EQ(Words(failure, spec),
            "execvp prog: execve(): No such file or directory");
  EXPECT_EQ(Words(absl::InvalidArgumentError("Unknown option --x"), spec),
            "Unknown option --x");
  EXPECT_EQ(Line(Level::kError, Prefix::kLevelAndName, "a"), "<3>bwrap: a\n");
  EXPECT_EQ(Line(Level::kWarning, Prefix::kName, "a"), "bwrap: a\n");
}

TEST(Json, IsOneObjectOrOneALine) {
  const Newborn newborn = {.pid = 7, .namespaces = {{"ipc", 1}, {"mnt", 2}}};
  EXPECT_EQ(InfoJson(newborn),
            "{\n    \"child-pid\": 7,\n    \"ipc-namespace\": 1,\n    "
            "\"mnt-namespace\": 2\n}\n");
  EXPECT_EQ(StatusJson(newborn),
            "{ \"child-pid\": 7, \"ipc-namespace\": 1, \"mnt-namespace\": 2 "
            "}\n");
  EXPECT_EQ(ExitJson(5), "{ \"exit-code\": 5 }\n");
}

TEST(Usage, ListsEveryOption) {
  const std::string usage = Usage("/x/bwrap");
  EXPECT_THAT(usage, HasSubstr("usage: /x/bwrap [OPTIONS...]"));
  for (const Option& option : Options()) {
    EXPECT_THAT(usage, HasSubstr(absl::StrCat("    ", option.name, " ")));
  }
}

}  // namespace
}  // namespace sbx::bwrap
