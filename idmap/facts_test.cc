// SPDX-License-Identifier: Apache-2.0

#include "idmap/facts.h"

#include <endian.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <optional>
#include <string>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "idmap/helper.h"
#include "idmap/text.h"
#include "testing/status.h"

namespace sbx::idmap {
namespace {

using test::FailsWith;
using test::IsOkAndHolds;
using test::Says;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Optional;
using ::testing::SizeIs;

namespace fs = std::filesystem;

using Text = std::optional<std::string>;

// A directory with a host's files in it, none at first.
class FactsTest : public ::testing::Test {
 protected:
  FactsTest() {
    std::string pattern = absl::StrCat(::testing::TempDir(), "/host.XXXXXX");
    directory_ = mkdtemp(pattern.data());
    fs::create_directory(directory_ + "/etc");
    fs::create_directory(directory_ + "/bin");
  }
  ~FactsTest() override { fs::remove_all(directory_); }

  std::string Path(const std::string& name) { return directory_ + "/" + name; }

  void Write(const std::string& name, const std::string& text) {
    std::ofstream(Path(name)) << text;
  }
  void WriteProgram(const std::string& name, const std::string& script) {
    Write("bin/" + name, "#!/bin/sh\n" + script + "\n");
    fs::permissions(Path("bin/" + name), fs::perms::owner_all);
  }

  HostPaths Host() {
    return {.passwd = Path("etc/passwd"),
            .group = Path("etc/group"),
            .subuid = Path("etc/subuid"),
            .subgid = Path("etc/subgid"),
            .nsswitch = Path("etc/nsswitch.conf"),
            .programs = {Path("bin")}};
  }

  // A line of passwd(5) for whoever runs this.
  std::string Me() {
    return absl::StrCat("me:x:", geteuid(), ":", getegid(),
                        "::/home/me:/bin/x\n");
  }

  Spec InDirectory() {
    return {.accounts = Accounts::kDirectory, .root = directory_};
  }

