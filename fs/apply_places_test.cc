// SPDX-License-Identifier: Apache-2.0
//
// Where in the new root things come to lie, whatever links say.

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
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
#include "sandbox/sys/capabilities.h"
#include "sandbox/sys/fd.h"
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
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

namespace stdfs = std::filesystem;

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
  EXPECT_OK(InRoot(Of({root, payload}),
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
  EXPECT_OK(InRoot(Of({root, payload}),
                   [] { EXPECT_EQ(TextOf("/made"), "payload"); }));
  EXPECT_TRUE(host.Has("/root/made"));
  EXPECT_FALSE(host.Has("/made"));
  EXPECT_FALSE(stdfs::exists("/made"));
}

TEST(Destination, DotsStayInTheNewRoot) {
  const Host host;
  const Bind payload = {host.File("/payload", "payload"), "/../../made"};
  EXPECT_OK(InRoot(Of({RootOf(host), payload}),
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
  EXPECT_OK(InRoot(Of({Tmpfs{"/run"}, Symlink{"/run", "/var/run"}, payload}),
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
      InRoot(Of({root, Hide{"/hidden"},
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
      InRoot(Of({Tmpfs{"/"}, Text{.inside = payload, .text = "of the sandbox"},
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
  EXPECT_OK(InRoot(Of({Bind{host.File("/file", "text"), "/a/b/file"},
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
  EXPECT_OK(InRoot(Of({Bind{host.path("/share"), "/"},
                       Tmpfs{.inside = "/new", .destination = Absent::kSkip}}),
                   [] { EXPECT_THAT(NamesIn("/"), IsEmpty()); }));
}

TEST(Destination, ThatIsMadeInARootOfItsOwnStays) {
  const Host host;
  EXPECT_OK(InRoot(Of({RootOf(host), Proc{}}),
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
  EXPECT_OK(InRoot(Of(operations), [] {
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
  EXPECT_OK(InRoot(Of({Bind{.inside = "/a", .descriptor = dir.get()},
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
  EXPECT_OK(InRoot(
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
  EXPECT_OK(InRoot(
      Anywhere({Symlink{"/", "/link"}, Bind{host.path("/root"), "/link"}}),
      [] { EXPECT_THAT(NamesIn("/"), ElementsAre("file")); }));
}

TEST(Anywhere, PlacesSideBySideAreThoseThatAreSeenBySoFar) {
  const Host host;
  const std::string file = host.File("/file", "text");
  EXPECT_OK(InRoot(
      Anywhere({Bind{file, "/dir/a"}, Tmpfs{"/dir"}, Bind{file, "/dir/b"}}),
      [] { EXPECT_THAT(NamesIn("/dir"), ElementsAre("b")); }));
}

TEST(Anywhere, DirectoriesOnTheWayHaveTheModeAskedFor) {
  Spec spec = Anywhere({Tmpfs{"/a/b/c"}});
  spec.items[0].parents = 0700;
  EXPECT_OK(InRoot(spec, [] {
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

}  // namespace
}  // namespace sbx::fs
