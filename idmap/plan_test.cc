// SPDX-License-Identifier: Apache-2.0

#include "idmap/plan.h"

#include <optional>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "testing/status.h"

namespace sbx::idmap {
namespace {

using test::Says;
using ::testing::ElementsAre;
using ::testing::Optional;

constexpr char kPasswd[] =
    "root:x:0:0:root:/root:/bin/bash\n"
    "ana:x:1000:1000::/home/ana:/bin/zsh\n"
    "bob:x:1001:100::/home/bob:/bin/sh\n";
constexpr char kGroup[] = "root:x:0:\nusers:x:100:\nana:x:1000:\n";

const Account kAna = {"ana", 1000, 1000, "/home/ana", "/bin/zsh"};

SubordinateFacts Subordinate() {
  return {.uids = {{100000, 65536}},
          .gids = {{200000, 65536}},
          .newuidmap = {Helper::State::kReady, "/usr/bin/newuidmap"},
          .newgidmap = {Helper::State::kReady, "/usr/bin/newgidmap"}};
}

Facts Ana() {
  return {.uid = 1000,
          .gid = 1000,
          .caller = kAna,
          .passwd = kPasswd,
          .group = kGroup,
          .subordinate = Subordinate()};
}

Spec Listed(std::vector<Extent> extents) {
  return {.ids = Ids::kListed, .extents = std::move(extents)};
}

// ---- Which ids.

TEST(WantsRange, WhereAnotherIdCanMatter) {
  EXPECT_FALSE(WantsRange({}));
  EXPECT_TRUE(WantsRange({.user = UserIds{0}}));
  EXPECT_TRUE(WantsRange({.user = UserName{"ana"}}));
  EXPECT_TRUE(WantsRange({.accounts = Accounts::kDirectory}));
  EXPECT_TRUE(WantsRange({.ids = Ids::kRange}));
  EXPECT_FALSE(WantsRange({.user = UserIds{0}, .ids = Ids::kSelf}));
  EXPECT_FALSE(WantsRange(Listed({{0, 1000, 1}})));
  EXPECT_TRUE(WantsRange(Listed({{0, 1000, 2}})));
  EXPECT_TRUE(WantsRange(Listed({{0, 1000, 1}, {1, 100000, 1}})));
}

TEST(PlanIds, MapsTheCallerAloneByDefault) {
  Facts facts = Ana();
  facts.subordinate.reset();
  ASSERT_OK_AND_ASSIGN(const Plan plan, PlanIds({}, facts));
  EXPECT_EQ(plan, (Plan{.writer = Writer::kChild,
                        .uids = {{1000, 1000, 1}},
                        .gids = {{1000, 1000, 1}},
                        .groups = GroupControl::kDenied,
                        .uid = 1000,
                        .gid = 1000,
                        .login = {"ana", "/home/ana", "/bin/zsh"}}));
}

TEST(PlanIds, MapsTheCallerAloneToAnyNumber) {
  Facts facts = Ana();
  facts.subordinate.reset();
  ASSERT_OK_AND_ASSIGN(const Plan plan,
                       PlanIds({.user = UserIds{0}, .ids = Ids::kSelf}, facts));
  EXPECT_EQ(plan.writer, Writer::kChild);
  EXPECT_THAT(plan.uids, ElementsAre(Extent{0, 1000, 1}));
  EXPECT_THAT(plan.gids, ElementsAre(Extent{0, 1000, 1}));
  EXPECT_EQ(plan.login, (Login{"root", "/root", "/bin/bash"}));
}

TEST(PlanIds, FillsARangeAroundTheCommand) {
  ASSERT_OK_AND_ASSIGN(const Plan plan, PlanIds({.ids = Ids::kRange}, Ana()));
  EXPECT_EQ(plan.writer, Writer::kHelpers);
  EXPECT_THAT(plan.uids,
              ElementsAre(Extent{0, 100000, 1000}, Extent{1000, 1000, 1},
                          Extent{1001, 101000, 64536}));
  EXPECT_THAT(plan.gids,
              ElementsAre(Extent{0, 200000, 1000}, Extent{1000, 1000, 1},
                          Extent{1001, 201000, 64536}));
  EXPECT_EQ(plan.newuidmap, "/usr/bin/newuidmap");
  EXPECT_EQ(plan.newgidmap, "/usr/bin/newgidmap");
}

TEST(PlanIds, MapsTheCallerToTheUserThatIsAskedFor) {
  ASSERT_OK_AND_ASSIGN(const Plan plan,
                       PlanIds({.user = UserIds{0, 5}}, Ana()));
  EXPECT_THAT(plan.uids,
              ElementsAre(Extent{0, 1000, 1}, Extent{1, 100000, 65536}));
  EXPECT_THAT(plan.gids, ElementsAre(Extent{0, 200000, 5}, Extent{5, 1000, 1},
                                     Extent{6, 200005, 65531}));
  EXPECT_EQ(plan.uid, 0u);
  EXPECT_EQ(plan.gid, 5u);
}

TEST(PlanIds, WritesTheMapsItselfWhereItMay) {
  Facts facts = Ana();
  facts.caller.reset();
  facts.subordinate->newuidmap = {};
  facts.subordinate->no_new_privileges = true;
  facts.subordinate->may_map_any = true;
  ASSERT_OK_AND_ASSIGN(const Plan plan, PlanIds({.ids = Ids::kRange}, facts));
  EXPECT_EQ(plan.writer, Writer::kParent);
  EXPECT_EQ(plan.newuidmap, "");
}

TEST(PlanIds, MapsWhatIsListed) {
  const Spec spec = Listed({{0, 1000, 1}, {1, 100000, 10}});
  Facts facts = Ana();
  facts.subordinate->gids = facts.subordinate->uids;
  ASSERT_OK_AND_ASSIGN(const Plan plan, PlanIds(spec, facts));
  EXPECT_EQ(plan.writer, Writer::kHelpers);
  EXPECT_EQ(plan.uids, spec.extents);
  EXPECT_EQ(plan.gids, spec.extents);
  // Who is 1000 outside.
  EXPECT_EQ(plan.uid, 0u);
  EXPECT_EQ(plan.gid, 0u);
}

TEST(PlanIds, GivesTheCallersIdAnExtentOfItsOwn) {
  Facts facts = Ana();
  facts.subordinate->uids = {{1001, 10}};
  facts.subordinate->gids = {{1001, 10}};
  ASSERT_OK_AND_ASSIGN(const Plan plan,
                       PlanIds(Listed({{0, 1000, 11}}), facts));
  EXPECT_THAT(plan.uids, ElementsAre(Extent{0, 1000, 1}, Extent{1, 1001, 10}));
  EXPECT_EQ(plan.gids, plan.uids);
}

TEST(PlanIds, LetsTheChildWriteAListOfTheCallerAlone) {
  Facts facts = Ana();
  facts.subordinate.reset();
  ASSERT_OK_AND_ASSIGN(const Plan plan, PlanIds(Listed({{7, 1000, 1}}), facts));
  EXPECT_EQ(plan.writer, Writer::kChild);
  EXPECT_THAT(plan.uids, ElementsAre(Extent{7, 1000, 1}));
  EXPECT_EQ(plan.uid, 7u);
  EXPECT_EQ(plan.gid, 7u);
}

TEST(PlanIds, MakesTheCommandAnotherOfTheListed) {
  Spec spec = Listed({{5, 100000, 10}});
  spec.user = UserIds{6, 7};
  Facts facts = Ana();
  facts.subordinate->gids = facts.subordinate->uids;
  ASSERT_OK_AND_ASSIGN(const Plan plan, PlanIds(spec, facts));
  EXPECT_EQ(plan.uid, 6u);
  EXPECT_EQ(plan.gid, 7u);
}

TEST(PlanIds, ListsAnyIdForWhoMayMapAny) {
  Facts facts = Ana();
  facts.subordinate = {.may_map_any = true};
  ASSERT_OK_AND_ASSIGN(const Plan plan,
                       PlanIds(Listed({{0, 0, 65536}}), facts));
  EXPECT_EQ(plan.writer, Writer::kParent);
}

// ---- Which groups.

TEST(PlanIds, LeavesGroupsDeniedUnlessAskedOtherwise) {
  ASSERT_OK_AND_ASSIGN(const Plan denied, PlanIds({.ids = Ids::kRange}, Ana()));
  EXPECT_EQ(denied.groups, GroupControl::kDenied);
  ASSERT_OK_AND_ASSIGN(
      const Plan allowed,
      PlanIds({.ids = Ids::kRange, .groups = GroupControl::kAllowed}, Ana()));
  EXPECT_EQ(allowed.groups, GroupControl::kAllowed);
}

TEST(PlanIds, RefusesGroupControlWithOneId) {
  EXPECT_THAT(PlanIds({.groups = GroupControl::kAllowed}, Ana()),
              Says("run with --ids=range"));
  Spec spec = Listed({{0, 1000, 1}});
  spec.groups = GroupControl::kAllowed;
  EXPECT_THAT(PlanIds(spec, Ana()), Says("run with --ids=range"));
}

// ---- What is in the way.

struct Obstacle {
  void (*put)(Facts& facts);
  std::string words;
};

TEST(PlanIds, SaysWhatIsInTheWayOfARangeAndWhatToDo) {
  const Obstacle rows[] = {
      {[](Facts& facts) { facts.subordinate->uids.clear(); },
       "mapping a range of ids: \"ana\" has no subordinate user ids in "
       "/etc/subuid; as root: usermod --add-subuids 100000-165535 ana; or run "
       "with --ids=self"},
      {[](Facts& facts) { facts.subordinate->gids.clear(); },
       "mapping a range of ids: \"ana\" has no subordinate group ids in "
       "/etc/subgid; as root: usermod --add-subgids 100000-165535 ana; or run "
       "with --ids=self"},
      {[](Facts& facts) { facts.subordinate->newuidmap = {}; },
       "mapping a range of ids: newuidmap is not installed; as root: install "
       "uidmap (shadow-utils on Fedora); or run with --ids=self"},
      {[](Facts& facts) {
         facts.subordinate->newgidmap.state = Helper::State::kNotPrivileged;
       },
       "mapping a range of ids: \"/usr/bin/newgidmap\" is neither setuid root "
       "nor has it cap_setgid; as root: chmod u+s /usr/bin/newgidmap, or "
       "setcap cap_setgid=ep /usr/bin/newgidmap; or run with --ids=self"},
      {[](Facts& facts) {
         facts.subordinate->newuidmap.state = Helper::State::kOnNosuidMount;
       },
       "mapping a range of ids: \"/usr/bin/newuidmap\" gets no privileges, for "
       "it lies on a file system that is mounted nosuid; or run with "
       "--ids=self"},
      {[](Facts& facts) { facts.subordinate->no_new_privileges = true; },
       "mapping a range of ids: newuidmap gets no privileges, for sbx was "
       "started with no_new_privs set (by another sandbox, or "
       "NoNewPrivileges= of systemd); start it without; or run with "
       "--ids=self"},
      // Whom ranges would not help.
      {[](Facts& facts) {
         facts.caller.reset();
         facts.subordinate->uids.clear();
       },
       "mapping a range of ids: newuidmap serves only users who have an "
       "account, and nobody knows user id 1000; or run with --ids=self"},
  };
  for (const Obstacle& row : rows) {
    Facts facts = Ana();
    row.put(facts);
    const absl::StatusOr<Plan> plan = PlanIds({.ids = Ids::kRange}, facts);
    EXPECT_FALSE(plan.ok());
    EXPECT_EQ(plan.status().message(), row.words);
  }
}

TEST(PlanIds, RefusesARangeOfTooManyPieces) {
  Facts facts = Ana();
  facts.subordinate->gids.clear();
  for (uint32_t i = 0; i < 400; ++i) {
    facts.subordinate->gids.push_back({100000 + 2 * i, 1});
  }
  EXPECT_THAT(PlanIds({.ids = Ids::kRange}, facts),
              Says("more than the kernel takes"));
}

TEST(PlanIds, NamesTheFirstIdThatARangeIsShortOf) {
  Spec spec = Listed({{0, 1000, 1}, {1, 100000, 65537}});
  Facts facts = Ana();
  facts.subordinate->gids = {{100000, 100000}};
  EXPECT_EQ(PlanIds(spec, facts).status().message(),
            "mapping the listed ids: user id 165536 is not \"ana\"'s to use: "
            "1:100000:65537 asks for 65537 ids, of which 65536 are there; list "
            "fewer (subordinate in /etc/subuid: 100000-165535)");
}

TEST(PlanIds, RefusesAListedIdOfSomebodyElse) {
  EXPECT_THAT(PlanIds(Listed({{0, 0, 1}, {1, 1000, 1}}), Ana()),
              Says("user id 0 is not \"ana\"'s to use"));
  // Fine for users.
  EXPECT_THAT(PlanIds(Listed({{0, 1000, 1}, {1, 100000, 1}}), Ana()),
              Says("group id 100000 is not \"ana\"'s to use"));
  // One id, but not the caller's.
  Spec spec = Listed({{0, 0, 1}});
  spec.user = UserIds{0};
  EXPECT_THAT(PlanIds(spec, Ana()), Says("user id 0 is not \"ana\"'s to use"));
}

TEST(PlanIds, RefusesExtentsThatTheKernelWouldRefuse) {
  EXPECT_THAT(PlanIds(Listed({{0, 1000, 1}, {0, 100000, 1}}), Ana()),
              Says("overlap inside"));
  EXPECT_THAT(PlanIds(Listed({}), Ana()), Says("no ids are listed"));
}

TEST(PlanIds, RefusesAListWithoutTheCommand) {
  Spec spec = Listed({{0, 100000, 10}});
  EXPECT_THAT(PlanIds(spec, Ana()),
              Says("your own user id, 1000, is not among them; list it"));
  spec.user = UserIds{10};
  EXPECT_THAT(PlanIds(spec, Ana()),
              Says("the command's user id inside, 10, is not among them"));
  spec.user = UserIds{9, 10};
  EXPECT_THAT(PlanIds(spec, Ana()),
              Says("the command's group id inside, 10, is not among them"));
}

// ---- Who the command is.

TEST(PlanIds, FindsAUserByName) {
  ASSERT_OK_AND_ASSIGN(const Plan plan,
                       PlanIds({.user = UserName{"bob"}}, Ana()));
  EXPECT_EQ(plan.uid, 1001u);
  EXPECT_EQ(plan.gid, 100u);
  EXPECT_EQ(plan.login, (Login{"bob", "/home/bob", "/bin/sh"}));
  EXPECT_EQ(plan.passwd, std::nullopt);
  EXPECT_EQ(plan.group, std::nullopt);
}

TEST(PlanIds, SaysWhereItLookedForAUser) {
  const Spec spec = {.user = UserName{"eve"},
                     .accounts = Accounts::kDirectory,
                     .root = "/srv/root"};
  Facts facts = Ana();
  EXPECT_THAT(PlanIds(spec, facts),
              Says("looking for the user \"eve\": \"/srv/root/etc/passwd\" has "
                   "no entry for it"));
  facts.passwd.reset();
  EXPECT_THAT(PlanIds(spec, facts),
              Says("the sandbox has no \"/srv/root/etc/passwd\"; give a "
                   "number, --user=UID"));
}

TEST(PlanIds, TakesTheGroupFromPasswdOrTheSameNumber) {
  ASSERT_OK_AND_ASSIGN(const Plan known,
                       PlanIds({.user = UserIds{1001}}, Ana()));
  EXPECT_EQ(known.gid, 100u);
  ASSERT_OK_AND_ASSIGN(const Plan unknown,
                       PlanIds({.user = UserIds{1234}}, Ana()));
  EXPECT_EQ(unknown.gid, 1234u);
}

// ---- Its entries.

TEST(PlanIds, AddsTheEntriesThatAreMissing) {
  Facts facts = Ana();
  facts.passwd = "root:x:0:0:root:/root:/bin/bash";
  facts.group = "root:x:0:";
  ASSERT_OK_AND_ASSIGN(const Plan plan, PlanIds({}, facts));
  EXPECT_EQ(plan.login, (Login{"ana", "/home/ana", "/bin/sh"}));
  EXPECT_THAT(plan.passwd,
              Optional(std::string("root:x:0:0:root:/root:/bin/bash\n"
                                   "ana:x:1000:1000::/home/ana:/bin/sh\n")));
  EXPECT_THAT(plan.group, Optional(std::string("root:x:0:\nana:x:1000:\n")));
}

TEST(PlanIds, GivesAnotherUserNoHomeOfTheCaller) {
  ASSERT_OK_AND_ASSIGN(const Plan plan,
                       PlanIds({.user = UserIds{1234}}, Ana()));
  EXPECT_EQ(plan.login, (Login{"sbx", "/", "/bin/sh"}));
  ASSERT_TRUE(plan.passwd);
  EXPECT_EQ(*plan.passwd,
            std::string(kPasswd) + "sbx:x:1234:1234::/:/bin/sh\n");
}

TEST(PlanIds, TakesNoNameTwice) {
  const Facts strangers = {.uid = 7, .gid = 7, .passwd = "", .group = ""};
  ASSERT_OK_AND_ASSIGN(const Plan unknown, PlanIds({}, strangers));
  EXPECT_EQ(unknown.login, (Login{"sbx", "/", "/bin/sh"}));
  const Facts taken = {
      .uid = 7, .gid = 7, .passwd = "sbx:x:1:1::/:\nsbx7:x:2:2::/:\n"};
  ASSERT_OK_AND_ASSIGN(const Plan other, PlanIds({}, taken));
  EXPECT_EQ(other.login.name, "sbx7_");
}

TEST(PlanIds, MakesTheFilesWhereTheSandboxHasNone) {
  Facts facts = Ana();
  facts.passwd.reset();
  facts.group.reset();
  ASSERT_OK_AND_ASSIGN(const Plan plan,
                       PlanIds({.accounts = Accounts::kNone}, facts));
  EXPECT_THAT(plan.passwd,
              Optional(std::string("root:x:0:0:root:/root:/bin/sh\n"
                                   "nobody:x:65534:65534:nobody:/:/bin/false\n"
                                   "ana:x:1000:1000::/home/ana:/bin/sh\n")));
  EXPECT_THAT(plan.group, Optional(std::string("root:x:0:\nnogroup:x:65534:\n"
                                               "ana:x:1000:\n")));
  ASSERT_OK_AND_ASSIGN(const Plan root, PlanIds({.user = UserIds{0},
                                                 .ids = Ids::kSelf,
                                                 .accounts = Accounts::kNone},
                                                facts));
  EXPECT_TRUE(root.passwd);
  EXPECT_EQ(root.login, (Login{"root", "/root", "/bin/sh"}));
}

TEST(PlanIds, WritesNothingIntoADirectoryThatHasNoFile) {
  Facts facts = Ana();
  facts.passwd.reset();
  facts.group.reset();
  const Spec spec = {.user = UserIds{0, 0}, .accounts = Accounts::kDirectory};
  ASSERT_OK_AND_ASSIGN(const Plan plan, PlanIds(spec, facts));
  EXPECT_EQ(plan.passwd, std::nullopt);
  EXPECT_EQ(plan.group, std::nullopt);
  EXPECT_EQ(plan.login, (Login{"root", "/root", "/bin/sh"}));
}

}  // namespace
}  // namespace sbx::idmap
