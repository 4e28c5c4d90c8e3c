// SPDX-License-Identifier: Apache-2.0

#include "fs/grants.h"

#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "testing/status.h"

namespace sbx::fs {
namespace {

using test::Says;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

Bind Share(const std::string& path, Access access = Access::kReadOnly) {
  return {.host = path, .inside = path, .access = access};
}

Bind Writable(const std::string& path) {
  return Share(path, Access::kReadWrite);
}

absl::StatusOr<std::vector<Grant>> Planned(std::vector<Operation> operations,
                                           const Facts& facts = {}) {
  Spec spec;
  for (Operation& operation : operations) {
    spec.items.push_back({.operation = std::move(operation)});
  }
  return PlanGrants(spec, facts);
}

TEST(PlanGrants, GivesWhatIsShared) {
  EXPECT_THAT(Planned({Share("/usr"), Writable("/work/./x")}).value(),
              ElementsAre(Grant{.path = "/usr"},
                          Grant{.path = "/work/x", .right = Right::kWrite}));
}

TEST(PlanGrants, TakesOutWhatIsHiddenBelow) {
  EXPECT_THAT(
      Planned({Share("/"), Hide{.inside = "/tmp"},
               Hide{.inside = "/home/ana/.ssh"}})
          .value(),
      ElementsAre(Grant{.path = "/", .hidden = {"home/ana/.ssh", "tmp"}}));
}

TEST(PlanGrants, GivesWhatIsSharedAfterwardsBelowWhatIsHidden) {
  EXPECT_THAT(
      Planned({Share("/"), Hide{.inside = "/tmp"}, Writable("/tmp/a")}).value(),
      ElementsAre(Grant{.path = "/", .hidden = {"tmp"}},
                  Grant{.path = "/tmp/a", .right = Right::kWrite}));
}

TEST(PlanGrants, ForgetsWhatALaterOperationCovers) {
  EXPECT_THAT(
      Planned({Writable("/a/b"), Hide{.inside = "/a/c"}, Share("/a")}).value(),
      ElementsAre(Grant{.path = "/a"}));
  EXPECT_THAT(Planned({Share("/a"), Hide{.inside = "/a"}}).value(),
              ElementsAre());
}

TEST(PlanGrants, HidesSecretsBelowAShareButForTheirShownParts) {
  const Facts facts = {
      .exposed = {{0,
                   {{.name = "ssh",
                     .host = "ana/.ssh",
                     .parts = {{.host = "/home/ana/.ssh/known_hosts",
                                .below = "known_hosts"}}}}}},
      .sources = {{0, {.device = 1, .inode = 2}}}};
  EXPECT_THAT(Planned({Share("/home")}, facts).value(),
              ElementsAre(Grant{.path = "/home",
                                .hidden = {"ana/.ssh"},
                                .identity = sys::Identity{1, 2}},
                          Grant{.path = "/home/ana/.ssh/known_hosts",
                                .reason = "shown all the same"}));
}

TEST(PlanGrants, GivesDevicesOneByOne) {
  const auto grants = Planned({Share("/"), Dev{}}, {.terminal = "/dev/pts/3"});
  ASSERT_TRUE(grants.ok());
  EXPECT_THAT(grants->front(), (Grant{.path = "/", .hidden = {"dev"}}));
  for (size_t i = 1; i < grants->size(); ++i) {
    EXPECT_EQ((*grants)[i].right, Right::kUse) << (*grants)[i].path;
  }
}

// Landlock has nothing to take a right away with.
TEST(PlanGrants, RefusesLessBelowWhatIsWritable) {
  EXPECT_THAT(Planned({Writable("/work"), Hide{.inside = "/work/key"}}),
              Says(HasSubstr("\"/work/key\" cannot be hidden below \"/work\", "
                             "which is writable")));
  EXPECT_THAT(Planned({Writable("/work"), Share("/work/lib")}),
              Says(HasSubstr("\"/work/lib\" cannot be read-only below")));
}

TEST(PlanGrants, GivesThePartsOfAWritableRootThatAreNotReadOnly) {
  EXPECT_THAT(
      Planned({Writable("/"), Share("/proc")}).value(),
      ElementsAre(
          Grant{.path = "/", .right = Right::kWrite, .hidden = {"proc"}},
          Grant{.path = "/proc"}));
  EXPECT_THAT(Planned({Writable("/"), Hide{.inside = "/proc"}}),
              Says(HasSubstr("cannot be hidden")));
}

TEST(PlanGrants, RefusesWhatTakesAMount) {
  const std::vector<Operation> rows = {
      Bind{.host = "/a", .inside = "/b"},
      Overlay{.inside = "/b"},
      Device{.host = "/dev/kvm", .inside = "/b"},
      Tmpfs{.inside = "/b"},
      Directory{.inside = "/b"},
      File{.inside = "/b"},
      Text{.inside = "/b"},
      Data{.inside = "/b"},
      Mode{.inside = "/b"},
      ReadOnly{.inside = "/b"},
      Symlink{.target = "a", .inside = "/b"},
      Proc{.inside = "/b"},
      Dev{.inside = "/b"},
      Mqueue{.inside = "/b"}};
  for (const Operation& operation : rows) {
    EXPECT_THAT(
        Planned({operation}),
        Says(HasSubstr(
            " at \"/b\" takes a mount, and there are none in this mode")))
        << operation.index();
  }
  EXPECT_THAT(Planned({Proc{}}), Says(HasSubstr("a /proc at \"/proc\" takes")));
}

}  // namespace
}  // namespace sbx::fs