 private:
  std::string directory_;
};

// ---- Text files.

TEST_F(FactsTest, ReadsAWholeFile) {
  Write("file", std::string(100000, 'x'));
  EXPECT_THAT(ReadText(Path("file")),
              IsOkAndHolds(Text(std::string(100000, 'x'))));
}

TEST_F(FactsTest, TakesAMissingFileForNone) {
  EXPECT_THAT(ReadText(Path("none")), IsOkAndHolds(Text()));
  Write("file", "");
  EXPECT_THAT(ReadText(Path("file/below")), IsOkAndHolds(Text()));
  EXPECT_THAT(ReadTextInRoot(Path(""), "/etc/passwd"), IsOkAndHolds(Text()));
}

TEST_F(FactsTest, ReadsNothingButRegularFiles) {
  ASSERT_EQ(mkfifo(Path("fifo").c_str(), 0600), 0);
  EXPECT_THAT(ReadText(Path("fifo")), Says("is not a regular file"));
  EXPECT_THAT(ReadTextInRoot(Path(""), "/fifo"), Says("is not a regular file"));
  EXPECT_THAT(ReadText("/dev/zero"), Says("is not a regular file"));
  EXPECT_THAT(ReadText(Path("etc")), Says("is not a regular file"));
}

TEST_F(FactsTest, ReadsNoFileWithoutEnd) {
  Write("file", "x");
  ASSERT_EQ(truncate(Path("file").c_str(), 17 << 20), 0);
  EXPECT_THAT(ReadText(Path("file")), Says("is larger than"));
}

TEST_F(FactsTest, SaysThatAFileIsUnreadable) {
  Write("etc/passwd", "");
  fs::permissions(Path("etc/passwd"), fs::perms::none);
  EXPECT_THAT(ReadFacts(InDirectory()), FailsWith(EACCES));
}

TEST_F(FactsTest, NeverLeavesTheRoot) {
  Write("secret", "outside");
  fs::create_directories(Path("root/etc"));
  fs::create_symlink("../../secret", Path("root/up"));
  fs::create_symlink(Path("secret"), Path("root/absolute"));
  fs::create_symlink("/etc/kept", Path("root/inside"));
  Write("root/etc/kept", "kept");
  const std::string root = Path("root");
  EXPECT_THAT(ReadTextInRoot(root, "/up"), IsOkAndHolds(Text()));
  EXPECT_THAT(ReadTextInRoot(root, "/absolute"), IsOkAndHolds(Text()));
  EXPECT_THAT(ReadTextInRoot(root, "/../secret"), IsOkAndHolds(Text()));
  EXPECT_THAT(ReadTextInRoot(root, "/inside"), IsOkAndHolds(Text("kept")));
}

// ---- Programs.

TEST_F(FactsTest, TellsWhatIsWrongWithAHelper) {
  const std::vector<std::string> directories = {Path("bin"), "/usr/bin"};
  EXPECT_EQ(FindHelper("nothing", CAP_SETUID, directories), Helper());
  WriteProgram("helper", "exit");
  EXPECT_EQ(FindHelper("helper", CAP_SETUID, directories),
            (Helper{Helper::State::kNotPrivileged, Path("bin/helper")}));
  fs::permissions(Path("bin/helper"), fs::perms::owner_read);
  EXPECT_EQ(FindHelper("helper", CAP_SETUID, directories), Helper());
}

TEST_F(FactsTest, TakesTheFirstHelperThatIsReady) {
  WriteProgram("newuidmap", "exit");
  EXPECT_EQ(FindHelper("newuidmap", CAP_SETUID, {Path("bin"), "/usr/bin"}),
            (Helper{Helper::State::kReady, "/usr/bin/newuidmap"}));
}

TEST_F(FactsTest, TakesAUsersSetuidForNoPrivilege) {
  WriteProgram("helper", "exit");
  ASSERT_EQ(chmod(Path("bin/helper").c_str(), 04755), 0);
  EXPECT_EQ(FindHelper("helper", CAP_SETUID, {Path("bin")}).state,
            Helper::State::kNotPrivileged);
}

TEST(Permits, ReadsTheAttributeOfAFile) {
  vfs_cap_data data = {};
  data.magic_etc = htole32(VFS_CAP_REVISION_2 | VFS_CAP_FLAGS_EFFECTIVE);
  data.data[0].permitted = htole32(uint32_t{1} << CAP_SETUID);
  const absl::string_view value(reinterpret_cast<const char*>(&data),
                                sizeof(data));
  EXPECT_TRUE(Permits(value, CAP_SETUID));
  EXPECT_FALSE(Permits(value, CAP_SETGID));
  EXPECT_FALSE(Permits(value.substr(0, 4), CAP_SETUID));
  EXPECT_FALSE(Permits("", CAP_SETUID));
}

// ---- Facts.

TEST_F(FactsTest, ReadsNoMoreThanOneIdNeeds) {
  Write("etc/passwd", Me());
  Write("etc/group", "g:x:1:\n");
  Write("etc/nsswitch.conf", "passwd: files sss\n");
  WriteProgram("getent", "touch " + Path("asked"));
  ASSERT_OK_AND_ASSIGN(const Facts facts, ReadFacts({}, Host()));
  EXPECT_EQ(facts, (Facts{.uid = geteuid(),
                          .gid = getegid(),
                          .caller = Account{"me", geteuid(), getegid(),
                                            "/home/me", "/bin/x"},
                          .passwd = Me(),
                          .group = "g:x:1:\n"}));
  EXPECT_FALSE(fs::exists(Path("asked")));
}

TEST_F(FactsTest, AsksTheNameServicesForAnUnknownCaller) {
  Write("etc/passwd", "other:x:1:1::/:\n");
  Write("etc/nsswitch.conf", "passwd: files sss\n");
  WriteProgram("getent",
               "[ $1 = passwd ] && echo ldap:x:$2:7::/home/l:/bin/sh");
  ASSERT_OK_AND_ASSIGN(const Facts facts, ReadFacts({}, Host()));
  EXPECT_THAT(facts.caller,
              Optional(Account{"ldap", geteuid(), 7, "/home/l", "/bin/sh"}));
}

TEST_F(FactsTest, KnowsNobodyWhomTheServicesDoNotKnow) {
  Write("etc/nsswitch.conf", "passwd: files sss\n");
  EXPECT_THAT(ReadFacts({}, Host())->caller, std::nullopt);
  WriteProgram("getent", "exit 2");
  EXPECT_THAT(ReadFacts({}, Host())->caller, std::nullopt);
}

TEST_F(FactsTest, RunsNoProgramWhereFilesAreAllThereIs) {
  Write("etc/nsswitch.conf", "passwd: files\n");
  WriteProgram("getent", "touch " + Path("asked"));
  EXPECT_THAT(ReadFacts({}, Host())->caller, std::nullopt);
  EXPECT_FALSE(fs::exists(Path("asked")));
}

TEST_F(FactsTest, ReadsTheAccountsOfTheRoot) {
  Write("etc/passwd", "in:x:1:1::/:\n");
  ASSERT_OK_AND_ASSIGN(const Facts facts, ReadFacts(InDirectory()));
  EXPECT_EQ(facts.passwd, "in:x:1:1::/:\n");
  EXPECT_EQ(facts.group, std::nullopt);
  // Who the caller is, the host says.
  ASSERT_TRUE(facts.caller);
  EXPECT_EQ(facts.caller->uid, geteuid());
  EXPECT_NE(facts.caller->name, "in");
}

TEST_F(FactsTest, ReadsSubordinateIdsFromFiles) {
  Write("etc/passwd", Me());
  Write("etc/nsswitch.conf", "subid: files sss\n");
  Write("etc/subuid", "me:100000:65536\n");
  Write("etc/subgid", absl::StrCat(geteuid(), ":200000:10\nyou:1:2\n"));
  ASSERT_OK_AND_ASSIGN(const Facts facts,
                       ReadFacts({.ids = Ids::kRange}, Host()));
  ASSERT_TRUE(facts.subordinate);
  EXPECT_THAT(facts.subordinate->uids, ElementsAre(Range{100000, 65536}));
  EXPECT_THAT(facts.subordinate->gids, ElementsAre(Range{200000, 10}));
  EXPECT_EQ(facts.subordinate->newuidmap.state, Helper::State::kMissing);
  EXPECT_FALSE(facts.subordinate->no_new_privileges);
  EXPECT_FALSE(facts.subordinate->may_map_any);
}

TEST_F(FactsTest, AsksAnotherSourceByWayOfGetsubids) {
  Write("etc/passwd", Me());
  Write("etc/nsswitch.conf", "subid: sss files\n");
  Write("etc/subuid", "me:100000:65536\n");
  EXPECT_THAT(ReadFacts({.ids = Ids::kRange}, Host()),
              Says("getsubids, which would ask there, is not installed"));
  WriteProgram("getsubids",
               "[ $1 = -g ] && shift && first=300000\n"
               "echo 0: $1 ${first:-200000} 7");
  ASSERT_OK_AND_ASSIGN(const Facts facts,
                       ReadFacts({.ids = Ids::kRange}, Host()));
  EXPECT_THAT(facts.subordinate->uids, ElementsAre(Range{200000, 7}));
  EXPECT_THAT(facts.subordinate->gids, ElementsAre(Range{300000, 7}));
}

TEST_F(FactsTest, PassesOnWhatGetsubidsSaysOfItsFailure) {
  Write("etc/passwd", Me());
  Write("etc/nsswitch.conf", "subid: sss\n");
  WriteProgram("getsubids", "echo Error fetching ranges >&2; exit 1");
  EXPECT_THAT(ReadFacts({.ids = Ids::kRange}, Host()),
              Says("getsubids(me): exit status 1: \"Error fetching ranges\""));
}

TEST_F(FactsTest, HasNoRangesWithoutFiles) {
  Write("etc/passwd", Me());
  ASSERT_OK_AND_ASSIGN(const Facts facts,
                       ReadFacts({.ids = Ids::kRange}, Host()));
  EXPECT_THAT(facts.subordinate->uids, IsEmpty());
}

TEST_F(FactsTest, NeedsSubordinateIdsForAListUnlessItIsTheCallerAlone) {
  Spec spec = {.ids = Ids::kListed, .extents = {{0, geteuid(), 1}}};
  ASSERT_EQ(geteuid(), getegid()) << "the account of these tests";
  EXPECT_EQ(ReadFacts(spec)->subordinate, std::nullopt);
  spec.extents = {{0, geteuid() + 1, 1}};
  EXPECT_NE(ReadFacts(spec)->subordinate, std::nullopt);
}

// The account of the kernel tests, as this host has it.
TEST(ReadFacts, FindsTheAccountsOwnRanges) {
  ASSERT_OK_AND_ASSIGN(const Facts facts, ReadFacts({.ids = Ids::kRange}));
  ASSERT_TRUE(facts.caller && facts.subordinate);
  EXPECT_EQ(facts.caller->uid, geteuid());
  EXPECT_THAT(facts.subordinate->uids, SizeIs(1));
  EXPECT_THAT(facts.subordinate->gids, SizeIs(1));
  EXPECT_EQ(facts.subordinate->newuidmap.state, Helper::State::kReady);
  EXPECT_EQ(facts.subordinate->newgidmap.state, Helper::State::kReady);
}

}  // namespace
}  // namespace sbx::idmap
