// SPDX-License-Identifier: Apache-2.0
//
// What is out of sight in a share.

#include <unistd.h>

#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "fs/apply.h"
#include "fs/built_root.h"
#include "fs/facts.h"
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
using ::testing::IsEmpty;

namespace stdfs = std::filesystem;

// --- Hiding --------------------------------------------------------------

TEST(Hide, CoversADirectoryWithAnEmptyOne) {
  const Host host;
  host.File("/dir/secret", "secret");
  EXPECT_OK(InRoot(
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
  EXPECT_OK(InRoot(Of({Bind{host.path(""), "/data", Access::kReadWrite},
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
  EXPECT_OK(InRoot(Of({Bind{host.path(""), "/data"}, Hide{"/data/to_dir"},
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
  EXPECT_OK(InRoot(spec, [] {
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
  EXPECT_OK(InRoot(spec, [] { ExpectHidden("/mnt/.ssh"); }));
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
  EXPECT_OK(InRoot(spec, [] {
    ExpectHidden("/mnt/home/.ssh");
    ExpectHidden("/mnt/elsewhere");
  }));
}

TEST(Secret, IsHiddenWhereTheHomeDirectoryIsALink) {
  const Host host;
  host.Directory("/real");
  host.Link("real", "/home");
  const Spec spec = ShareOf(host, {Bind{host.path("/real"), "/mnt"}});
  EXPECT_OK(InRoot(spec, [] { ExpectHidden("/mnt/.ssh"); }));
}

// Nothing on the way to the share has the home directory's name.
TEST(Secret, IsHiddenAboveTheRealPlaceOfTheHomeDirectory) {
  const Host host;
  host.Directory("/disk/users/real");
  host.Link("disk/users/real", "/home");
  const Spec spec = ShareOf(host, {Bind{host.path("/disk"), "/mnt"}});
  EXPECT_OK(InRoot(spec, [] { ExpectHidden("/mnt/users/real/.ssh"); }));
}

TEST(Secret, IsHiddenWhereItsLinkLeads) {
  const Host host;
  const Spec spec = ShareOf(host, {Bind{host.path("/disk"), "/mnt"}});
  host.Directory("/disk");
  stdfs::rename(host.path("/home/.ssh"), host.path("/disk/keys"));
  host.Link("../disk/keys", "/home/.ssh");
  EXPECT_OK(InRoot(spec, [] { ExpectHidden("/mnt/keys"); }));
}

TEST(Secret, IsShownWhereItIsSharedItself) {
  const Host host;
  const Spec spec = ShareOf(host, {Bind{host.path("/home"), "/mnt"},
                                   Bind{host.path("/home/.ssh"), "/mnt/.ssh"}});
  EXPECT_OK(InRoot(spec, [] {
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

}  // namespace
}  // namespace sbx::fs
