// SPDX-License-Identifier: Apache-2.0
//
// The root as a whole: the host's as it is, nothing of the old one, and where
// the command starts.

#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "fs/apply.h"
#include "fs/built_root.h"
#include "fs/plan.h"
#include "fs/spec.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
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
using ::testing::ElementsAre;
using ::testing::UnorderedElementsAre;

namespace stdfs = std::filesystem;

// --- The host's root -----------------------------------------------------

const Bind kHostRoot = {.host = "/", .inside = "/"};

TEST(HostRoot, IsReadOnlyButForWhatIsShared) {
  const Host host;
  const std::string shared = host.Directory("/shared");
  EXPECT_OK(
      InRoot(Of({kHostRoot, Bind{shared, shared, Access::kReadWrite}}), [&] {
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
  EXPECT_OK(InRoot(spec, [&] {
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
  EXPECT_OK(InRoot(spec, [&] {
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
  EXPECT_OK(InRoot(Of({kHostRoot, Tmpfs{"/proc"}, overlay}), [&] {
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
  EXPECT_OK(InRoot(Of({kHostRoot, Bind{shared, shared, Access::kReadWrite},
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
  EXPECT_OK(InRoot(spec, [&] {
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
      InRoot(Of({Proc{}, Hide{"/proc/keys"}, Text{"/text", "text"}}), [&] {
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
  EXPECT_OK(InRoot(spec, [] {
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
  EXPECT_OK(InRoot(spec, [] { EXPECT_EQ(TextOf("file"), "text"); }));
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
