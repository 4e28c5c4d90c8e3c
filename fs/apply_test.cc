// SPDX-License-Identifier: Apache-2.0
//
// Builds roots, enters them, and looks what a program in there can and cannot
// do, and what is left on the host.

#include "fs/apply.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <utility>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "fs/facts.h"
#include "fs/plan.h"
#include "fs/spec.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "sandbox/sys/capabilities.h"
#include "sandbox/sys/fd.h"
#include "sandbox/sys/file.h"
#include "sandbox/sys/process.h"
#include "sandbox/sys/status.h"
#include "testing/namespaces.h"
#include "testing/status.h"

namespace sbx::fs {
namespace {

using test::FailsWith;
using test::InOwnNamespaces;
using test::Says;
using ::testing::AllOf;
using ::testing::AnyOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

namespace stdfs = std::filesystem;

using Work = absl::FunctionRef<void()>;

// A directory of the host with files in it, named after the test.
class Host {
 public:
  Host() {
    const auto* test = ::testing::UnitTest::GetInstance()->current_test_info();
    path_ = stdfs::absolute(test->name()).string();
    stdfs::create_directories(path_);
  }

  std::string path(const std::string& below) const { return path_ + below; }
  std::string Directory(const std::string& below) const {
    stdfs::create_directories(path(below));
    return path(below);
  }
  std::string File(const std::string& below, const std::string& text) const {
    stdfs::create_directories(stdfs::path(path(below)).parent_path());
    std::ofstream(path(below)) << text;
    return path(below);
  }
  void Link(const std::string& target, const std::string& below) const {
    stdfs::create_symlink(target, path(below));
  }
  bool Has(const std::string& below) const {
    return stdfs::exists(stdfs::symlink_status(path(below)));
  }

 private:
  std::string path_;
};

Spec Of(std::vector<Operation> operations) {
  Spec spec;
  for (Operation& operation : operations) {
    spec.items.push_back({.operation = std::move(operation)});
  }
  return spec;
}

// What the host answers; in one of the two runs of these tests as an older
// kernel would (BUILD).
absl::StatusOr<Facts> Answers(const Spec& spec) {
  SBX_ASSIGN_OR_RETURN(Facts facts, ReadFacts(spec));
  if (getenv("AS_ON_OLDER_KERNELS") != nullptr) {
    facts.assembles_detached = false;
  }
  return facts;
}

// In namespaces of the test's own: builds what `spec` asks for, goes there, and
// does `then`.
absl::Status Enter(const Spec& spec, Work then) {
  umask(0);
  SBX_ASSIGN_OR_RETURN(const Facts facts, Answers(spec));
  SBX_ASSIGN_OR_RETURN(const Plan plan,
                       PlanRoot(spec, facts, {.has_own_mounts = true}));
  SBX_ASSIGN_OR_RETURN(const Root root, BuildRoot(plan));
  SBX_RETURN_IF_ERROR(EnterRoot(root, plan).status());
  then();
  return absl::OkStatus();
}

// The same, in namespaces made for it.
absl::Status Inside(const Spec& spec, Work then) {
  return InOwnNamespaces([&] { return Enter(spec, then); });
}

// How building the root of `spec` ends.
absl::Status Build(const Spec& spec) {
  return Inside(spec, [] {});
}

// --- What a program tries ------------------------------------------------

std::string TextOf(const std::string& path) {
  return sys::ReadFile(path).value_or("(unreadable)");
}

// How opening a file goes: 0 or errno.
int Opening(const std::string& path, int flags) {
  const sys::Fd file(open(path.c_str(), flags | O_CLOEXEC, 0600));
  return file ? 0 : errno;
}
int Reading(const std::string& path) { return Opening(path, O_RDONLY); }
int Writing(const std::string& path) { return Opening(path, O_WRONLY); }
int Making(const std::string& path) {
  return Opening(path, O_WRONLY | O_CREAT | O_EXCL);
}

std::vector<std::string> NamesIn(const std::string& directory) {
  std::vector<std::string> names;
  for (const auto& entry : stdfs::directory_iterator(directory)) {
    names.push_back(entry.path().filename().string());
  }
  return names;
}

std::string TargetOf(const std::string& link) {
  return stdfs::is_symlink(link) ? stdfs::read_symlink(link).string() : "";
}

mode_t ModeOf(const std::string& path) {
  struct stat found = {};
  EXPECT_EQ(stat(path.c_str(), &found), 0) << path;
  return found.st_mode & 07777;
}

unsigned long FlagsOf(const std::string& path) {
  struct statvfs found = {};
  EXPECT_EQ(statvfs(path.c_str(), &found), 0) << path;
  return found.f_flag;
}

// Where something is mounted, as /proc tells (proc_pid_mountinfo(5)).
std::vector<std::string> MountPointsInside() {
  std::vector<std::string> points;
  std::ifstream mounts("/proc/self/mountinfo");
  for (std::string line; std::getline(mounts, line);) {
    const std::vector<std::string> fields = absl::StrSplit(line, ' ');
    points.push_back(fields[4]);
  }
  return points;
}

// In namespaces of the test's own, where it is the host.
void MountTmpfs(const std::string& place) {
  EXPECT_EQ(mount("tmpfs", place.c_str(), "tmpfs", 0, nullptr), 0) << place;
}
void BindAt(const std::string& source, const std::string& place) {
  EXPECT_EQ(mount(source.c_str(), place.c_str(), nullptr, MS_BIND, nullptr), 0)
      << place;
}

// --- Shares --------------------------------------------------------------

TEST(Share, ReadOnlyRefusesWrites) {
  const Host host;
  host.File("/file", "old");
  EXPECT_OK(Inside(Of({Bind{host.path(""), "/data"}}), [] {
    EXPECT_EQ(TextOf("/data/file"), "old");
    EXPECT_EQ(Writing("/data/file"), EROFS);
    EXPECT_EQ(Making("/data/new"), EROFS);
    EXPECT_EQ(unlink("/data/file"), -1);
    EXPECT_EQ(chmod("/data/file", 0777), -1);
  }));
  EXPECT_EQ(TextOf(host.path("/file")), "old");
}

TEST(Share, ReadOnlyRefusesWritesToWhatIsMountedBelow) {
  const Host host;
  host.Directory("/sub/sub");
  EXPECT_OK(InOwnNamespaces([&] {
    MountTmpfs(host.path("/sub"));
    host.Directory("/sub/sub");
    MountTmpfs(host.path("/sub/sub"));
    host.File("/sub/sub/file", "old");
    return Enter(Of({Bind{host.path(""), "/data"}}), [] {
      EXPECT_EQ(TextOf("/data/sub/sub/file"), "old");
      EXPECT_EQ(Writing("/data/sub/sub/file"), EROFS);
      EXPECT_EQ(Making("/data/sub/new"), EROFS);
    });
  }));
}

TEST(Share, WritableTakesWrites) {
  const Host host;
  EXPECT_OK(Inside(Of({Bind{host.path(""), "/data", Access::kReadWrite}}),
                   [] { EXPECT_EQ(Making("/data/new"), 0); }));
  EXPECT_TRUE(host.Has("/new"));
}

TEST(Share, HasNoSetIdProgramsAndNoDevices) {
  const Host host;
  host.Directory("/sub");
  EXPECT_OK(InOwnNamespaces([&] {
    MountTmpfs(host.path("/sub"));
    return Enter(Of({Bind{host.path(""), "/data", Access::kReadWrite}}), [] {
      for (const char* path : {"/data", "/data/sub"}) {
        EXPECT_TRUE(FlagsOf(path) & ST_NOSUID) << path;
        EXPECT_TRUE(FlagsOf(path) & ST_NODEV) << path;
      }
    });
  }));
}

TEST(Share, DeviceInItCannotBeOpened) {
  EXPECT_EQ(Reading("/dev/null"), 0);
  EXPECT_OK(Inside(Of({Bind{"/dev", "/devices", Access::kReadWrite}}),
                   [] { EXPECT_EQ(Reading("/devices/null"), EACCES); }));
}

TEST(Share, OfAFileIsThatFileAlone) {
  const Host host;
  EXPECT_OK(Inside(Of({Bind{host.File("/a", "text"), "/b"}}), [] {
    EXPECT_EQ(TextOf("/b"), "text");
    EXPECT_EQ(Writing("/b"), EROFS);
    EXPECT_THAT(NamesIn("/"), ElementsAre("b"));
  }));
}

TEST(Share, ThatMayBeMissingIsLeftOut) {
  const Host host;
  EXPECT_OK(Inside(Of({Bind{.host = host.path("/none"),
                            .inside = "/none",
                            .source = Absent::kSkip}}),
                   [] { EXPECT_THAT(NamesIn("/"), IsEmpty()); }));
}

TEST(Share, ThatMustExistIsAnErrorThatNamesIt) {
  const Host host;
  EXPECT_THAT(Build(Of({Bind{host.path("/none"), "/none"}})),
              AllOf(FailsWith(ENOENT), Says(host.path("/none"))));
}

TEST(Share, LaterOneCoversAnEarlierOne) {
  const Host host;
  host.File("/old/file", "old");
  host.File("/new/file", "new");
  EXPECT_OK(Inside(
      Of({Bind{host.path("/old"), "/data"}, Bind{host.path("/new"), "/data"}}),
      [] { EXPECT_EQ(TextOf("/data/file"), "new"); }));
}

TEST(Share, AsTheRootIsReadOnlyToo) {
  const Host host;
  EXPECT_OK(Inside(Of({Bind{host.path(""), "/"}}),
                   [] { EXPECT_EQ(Making("/new"), EROFS); }));
  EXPECT_FALSE(host.Has("/new"));
}

// A pair of pipes by which two processes wait for each other.
class Turn {
 public:
  Turn() { EXPECT_EQ(pipe2(ends_, O_CLOEXEC), 0); }
  void Give() { EXPECT_EQ(write(ends_[1], "x", 1), 1); }
  void Await() {
    char byte = 0;
    EXPECT_EQ(read(ends_[0], &byte, 1), 1);
  }

 private:
  int ends_[2] = {};
};

// Looks from inside a sandbox that shows `host` at `inside` whether mounts of
// one side show on the other.
void ExpectMountsApart(const Spec& spec, const Host& host,
                       const std::string& inside) {
  EXPECT_OK(InOwnNamespaces([&]() -> absl::Status {
    // As on most hosts, where mounts reach every other namespace.
    MountTmpfs(host.path(""));
    host.Directory("/late");
    host.Directory("/back");
    EXPECT_EQ(
        mount(nullptr, host.path("").c_str(), nullptr, MS_SHARED, nullptr), 0);
    Turn built, mounted;
    // In the same user namespace, so that not even that parts them.
    SBX_ASSIGN_OR_RETURN(sys::Child child, sys::Fork({.mount = true}));
    if (child.pid() == 0) {
      const absl::Status status = Enter(spec, [&] {
        const std::string back = inside + "/back";
        EXPECT_EQ(mount("tmpfs", back.c_str(), "tmpfs", 0, nullptr), 0);
        built.Give();
        mounted.Await();
        EXPECT_EQ(Reading(inside + "/late"), 0);
        EXPECT_EQ(Reading(inside + "/late/file"), ENOENT);
      });
      EXPECT_OK(status);
      _exit(::testing::Test::HasFailure() ? 1 : 0);
    }
    built.Await();
    struct stat above = {}, below = {};
    EXPECT_EQ(stat(host.path("").c_str(), &above), 0);
    EXPECT_EQ(stat(host.path("/back").c_str(), &below), 0);
    EXPECT_EQ(above.st_dev, below.st_dev) << "a mount inside came out";
    MountTmpfs(host.path("/late"));
    host.File("/late/file", "text");
    mounted.Give();
    SBX_ASSIGN_OR_RETURN(const sys::WaitStatus status, child.Wait());
    EXPECT_EQ(status.raw, 0);
    return absl::OkStatus();
  }));
}

TEST(Share, IsCutOffFromWhatIsMountedLater) {
  const Host host;
  ExpectMountsApart(Of({Bind{host.path(""), "/data", Access::kReadWrite}}),
                    host, "/data");
}

// --- Destinations --------------------------------------------------------

// A root file system of the host's in which mount points may be made.
Bind RootOf(const Host& host) {
  return {.host = host.Directory("/root"),
          .inside = "/",
          .access = Access::kReadWrite,
          .mount_points = MountPoints::kMayBeMade};
}

TEST(Destination, AbsoluteLinkLeadsToTheNewRoot) {
  const Host host;
  const Bind payload = {host.File("/payload", "payload"), "/link/made"};
  const Bind root = RootOf(host);
  host.Link("/", "/root/link");
  EXPECT_OK(Inside(Of({root, payload}),
                   [] { EXPECT_EQ(TextOf("/made"), "payload"); }));
  EXPECT_TRUE(host.Has("/root/made"));
  EXPECT_FALSE(stdfs::exists("/made"));
}

TEST(Destination, LinkToDirectoryOfTheSameNameOnTheHostLeadsToTheNewRoot) {
  const Host host;
  const Bind payload = {host.File("/payload", "payload"), "/link/passwd"};
  const Bind root = RootOf(host);
  host.Link("/etc", "/root/link");
  host.Directory("/root/etc");
  EXPECT_OK(InOwnNamespaces([&]() -> absl::Status {
    const std::string before = TextOf("/etc/passwd");
    SBX_ASSIGN_OR_RETURN(const Plan plan,
                         PlanRoot(Of({root, payload}), {}, {}));
    SBX_ASSIGN_OR_RETURN(const Root built, BuildRoot(plan));
    EXPECT_EQ(TextOf("/etc/passwd"), before);
    SBX_RETURN_IF_ERROR(EnterRoot(built, {}).status());
    EXPECT_EQ(TextOf("/etc/passwd"), "payload");
    return absl::OkStatus();
  }));
}

TEST(Destination, LinkUpwardsStaysInTheNewRoot) {
  const Host host;
  const Bind payload = {host.File("/payload", "payload"), "/up/made"};
  const Bind root = RootOf(host);
  host.Link("../../../../../../../..", "/root/up");
  EXPECT_OK(Inside(Of({root, payload}),
                   [] { EXPECT_EQ(TextOf("/made"), "payload"); }));
  EXPECT_TRUE(host.Has("/root/made"));
  EXPECT_FALSE(host.Has("/made"));
  EXPECT_FALSE(stdfs::exists("/made"));
}

TEST(Destination, DotsStayInTheNewRoot) {
  const Host host;
  const Bind payload = {host.File("/payload", "payload"), "/../../made"};
  EXPECT_OK(Inside(Of({RootOf(host), payload}),
                   [] { EXPECT_EQ(TextOf("/made"), "payload"); }));
  EXPECT_FALSE(host.Has("/made"));
}

TEST(Destination, MagicLinkIsRefused) {
  const Host host;
  const std::string target = host.Directory("/target");
  const Bind payload = {host.File("/payload", "payload"), "/magic/made"};
  const Bind root = RootOf(host);
  host.Link("/proc/self/root" + target, "/root/magic");
  EXPECT_THAT(Build(Of({root, Proc{}, payload})),
              AnyOf(FailsWith(ELOOP), FailsWith(EXDEV)));
  EXPECT_FALSE(host.Has("/target/made"));
}

TEST(Destination, LinkToAPathOfTheHostLeadsNowhere) {
  const Host host;
  const std::string target = host.Directory("/target");
  const Bind payload = {host.File("/payload", "payload"), "/link"};
  const Bind root = RootOf(host);
  host.Link(target + "/made", "/root/link");
  EXPECT_THAT(Build(Of({root, payload})),
              AllOf(FailsWith(EEXIST), Says("leads nowhere")));
  EXPECT_FALSE(host.Has("/target/made"));
}

TEST(Destination, LoopOfLinksIsAnError) {
  const Host host;
  const Bind payload = {host.File("/payload", ""), "/a/made"};
  const Bind root = RootOf(host);
  host.Link("b", "/root/a");
  host.Link("a", "/root/b");
  EXPECT_THAT(Build(Of({root, payload})),
              AllOf(FailsWith(ELOOP), Says("/a/made")));
}

TEST(Destination, LinkInTheSandboxIsFollowedInside) {
  const Host host;
  const Bind payload = {host.File("/payload", "payload"), "/var/run/made"};
  EXPECT_OK(Inside(Of({Tmpfs{"/run"}, Symlink{"/run", "/var/run"}, payload}),
                   [] { EXPECT_EQ(TextOf("/run/made"), "payload"); }));
}

// A walk that comes to a root by ".." goes on to what is mounted over it.
TEST(Destination, LinkUpwardsLeadsToTheNewRootWhateverIsCovered) {
  const Host host;
  const Bind root = RootOf(host);
  host.Directory("/root/var");
  host.Link("../run", "/root/var/run");
  host.File("/root/run/made", "");
  host.File("/root/hidden", "secret");
  EXPECT_OK(
      Inside(Of({root, Hide{"/hidden"},
                 Bind{host.File("/payload", "payload"), "/var/run/made"}}),
             [] { EXPECT_EQ(TextOf("/run/made"), "payload"); }));
}

TEST(Source, LinkUpwardsLeadsToTheHostsRootWhateverIsCovered) {
  const Host host;
  const std::string payload = host.File("/payload", "payload");
  std::string up;
  for (const char letter : payload) {
    if (letter == '/') up += "../";
  }
  host.Link(up + payload.substr(1), "/link");
  // The new root has another file by the same name.
  EXPECT_OK(
      Inside(Of({Tmpfs{"/"}, Text{.inside = payload, .text = "of the sandbox"},
                 Bind{host.path("/link"), "/made"}}),
             [] { EXPECT_EQ(TextOf("/made"), "payload"); }));
}

TEST(Destination, DirectoryThatCanBeEnteredButNotReadWorks) {
  const Host host;
  host.Directory("/root/closed/place");
  const Spec spec =
      Of({RootOf(host),
          Bind{host.File("/payload", "payload"), "/closed/place/made"},
          Tmpfs{"/closed/place"}, Hide{"/closed/place"}});
  ASSERT_EQ(chmod(host.path("/root/closed").c_str(), 0111), 0);
  EXPECT_OK(InOwnNamespaces([&]() -> absl::Status {
    // As if it were another user's.
    const auto only = sys::CapabilitySet::Of(CAP_SYS_ADMIN, CAP_SYS_CHROOT);
    SBX_RETURN_IF_ERROR(
        sys::SetCapabilities({.effective = only, .permitted = only}));
    EXPECT_EQ(Reading(host.path("/root/closed")), EACCES);
    return Enter(spec,
                 [] { EXPECT_THAT(NamesIn("/closed/place"), IsEmpty()); });
  }));
  ASSERT_EQ(chmod(host.path("/root/closed").c_str(), 0755), 0);
}

TEST(Destination, IsMadeInATmpfsWithAllAboveIt) {
  const Host host;
  EXPECT_OK(Inside(Of({Bind{host.File("/file", "text"), "/a/b/file"},
                       Bind{host.Directory("/dir"), "/a/c/dir"}}),
                   [] {
                     EXPECT_EQ(TextOf("/a/b/file"), "text");
                     EXPECT_TRUE(stdfs::is_directory("/a/c/dir"));
                     EXPECT_EQ(ModeOf("/a/b"), 0755u);
                   }));
}

TEST(Destination, ThatIsMissingInAShareIsRefusedAndNothingIsMade) {
  const Host host;
  host.Directory("/share");
  const std::string payload = host.File("/payload", "payload");
  const sys::Fd content(memfd_create("content", MFD_CLOEXEC));
  const Operation made[] = {
      Bind{payload, "/share/new"},
      Bind{host.path("/share"), "/share/deep/new"},
      Device{"/dev/null", "/share/new"},
      Tmpfs{"/share/new"},
      Directory{"/share/new"},
      Directory{"/share/deep/new"},
      File{"/share/new", content.get()},
      Text{"/share/new", "text"},
      Symlink{"target", "/share/new"},
      Proc{"/share/new"},
      Dev{"/share/new"},
      // The link is in a tmpfs; what it leads to is not.
      Tmpfs{"/link/new"},
  };
  for (const Access access : {Access::kReadOnly, Access::kReadWrite}) {
    for (const Operation& operation : made) {
      EXPECT_THAT(
          Build(Of({Bind{host.path("/share"), "/share", access},
                    Symlink{"/share", "/link"}, operation})),
          AllOf(FailsWith(ENOENT), Says("lies in a share of the host")));
    }
  }
  EXPECT_THAT(NamesIn(host.path("/share")), IsEmpty());
}

TEST(Destination, ThatMayBeMissingIsLeftOut) {
  const Host host;
  host.Directory("/share");
  EXPECT_OK(Inside(Of({Bind{host.path("/share"), "/"},
                       Tmpfs{.inside = "/new", .destination = Absent::kSkip}}),
                   [] { EXPECT_THAT(NamesIn("/"), IsEmpty()); }));
}

TEST(Destination, ThatIsMadeInARootOfItsOwnStays) {
  const Host host;
  EXPECT_OK(Inside(Of({RootOf(host), Proc{}}),
                   [] { EXPECT_EQ(Reading("/proc/self/stat"), 0); }));
  EXPECT_TRUE(host.Has("/root/proc"));
}

TEST(Destination, DirectoryOnAFileIsAClearError) {
  const Host host;
  host.File("/share/file", "");
  host.Directory("/share/dir");
  const Bind share = {host.path("/share"), "/share"};
  EXPECT_THAT(Build(Of({share, Bind{host.path("/share/dir"), "/share/file"}})),
              AllOf(FailsWith(ENOTDIR), Says("mounting on \"/share/file\"")));
  EXPECT_THAT(Build(Of({share, Bind{host.path("/share/file"), "/share/dir"}})),
              AllOf(FailsWith(EISDIR), Says("mounting on \"/share/dir\"")));
}

TEST(Destination, ThousandsOfThemWork) {
  const Host host;
  const std::string file = host.File("/file", "text");
  std::vector<Operation> operations;
  for (int i = 0; i < 5000; ++i) {
    operations.push_back(Bind{file, absl::StrCat("/many/", i)});
  }
  EXPECT_OK(Inside(Of(operations), [] {
    EXPECT_EQ(TextOf("/many/0"), "text");
    EXPECT_EQ(TextOf("/many/4999"), "text");
    EXPECT_EQ(Writing("/many/4999"), EROFS);
    EXPECT_EQ(NamesIn("/many").size(), 5000u);
  }));
}

// --- What is opened by descriptor ----------------------------------------

sys::Fd OpenPlace(const std::string& path) {
  return sys::Fd(open(path.c_str(), O_PATH | O_CLOEXEC));
}

TEST(Descriptor, IsSharedByThePathThatItHas) {
  const Host host;
  host.File("/dir/file", "text");
  const sys::Fd dir = OpenPlace(host.path("/dir"));
  ASSERT_EQ(rename(host.path("/dir").c_str(), host.path("/other").c_str()), 0);
  EXPECT_OK(Inside(Of({Bind{.inside = "/a", .descriptor = dir.get()},
                       Bind{.host = absl::StrCat("/proc/self/fd/", dir.get()),
                            .inside = "/b"}}),
                   [] {
                     EXPECT_EQ(TextOf("/a/file"), "text");
                     EXPECT_EQ(TextOf("/b/file"), "text");
                   }));
}

TEST(Descriptor, WhosePathLeadsElsewhereByNowIsRefused) {
  const Host host;
  const std::string below = host.Directory("/dir/below");
  const sys::Fd dir = OpenPlace(below);
  EXPECT_THAT(InOwnNamespaces([&] {
                // The path stays what it was, and is covered.
                MountTmpfs(host.path("/dir"));
                host.Directory("/dir/below");
                return Enter(
                    Of({Bind{.inside = "/a", .descriptor = dir.get()}}), [] {});
              }),
              AllOf(FailsWith(ESTALE), Says("is of another file")));
}

TEST(Share, OfTheWholeHostElsewhereShowsTheHost) {
  EXPECT_OK(Inside(Of({Directory{"/new"}, Bind{"/", "/host"}}), [] {
    EXPECT_TRUE(stdfs::exists("/host/etc/passwd"));
    EXPECT_FALSE(stdfs::exists("/host/new"));
  }));
}

TEST(Share, WhoseLinkGoesUpToTheRootIsTheHosts) {
  const Host host;
  host.File("/real", "real");
  // As /etc/os-release is a link to ../usr/lib/os-release.
  std::string up;
  for (int i = 0; i < 20; ++i) up += "../";
  host.Link(up + host.path("/real").substr(1), "/link");
  host.Link(up, "/root");
  EXPECT_OK(Inside(
      Of({Bind{host.path("/link"), "/file"}, Bind{host.path("/root"), "/host"},
          Device{host.path("/root") + "/dev/null", "/null"}}),
      [] {
        EXPECT_EQ(TextOf("/file"), "real");
        EXPECT_TRUE(stdfs::exists("/host/etc/passwd"));
        EXPECT_EQ(Reading("/null"), 0);
      }));
}

TEST(Share, MayHaveDevices) {
  EXPECT_OK(Inside(
      Of({Bind{.host = "/dev", .inside = "/with", .devices = Devices::kUsable},
          Bind{.host = "/dev", .inside = "/without"}}),
      [] {
        EXPECT_EQ(Reading("/with/null"), 0);
        EXPECT_EQ(Reading("/without/null"), EACCES);
      }));
}

TEST(Share, ThatFollowsTheHostShowsWhatIsMountedThereLater) {
  const Host host;
  host.Directory("/late");
  const Operation follows = Bind{.host = host.path(""),
                                 .inside = "/data",
                                 .access = Access::kReadWrite,
                                 .propagation = Propagation::kSlave};
  EXPECT_OK(InOwnNamespaces([&]() -> absl::Status {
    MountTmpfs(host.path(""));
    host.Directory("/late");
    EXPECT_EQ(
        mount(nullptr, host.path("").c_str(), nullptr, MS_SHARED, nullptr), 0);
    Turn built, mounted;
    SBX_ASSIGN_OR_RETURN(sys::Child child, sys::Fork({.mount = true}));
    if (child.pid() == 0) {
      EXPECT_OK(Enter(Of({follows}), [&] {
        built.Give();
        mounted.Await();
        EXPECT_EQ(Reading("/data/late/file"), 0);
      }));
      _exit(::testing::Test::HasFailure() ? 1 : 0);
    }
    built.Await();
    MountTmpfs(host.path("/late"));
    host.File("/late/file", "text");
    mounted.Give();
    SBX_ASSIGN_OR_RETURN(const sys::WaitStatus status, child.Wait());
    EXPECT_EQ(status.raw, 0);
    return absl::OkStatus();
  }));
}

// --- Anywhere ------------------------------------------------------------

Spec Anywhere(std::vector<Operation> operations) {
  Spec spec = Of(std::move(operations));
  spec.placement = Placement::kAnywhere;
  return spec;
}

TEST(Anywhere, MountPointsAreMadeInSharesAndStay) {
  const Host host;
  host.Directory("/share");
  EXPECT_OK(
      Build(Anywhere({Bind{host.path("/share"), "/share", Access::kReadWrite},
                      Tmpfs{"/share/a/b"}, Symlink{"target", "/share/link"}})));
  EXPECT_TRUE(host.Has("/share/a/b"));
  EXPECT_EQ(TargetOf(host.path("/share/link")), "target");
  EXPECT_THAT(
      Build(Anywhere({Bind{host.path("/share"), "/share"}, Tmpfs{"/share/c"}})),
      FailsWith(EROFS));
}

TEST(Anywhere, TheRootCanBeCoveredAndNothingOfTheOldOneIsLeft) {
  const Host host;
  host.File("/root/file", "text");
  EXPECT_OK(Inside(
      Anywhere({Tmpfs{"/"}, Text{"/early", "text"}, Directory{"/dir"},
                Bind{host.path("/root"), "/", Access::kReadWrite},
                Text{"/late", "text"}, Proc{}}),
      [] {
        EXPECT_THAT(NamesIn("/"), UnorderedElementsAre("file", "late", "proc"));
        EXPECT_THAT(MountPointsInside(), ElementsAre("/", "/late", "/proc"));
      }));
}

TEST(Anywhere, TheRootIsCoveredByWhateverNameItHas) {
  const Host host;
  host.File("/root/file", "text");
  EXPECT_OK(Inside(
      Anywhere({Symlink{"/", "/link"}, Bind{host.path("/root"), "/link"}}),
      [] { EXPECT_THAT(NamesIn("/"), ElementsAre("file")); }));
}

TEST(Anywhere, PlacesSideBySideAreThoseThatAreSeenBySoFar) {
  const Host host;
  const std::string file = host.File("/file", "text");
  EXPECT_OK(Inside(
      Anywhere({Bind{file, "/dir/a"}, Tmpfs{"/dir"}, Bind{file, "/dir/b"}}),
      [] { EXPECT_THAT(NamesIn("/dir"), ElementsAre("b")); }));
}

TEST(Anywhere, DirectoriesOnTheWayHaveTheModeAskedFor) {
  Spec spec = Anywhere({Tmpfs{"/a/b/c"}});
  spec.items[0].parents = 0700;
  EXPECT_OK(Inside(spec, [] {
    EXPECT_EQ(ModeOf("/a"), 0700u);
    EXPECT_EQ(ModeOf("/a/b"), 0700u);
    EXPECT_EQ(ModeOf("/a/b/c"), 0755u);
  }));
}

TEST(Failure, IsToldInTheWordsOfTheFrontEnd) {
  Spec spec = Of({Bind{"/nope", "/a"}});
  spec.items[0].words = {.source = "no source", .place = "no place"};
  EXPECT_THAT(Build(spec), AllOf(FailsWith(ENOENT), Says("no source: open")));
  spec.items[0].operation = Bind{"/etc", "/file"};
  spec.items.insert(spec.items.begin(), {.operation = Text{"/file", ""}});
  EXPECT_THAT(Build(spec), Says("no place: "));
}

// --- Overlays ------------------------------------------------------------

TEST(Overlay, ShowsTheHighestLayerAndKeepsWritesWhereAsked) {
  const Host host;
  host.File("/low/file", "low");
  host.File("/low/other", "other");
  host.File("/high/file", "high");
  const Overlay overlay = {.inside = "/o",
                           .layers = {host.path("/low"), host.path("/high")},
                           .upper = Upper::kHost,
                           .written = host.Directory("/upper"),
                           .work = host.Directory("/work")};
  EXPECT_OK(Inside(Of({overlay}), [] {
    EXPECT_EQ(TextOf("/o/file"), "high");
    EXPECT_EQ(unlink("/o/other"), 0);
    EXPECT_EQ(Making("/o/new"), 0);
    EXPECT_TRUE(FlagsOf("/o") & ST_NOSUID);
    EXPECT_TRUE(FlagsOf("/o") & ST_NODEV);
  }));
  EXPECT_TRUE(host.Has("/upper/new"));
  EXPECT_TRUE(host.Has("/low/other"));
  chmod(host.path("/work/work").c_str(), 0700);
}

TEST(Overlay, InMemoryForgetsAndReadOnlyRefuses) {
  const Host host;
  const std::vector<std::string> layers = {host.Directory("/a:b,c"),
                                           host.Directory("/d\\e")};
  host.File("/a:b,c/file", "text");
  EXPECT_OK(Inside(Of({Overlay{"/memory", layers, Upper::kMemory},
                       Overlay{"/none", layers, Upper::kNone}}),
                   [] {
                     EXPECT_EQ(TextOf("/memory/file"), "text");
                     EXPECT_EQ(Making("/memory/new"), 0);
                     EXPECT_EQ(Making("/none/new"), EROFS);
                   }));
  EXPECT_THAT(NamesIn(layers[0]), ElementsAre("file"));
  EXPECT_THAT(NamesIn(layers[1]), IsEmpty());
}

// --- Hiding --------------------------------------------------------------

TEST(Hide, CoversADirectoryWithAnEmptyOne) {
  const Host host;
  host.File("/dir/secret", "secret");
  EXPECT_OK(Inside(
      Of({Bind{host.path(""), "/data", Access::kReadWrite}, Hide{"/data/dir"}}),
      [] {
        EXPECT_THAT(NamesIn("/data/dir"), IsEmpty());
        EXPECT_EQ(Making("/data/dir/new"), EROFS);
        EXPECT_EQ(rmdir("/data/dir"), -1);
      }));
  EXPECT_EQ(TextOf(host.path("/dir/secret")), "secret");
}

TEST(Hide, CoversAFileWithAnEmptyOne) {
  const Host host;
  host.File("/secret", "secret");
  EXPECT_OK(Inside(Of({Bind{host.path(""), "/data", Access::kReadWrite},
                       Hide{"/data/secret"}}),
                   [] {
                     EXPECT_EQ(TextOf("/data/secret"), "");
                     EXPECT_EQ(Writing("/data/secret"), EROFS);
                     EXPECT_EQ(rename("/data/secret", "/data/other"), -1);
                   }));
  EXPECT_EQ(TextOf(host.path("/secret")), "secret");
}

TEST(Hide, CoversWhatALinkLeadsTo) {
  const Host host;
  host.File("/dir/secret", "secret");
  host.File("/file", "secret");
  host.Link("dir", "/to_dir");
  host.Link("file", "/to_file");
  EXPECT_OK(Inside(Of({Bind{host.path(""), "/data"}, Hide{"/data/to_dir"},
                       Hide{"/data/to_file"}}),
                   [] {
                     EXPECT_THAT(NamesIn("/data/dir"), IsEmpty());
                     EXPECT_EQ(TextOf("/data/file"), "");
                   }));
}

TEST(Hide, OfNothingIsAnErrorUnlessItMayBeMissing) {
  EXPECT_THAT(Build(Of({Hide{"/none"}})),
              AllOf(FailsWith(ENOENT), Says("/none")));
  EXPECT_OK(Build(Of({Hide{"/none", Absent::kSkip}})));
}

// --- Secrets -------------------------------------------------------------

// Whether `path` inside shows nothing of a secret.
void ExpectHidden(const std::string& path) {
  ASSERT_TRUE(stdfs::exists(path)) << path;
  if (stdfs::is_directory(path)) {
    EXPECT_THAT(NamesIn(path), IsEmpty()) << path;
  } else {
    EXPECT_EQ(TextOf(path), "") << path;
  }
}

// A home directory with two secrets.
Spec ShareOf(const Host& host, std::vector<Operation> operations) {
  host.File("/home/.ssh/key", "secret");
  host.File("/home/.netrc", "secret");
  host.File("/home/open", "open");
  Spec spec = Of(std::move(operations));
  spec.secrets = {{.host = host.path("/home/.ssh")},
                  {.host = host.path("/home/.netrc")}};
  return spec;
}

TEST(Secret, IsHiddenWhereverAShareWouldShowIt) {
  const Host host;
  const Spec spec =
      ShareOf(host, {Bind{host.path(""), "/above"},
                     Bind{host.path("/home"), "/mnt", Access::kReadWrite}});
  EXPECT_OK(Inside(spec, [] {
    for (const char* home : {"/above/home/", "/mnt/"}) {
      ExpectHidden(absl::StrCat(home, ".ssh"));
      ExpectHidden(absl::StrCat(home, ".netrc"));
      EXPECT_EQ(TextOf(absl::StrCat(home, "open")), "open");
    }
  }));
}

TEST(Secret, IsHiddenInAShareThroughALink) {
  const Host host;
  const Spec spec = ShareOf(host, {Bind{host.path("/alias"), "/mnt"}});
  host.Link("home", "/alias");
  EXPECT_OK(Inside(spec, [] { ExpectHidden("/mnt/.ssh"); }));
}

TEST(Secret, IsHiddenInAShareOfABindMount) {
  const Host host;
  const Spec spec = ShareOf(host, {Bind{host.Directory("/alias"), "/mnt"}});
  EXPECT_OK(InOwnNamespaces([&] {
    BindAt(host.path("/home"), host.path("/alias"));
    return Enter(spec, [] { ExpectHidden("/mnt/.ssh"); });
  }));
}

TEST(Secret, IsHiddenWhereItIsALinkItself) {
  const Host host;
  Spec spec = ShareOf(host, {Bind{host.path(""), "/mnt"}});
  stdfs::rename(host.path("/home/.ssh"), host.path("/elsewhere"));
  host.Link("../elsewhere", "/home/.ssh");
  EXPECT_OK(Inside(spec, [] {
    ExpectHidden("/mnt/home/.ssh");
    ExpectHidden("/mnt/elsewhere");
  }));
}

TEST(Secret, IsHiddenWhereTheHomeDirectoryIsALink) {
  const Host host;
  host.Directory("/real");
  host.Link("real", "/home");
  const Spec spec = ShareOf(host, {Bind{host.path("/real"), "/mnt"}});
  EXPECT_OK(Inside(spec, [] { ExpectHidden("/mnt/.ssh"); }));
}

// Nothing on the way to the share has the home directory's name.
TEST(Secret, IsHiddenAboveTheRealPlaceOfTheHomeDirectory) {
  const Host host;
  host.Directory("/disk/users/real");
  host.Link("disk/users/real", "/home");
  const Spec spec = ShareOf(host, {Bind{host.path("/disk"), "/mnt"}});
  EXPECT_OK(Inside(spec, [] { ExpectHidden("/mnt/users/real/.ssh"); }));
}

TEST(Secret, IsHiddenWhereItsLinkLeads) {
  const Host host;
  const Spec spec = ShareOf(host, {Bind{host.path("/disk"), "/mnt"}});
  host.Directory("/disk");
  stdfs::rename(host.path("/home/.ssh"), host.path("/disk/keys"));
  host.Link("../disk/keys", "/home/.ssh");
  EXPECT_OK(Inside(spec, [] { ExpectHidden("/mnt/keys"); }));
}

TEST(Secret, IsShownWhereItIsSharedItself) {
  const Host host;
  const Spec spec = ShareOf(host, {Bind{host.path("/home"), "/mnt"},
                                   Bind{host.path("/home/.ssh"), "/mnt/.ssh"}});
  EXPECT_OK(Inside(spec, [] {
    EXPECT_EQ(TextOf("/mnt/.ssh/key"), "secret");
    ExpectHidden("/mnt/.netrc");
  }));
}

// How building the root ends if a link to the home directory is put where the
// share `path` was, once secrets have been looked for.
absl::Status BuildAfterSwap(const Host& host, const std::string& path) {
  const Spec spec = ShareOf(host, {Bind{host.path(path), "/mnt"}});
  return InOwnNamespaces([&]() -> absl::Status {
    SBX_ASSIGN_OR_RETURN(const Facts facts, Answers(spec));
    SBX_ASSIGN_OR_RETURN(const Plan plan, PlanRoot(spec, facts, {}));
    stdfs::remove(host.path(path));
    host.Link("home", path);
    return BuildRoot(plan).status();
  });
}

TEST(Secret, IsNotShownByAShareThatIsReplacedMeanwhile) {
  const Host host;
  host.Directory("/shared");
  EXPECT_THAT(BuildAfterSwap(host, "/shared"),
              AllOf(FailsWith(ESTALE), Says("was replaced after secrets")));
}

TEST(Secret, IsNotShownByAShareThatAppearsMeanwhile) {
  const Host host;
  EXPECT_THAT(BuildAfterSwap(host, "/absent"), FailsWith(ESTALE));
}

// --- What is made --------------------------------------------------------

TEST(Text, StandsOverTheFileThatIsThere) {
  const Host host;
  host.File("/file", "old");
  EXPECT_OK(Inside(Of({Bind{host.path(""), "/data", Access::kReadWrite},
                       Text{"/data/file", "new"}}),
                   [] {
                     EXPECT_EQ(TextOf("/data/file"), "new");
                     EXPECT_EQ(Writing("/data/file"), EROFS);
                   }));
  EXPECT_EQ(TextOf(host.path("/file")), "old");
}

TEST(Text, StandsOverWhatALinkLeadsTo) {
  const Host host;
  host.File("/file", "old");
  host.Link("file", "/link");
  EXPECT_OK(
      Inside(Of({Bind{host.path(""), "/data"}, Text{"/data/link", "new"}}), [] {
        EXPECT_EQ(TextOf("/data/file"), "new");
        EXPECT_EQ(TargetOf("/data/link"), "file");
      }));
}

TEST(Text, IsMadeWhereNothingIs) {
  EXPECT_OK(Inside(Of({Text{"/etc/passwd", "text", 0400}}), [] {
    EXPECT_EQ(TextOf("/etc/passwd"), "text");
    EXPECT_EQ(ModeOf("/etc/passwd"), 0400u);
  }));
}

TEST(File, HoldsWhatTheDescriptorGives) {
  int ends[2];
  ASSERT_EQ(pipe2(ends, O_CLOEXEC), 0);
  const sys::Fd content(ends[0]);
  ASSERT_OK(sys::WriteAll(sys::Fd(ends[1]), "a text", "pipe"));
  EXPECT_OK(Inside(Of({File{"/etc/file", content.get(), 0640}}), [] {
    EXPECT_EQ(TextOf("/etc/file"), "a text");
    EXPECT_EQ(ModeOf("/etc/file"), 0640u);
    EXPECT_EQ(Writing("/etc/file"), 0);
  }));
}

TEST(File, DoesNotReplaceOneNorFollowALink) {
  const sys::Fd content(memfd_create("content", MFD_CLOEXEC));
  EXPECT_THAT(
      Build(Of({Symlink{"target", "/link"}, File{"/link", content.get()}})),
      AllOf(FailsWith(EEXIST), Says("/link")));
}

sys::Fd ContentOf(const std::string& text) {
  sys::Fd content(memfd_create("content", MFD_CLOEXEC));
  EXPECT_OK(sys::WriteAll(content, text, "content"));
  EXPECT_EQ(lseek(content.get(), 0, SEEK_SET), 0);
  return content;
}

TEST(File, MayOverwriteOne) {
  const sys::Fd first = ContentOf("first"), second = ContentOf("2nd");
  EXPECT_OK(Inside(Of({File{"/file", first.get()},
                       File{.inside = "/file",
                            .content = second.get(),
                            .existing = Existing::kOverwritten}}),
                   [] { EXPECT_EQ(TextOf("/file"), "2nd"); }));
}

TEST(Data, StandsOverAFileWithItsModeAndIsWritableOrNot) {
  const Host host;
  host.File("/share/file", "old");
  const sys::Fd content = ContentOf("new"), more = ContentOf("more");
  EXPECT_OK(Inside(Of({Bind{host.path("/share"), "/share"},
                       Data{"/share/file", content.get(), 0640},
                       Data{"/more", more.get(), 0600, Access::kReadOnly}}),
                   [] {
                     EXPECT_EQ(TextOf("/share/file"), "new");
                     EXPECT_EQ(ModeOf("/share/file"), 0640u);
                     EXPECT_EQ(Writing("/share/file"), 0);
                     EXPECT_EQ(TextOf("/more"), "more");
                     EXPECT_EQ(Writing("/more"), EROFS);
                   }));
  EXPECT_EQ(TextOf(host.path("/share/file")), "old");
}

TEST(Mode, ChangesWhatIsThereAndNothingOutside) {
  const Host host;
  host.File("/share/file", "");
  chmod(host.path("/share/file").c_str(), 0600);
  EXPECT_OK(Inside(Of({Directory{"/dir"}, Mode{"/dir", 01777}}),
                   [] { EXPECT_EQ(ModeOf("/dir"), 01777u); }));
  EXPECT_THAT(Build(Of({Bind{host.path("/share"), "/share"},
                        Mode{"/share/file", 0777}})),
              FailsWith(EROFS));
  EXPECT_THAT(Build(Of({Mode{"/nothing", 0777}})), FailsWith(ENOENT));
}

TEST(ReadOnly, IsThatMountAlone) {
  EXPECT_OK(Inside(Of({Tmpfs{"/a"}, Tmpfs{"/a/b"}, ReadOnly{"/a"}}), [] {
    EXPECT_EQ(Making("/a/file"), EROFS);
    EXPECT_EQ(Making("/a/b/file"), 0);
  }));
  EXPECT_THAT(Build(Of({Directory{"/a"}, ReadOnly{"/a"}})),
              AllOf(FailsWith(EINVAL), Says("\"/a\" is no mount point")));
}

TEST(Symlink, MayBeThereAlreadyIfItLeadsToTheSame) {
  EXPECT_OK(Build(Of({Symlink{"a", "/link"}, Symlink{"a", "/link"}})));
  EXPECT_THAT(Build(Of({Symlink{"a", "/link"}, Symlink{"b", "/link"}})),
              Says("existing destination is a"));
  EXPECT_THAT(Build(Of({Directory{"/link"}, Symlink{"b", "/link"}})),
              Says("destination exists and is not a symlink"));
}

TEST(Symlink, LeadsWhereItWasAskedTo) {
  EXPECT_OK(Inside(Of({Symlink{"usr/bin", "/bin"}}),
                   [] { EXPECT_EQ(TargetOf("/bin"), "usr/bin"); }));
}

TEST(Directory, HasTheModeAskedForAndStaysIfItIsThere) {
  EXPECT_OK(Inside(Of({Directory{"/a/b", 01770}, Directory{"/a/b", 0700}}),
                   [] { EXPECT_EQ(ModeOf("/a/b"), 01770u); }));
}

TEST(Tmpfs, HasTheModeAndTheSizeAskedFor) {
  EXPECT_OK(
      Inside(Of({Tmpfs{.inside = "/t", .mode = 01777, .size = 1 << 20}}), [] {
        struct statvfs found = {};
        EXPECT_EQ(statvfs("/t", &found), 0);
        EXPECT_EQ(found.f_blocks * found.f_frsize, 1u << 20);
        EXPECT_EQ(ModeOf("/t"), 01777u);
        EXPECT_EQ(Making("/t/new"), 0);
        EXPECT_TRUE(found.f_flag & ST_NOSUID);
        EXPECT_TRUE(found.f_flag & ST_NODEV);
      }));
}

// --- /dev and /proc ------------------------------------------------------

TEST(Dev, HasTheMinimalDevicesAndNothingElse) {
  EXPECT_OK(Inside(Of({Dev{}}), [] {
    EXPECT_THAT(NamesIn("/dev"),
                UnorderedElementsAre("null", "zero", "full", "random",
                                     "urandom", "tty", "fd", "stdin", "stdout",
                                     "stderr", "ptmx", "shm", "pts"));
    for (const char* name : {"null", "zero", "full", "random", "urandom"}) {
      EXPECT_EQ(Opening(absl::StrCat("/dev/", name), O_RDWR), 0) << name;
    }
    EXPECT_TRUE(stdfs::is_character_file("/dev/tty"));
    EXPECT_EQ(TargetOf("/dev/fd"), "/proc/self/fd");
    EXPECT_EQ(TargetOf("/dev/stdin"), "/proc/self/fd/0");
    EXPECT_EQ(TargetOf("/dev/stdout"), "/proc/self/fd/1");
    EXPECT_EQ(TargetOf("/dev/stderr"), "/proc/self/fd/2");
    EXPECT_EQ(TargetOf("/dev/ptmx"), "pts/ptmx");
    EXPECT_EQ(Making("/dev/shm/new"), 0);
    EXPECT_EQ(ModeOf("/dev/shm"), 01777u);
  }));
}

TEST(Dev, IsReadOnly) {
  EXPECT_OK(Inside(Of({Dev{}}), [] {
    EXPECT_EQ(Making("/dev/new"), EROFS);
    EXPECT_EQ(unlink("/dev/ptmx"), -1);
    EXPECT_EQ(chmod("/dev/null", 0), -1);
    EXPECT_EQ(errno, EROFS);
  }));
}

TEST(Dev, TakesADeviceThatIsAskedForAfterIt) {
  EXPECT_OK(Inside(Of({Dev{}, Device{"/dev/zero", "/dev/nought"}}), [] {
    const sys::Fd device(open("/dev/nought", O_RDONLY | O_CLOEXEC));
    char byte = 'x';
    EXPECT_EQ(read(device.get(), &byte, 1), 1);
    EXPECT_EQ(byte, 0);
    EXPECT_EQ(Making("/dev/new"), EROFS);
  }));
}

TEST(Dev, HasTerminalsOfItsOwn) {
  const sys::Fd outside(posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC));
  ASSERT_TRUE(outside);
  EXPECT_OK(Inside(Of({Dev{}}), [] {
    EXPECT_THAT(NamesIn("/dev/pts"), ElementsAre("ptmx"));
    // The test has every capability; a command has none.
    EXPECT_EQ(ModeOf("/dev/pts/ptmx"), 0666u);
    const sys::Fd terminal(open("/dev/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC));
    EXPECT_TRUE(terminal);
    EXPECT_THAT(NamesIn("/dev/pts"), UnorderedElementsAre("ptmx", "0"));
    EXPECT_STREQ(ptsname(terminal.get()), "/dev/pts/0");
  }));
}

TEST(Dev, ShowsTheCallersTerminalAsConsole) {
  const sys::Fd ours(posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC));
  ASSERT_EQ(unlockpt(ours.get()), 0);
  const std::string name = ptsname(ours.get());
  EXPECT_OK(InOwnNamespaces([&]() -> absl::Status {
    SBX_ASSIGN_OR_RETURN(const Plan plan,
                         PlanRoot(Of({Dev{}}), {.terminal = name}, {}));
    struct stat outside = {}, inside = {};
    EXPECT_EQ(stat(name.c_str(), &outside), 0);
    SBX_ASSIGN_OR_RETURN(const Root root, BuildRoot(plan));
    SBX_RETURN_IF_ERROR(EnterRoot(root, {}).status());
    EXPECT_EQ(stat("/dev/console", &inside), 0);
    EXPECT_EQ(inside.st_rdev, outside.st_rdev);
    return absl::OkStatus();
  }));
}

TEST(Dev, MayBePlain) {
  EXPECT_OK(Inside(Of({Dev{.style = DevStyle::kPlain}}), [] {
    EXPECT_EQ(Making("/dev/new"), 0);
    EXPECT_EQ(Writing("/dev/null"), 0);
    EXPECT_EQ(ModeOf("/dev/shm"), 0755u);
  }));
}

TEST(Mqueue, HoldsTheQueuesOfTheSandbox) {
  EXPECT_OK(Inside(Of({Mqueue{"/queues"}}), [] {
    EXPECT_THAT(NamesIn("/queues"), IsEmpty());
    EXPECT_TRUE(FlagsOf("/queues") & ST_NOEXEC);
  }));
}

TEST(Device, ThatIsNoneIsRefused) {
  const Host host;
  EXPECT_THAT(Build(Of({Device{host.File("/file", ""), "/device"}})),
              Says("is not a device"));
}

TEST(Proc, ShowsTheProcessesOfTheSandboxAlone) {
  EXPECT_OK(Inside(Of({Proc{}}), [] {
    std::vector<std::string> processes;
    for (const std::string& name : NamesIn("/proc")) {
      if (isdigit(name[0])) processes.push_back(name);
    }
    EXPECT_THAT(processes, ElementsAre("1"));
    EXPECT_TRUE(FlagsOf("/proc") & ST_NOSUID);
    EXPECT_TRUE(FlagsOf("/proc") & ST_NODEV);
    EXPECT_TRUE(FlagsOf("/proc") & ST_NOEXEC);
  }));
}

TEST(Proc, CoversWhatItWouldGrantToTheHostsRoot) {
  EXPECT_OK(InOwnNamespaces([]() -> absl::Status {
    SBX_ASSIGN_OR_RETURN(const Plan plan,
                         PlanRoot(Of({Proc{}}), {}, {.has_host_root = true}));
    SBX_ASSIGN_OR_RETURN(const Root root, BuildRoot(plan));
    SBX_RETURN_IF_ERROR(EnterRoot(root, {}).status());
    EXPECT_TRUE(FlagsOf("/proc/sys") & ST_RDONLY);
    EXPECT_FALSE(FlagsOf("/proc/self") & ST_RDONLY);
    EXPECT_THAT(MountPointsInside(),
                AllOf(Contains("/proc/sys"), Contains("/proc/fs")));
    // Not every kernel has these.
    if (stdfs::exists("/proc/keys")) {
      EXPECT_EQ(TextOf("/proc/keys"), "");
    }
    if (stdfs::exists("/proc/sysrq-trigger")) {
      EXPECT_TRUE(FlagsOf("/proc/sysrq-trigger") & ST_RDONLY);
    }
    return absl::OkStatus();
  }));
}

// --- The host's root -----------------------------------------------------

const Bind kHostRoot = {.host = "/", .inside = "/"};

TEST(HostRoot, IsReadOnlyButForWhatIsShared) {
  const Host host;
  const std::string shared = host.Directory("/shared");
  EXPECT_OK(
      Inside(Of({kHostRoot, Bind{shared, shared, Access::kReadWrite}}), [&] {
        EXPECT_EQ(Making(host.path("/new")), EROFS);
        EXPECT_EQ(Making(shared + "/new"), 0);
        for (const std::string& mount : MountPointsInside()) {
          struct statvfs found;
          // Others may be out of sight, or covered.
          if (mount == shared || statvfs(mount.c_str(), &found) != 0) continue;
          EXPECT_TRUE(found.f_flag & ST_RDONLY) << mount;
          EXPECT_TRUE(found.f_flag & ST_NOSUID) << mount;
        }
      }));
  EXPECT_TRUE(host.Has("/shared/new"));
}

TEST(HostRoot, IsWhereSourcesAreFoundWhateverCoversThem) {
  const Host host;
  host.File("/file", "text");
  host.Link(host.path("/file"), "/link");
  Spec spec = Of({kHostRoot, Tmpfs{host.path("")},
                  Bind{host.path("/link"), host.path("/back")}, Dev{},
                  Device{"/dev/zero", "/dev/nought"}});
  EXPECT_OK(Inside(spec, [&] {
    EXPECT_EQ(TextOf(host.path("/back")), "text");
    EXPECT_EQ(Reading(host.path("/file")), ENOENT);
    EXPECT_EQ(Reading("/dev/nought"), 0);
    EXPECT_EQ(Making("/dev/new"), EROFS);
  }));
}

TEST(HostRoot, IsCutOffFromWhatIsMountedLater) {
  const Host host;
  ExpectMountsApart(Of({kHostRoot}), host, host.path(""));
}

TEST(HostRoot, IsGoneBelowALaterRoot) {
  const Host host;
  const std::string secret = host.File("/secret", "secret");
  Spec spec = Of({kHostRoot, Tmpfs{"/"}, Bind{host.path(""), "/share"}});
  spec.placement = Placement::kAnywhere;
  EXPECT_OK(Inside(spec, [&] {
    EXPECT_THAT(NamesIn("/"), ElementsAre("share"));
    EXPECT_EQ(TextOf("/share/secret"), "secret");
    EXPECT_EQ(Reading("/../.." + secret), ENOENT);
  }));
}

TEST(HostRoot, TakesAnOverlayThatWritesToTheHost) {
  const Host host;
  host.File("/low/file", "low");
  const std::string place = host.Directory("/place");
  const Overlay overlay = {.inside = place,
                           .layers = {host.path("/low")},
                           .upper = Upper::kHost,
                           .written = host.Directory("/upper"),
                           .work = host.Directory("/work")};
  EXPECT_OK(Inside(Of({kHostRoot, Tmpfs{"/proc"}, overlay}), [&] {
    EXPECT_EQ(TextOf(place + "/file"), "low");
    EXPECT_EQ(Making(place + "/new"), 0);
    EXPECT_EQ(Making(host.path("/upper/other")), EROFS);
  }));
  EXPECT_TRUE(host.Has("/upper/new"));
  chmod(host.path("/work/work").c_str(), 0700);
}

TEST(HostRoot, HasTheModeChangedThatWasMeantWhateverCoversProc) {
  const Host host;
  const std::string shared = host.Directory("/shared");
  const std::string other = host.File("/shared/other", "");
  chmod(other.c_str(), 0600);
  // What the descriptors of whoever builds it are called.
  for (int i = 0; i < 100; ++i) {
    host.Directory("/proc/self/fd");
    host.Link(other, absl::StrCat("/proc/self/fd/", i));
  }
  EXPECT_OK(Inside(Of({kHostRoot, Bind{shared, shared, Access::kReadWrite},
                       Bind{host.path("/proc"), "/proc"}, Tmpfs{"/tmp"},
                       Directory{"/tmp/dir"}, Mode{"/tmp/dir", 0711}}),
                   [&] { EXPECT_EQ(ModeOf("/tmp/dir"), 0711u); }));
  EXPECT_EQ(ModeOf(other), 0600u);
}

TEST(HostRoot, TakesMoreSharesThanFilesCanBeOpen) {
  const Host host;
  const rlimit few = {.rlim_cur = 200, .rlim_max = 200};
  const std::string shared = host.File("/file", "text");
  std::vector<Operation> operations = {kHostRoot, Tmpfs{host.path("/many")}};
  host.Directory("/many");
  for (int i = 0; i < 300; ++i) {
    operations.push_back(Bind{shared, host.path(absl::StrCat("/many/", i))});
  }
  EXPECT_OK(InOwnNamespaces([&]() -> absl::Status {
    if (setrlimit(RLIMIT_NOFILE, &few) != 0)
      return sys::CallFailed("setrlimit");
    return Enter(Of(std::move(operations)),
                 [&] { EXPECT_EQ(TextOf(host.path("/many/299")), "text"); });
  }));
}

// --- The old root --------------------------------------------------------

TEST(OldRoot, IsGone) {
  const Host host;
  const std::string secret = host.File("/secret", "secret");
  host.Directory("/share");
  const Spec spec =
      Of({Proc{}, Bind{host.path("/share"), "/share"}, Directory{"/dir"}});
  EXPECT_OK(Inside(spec, [&] {
    EXPECT_THAT(MountPointsInside(),
                UnorderedElementsAre("/", "/proc", "/share"));
    EXPECT_EQ(Reading(secret), ENOENT);
    for (const char* start :
         {"/", "/share", "/dir", "/proc", "/proc/1/root", "/proc/1/cwd"}) {
      ASSERT_EQ(chdir(start), 0) << start;
      const std::string up = "../../../../../../../..";
      EXPECT_EQ(Reading(up + secret), ENOENT) << start;
      EXPECT_THAT(NamesIn(up), UnorderedElementsAre("proc", "share", "dir"));
    }
  }));
}

TEST(OldRoot, IsNotBelowAnUmountOfTheNewOne) {
  const Host host;
  const std::string secret = host.File("/secret", "secret");
  EXPECT_OK(
      Inside(Of({Proc{}, Hide{"/proc/keys"}, Text{"/text", "text"}}), [&] {
        // With every capability.
        EXPECT_EQ(umount2("/", MNT_DETACH), -1);
        EXPECT_EQ(umount2("/text", MNT_DETACH), 0);
        EXPECT_EQ(TextOf("/text"), "");
        EXPECT_EQ(Reading(secret), ENOENT);
      }));
}

TEST(OldRoot, LeavesNothingOfWhatCoversWereMadeFrom) {
  const Spec spec =
      Of({Proc{}, Tmpfs{"/t"}, Hide{"/t"}, Text{"/text", "text"}});
  EXPECT_OK(Inside(spec, [] {
    EXPECT_THAT(MountPointsInside(),
                UnorderedElementsAre("/", "/proc", "/t", "/t", "/text"));
    EXPECT_THAT(NamesIn("/"), UnorderedElementsAre("proc", "t", "text"));
    EXPECT_EQ(TextOf("/text"), "text");
  }));
}

TEST(Start, IsTheDirectoryAskedForInside) {
  const Host host;
  host.File("/share/file", "text");
  Spec spec =
      Of({Bind{host.path("/share"), "/share"}, Symlink{"/share", "/s"}});
  spec.cwd = "/s";
  EXPECT_OK(Inside(spec, [] { EXPECT_EQ(TextOf("file"), "text"); }));
  spec.cwd = host.path("/share");
  EXPECT_THAT(Build(spec), AllOf(FailsWith(ENOENT), Says(spec.cwd)));
}

TEST(Start, IsTheFirstOfTheOthersThatIsThere) {
  EXPECT_OK(InOwnNamespaces([]() -> absl::Status {
    Spec spec = Of({Directory{"/there"}});
    spec.cwd = "/nope";
    EXPECT_THAT(Build(spec), FailsWith(ENOENT));
    spec.other_cwds = {"/neither", "/there", "/"};
    SBX_ASSIGN_OR_RETURN(const Plan plan, PlanRoot(spec, {}, {}));
    SBX_ASSIGN_OR_RETURN(const Root root, BuildRoot(plan));
    SBX_ASSIGN_OR_RETURN(const std::string cwd, EnterRoot(root, plan));
    EXPECT_EQ(cwd, "/there");
    EXPECT_EQ(stdfs::current_path(), "/there");
    return absl::OkStatus();
  }));
}

TEST(Start, MagicLinkIsRefused) {
  Spec spec = Of({Proc{}});
  spec.cwd = "/proc/self/root";
  EXPECT_THAT(Build(spec), AnyOf(FailsWith(ELOOP), FailsWith(EXDEV)));
}

}  // namespace
}  // namespace sbx::fs
