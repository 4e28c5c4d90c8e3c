// SPDX-License-Identifier: Apache-2.0

#include "sandbox/plan.h"

#include <linux/capability.h>

#include <string>
#include <vector>

#include "absl/time/time.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "testing/status.h"

namespace sbx {
namespace {

using test::Says;
using ::testing::ElementsAre;

constexpr char kPasswd[] =
    "root:x:0:0:root:/root:/bin/bash\n"
    "ana:x:1000:1000::/home/ana:/bin/zsh\n";
constexpr char kGroup[] = "root:x:0:\nana:x:1000:\n";

Facts Ana() {
  return {.ids = {.uid = 1000,
                  .gid = 1000,
                  .caller = idmap::Account{"ana", 1000, 1000, "/home/ana",
                                           "/bin/zsh"},
                  .passwd = kPasswd,
                  .group = kGroup},
          .environment = {"LANG=C"}};
}

// The maps are `extents` and the command is the first of them.
absl::StatusOr<Plan> PlanWith(const std::vector<idmap::Extent>& extents) {
  Facts facts = Ana();
  facts.ids.subordinate = idmap::SubordinateFacts{.may_map_any = true};
  const uint32_t id = extents[0].inside;
  return MakePlan({.command = {"true"},
                   .ids = {.user = idmap::UserIds{id, id},
                           .ids = idmap::Ids::kListed,
                           .extents = extents}},
                  facts);
}

const fs::Item kEmptyRoot = {.operation = fs::Tmpfs{.inside = "/"},
                             .reason = "the root itself, empty"};

TEST(MakePlan, LeavesNothingOfTheHostByDefault) {
  ASSERT_OK_AND_ASSIGN(const Plan plan, MakePlan({.command = {"true"}}, Ana()));
  EXPECT_EQ(plan, (Plan{.namespaces = sys::kAllNamespaces,
                        .ids = idmap::PlanIds({}, Ana().ids).value(),
                        .files = {.steps = {kEmptyRoot},
                                  .cwd = "/",
                                  .inside = {.has_own_mounts = true}},
                        .policy = *policy::PlanPolicy({}, {}, {}),
                        .network = Network::kNone,
                        .program = "true",
                        .command = {"true"},
                        .environment = {"LANG=C", "PWD=/"},
                        .session = Session::kCallers,
                        .process_one = ProcessOne::kReaper,
                        .parent_death = ParentDeath::kEndsSandbox,
                        .time_limit = absl::InfiniteDuration(),
                        .grace = absl::Seconds(5)}));
}

TEST(MakePlan, PassesOnWhatNeedsNoDecision) {
  const fs::Item share = {.operation =
                              fs::Bind{.host = "/usr", .inside = "/usr"}};
  const std::vector<policy::Limit> limits = {
      {.resource = RLIMIT_CORE, .name = "core", .soft = 0, .hard = 0}};
  Facts facts = Ana();
  facts.files.terminal = "/dev/pts/1";
  ASSERT_OK_AND_ASSIGN(const Plan plan,
                       MakePlan({.command = {"make", "-j"},
                                 .files = {.items = {share}, .cwd = "/usr"},
                                 .policy = {.limits = limits},
                                 .host_name = "box",
                                 .edits = {SetVariable{"A", "1"}},
                                 .session = Session::kNew,
                                 .process_one = ProcessOne::kCommand,
                                 .parent_death = ParentDeath::kIsIgnored,
                                 .descriptors = {7, 3},
                                 .time_limit = absl::Minutes(2),
                                 .grace = absl::Seconds(1)},
                                facts));
  EXPECT_THAT(plan.command, ElementsAre("make", "-j"));
  EXPECT_EQ(plan.files, (fs::Plan{.steps = {kEmptyRoot, share},
                                  .cwd = "/usr",
                                  .terminal = "/dev/pts/1",
                                  .inside = {.has_own_mounts = true}}));
  EXPECT_EQ(plan.policy, *policy::PlanPolicy({.limits = limits}, {},
                                             {.is_process_1 = true}));
  EXPECT_EQ(plan.host_name, "box");
  EXPECT_THAT(plan.environment, ElementsAre("LANG=C", "PWD=/usr", "A=1"));
  EXPECT_EQ(plan.session, Session::kNew);
  EXPECT_EQ(plan.process_one, ProcessOne::kCommand);
  EXPECT_EQ(plan.parent_death, ParentDeath::kIsIgnored);
  EXPECT_THAT(plan.descriptors, ElementsAre(7, 3));
  EXPECT_EQ(plan.time_limit, absl::Minutes(2));
  EXPECT_EQ(plan.grace, absl::Seconds(1));
}

TEST(MakePlan, LeavesTheChrootThatItIsIn) {
  Facts facts = Ana();
  EXPECT_FALSE(MakePlan({.command = {"true"}}, facts).value().leave_chroot);
  facts.in_chroot = true;
  EXPECT_TRUE(MakePlan({.command = {"true"}}, facts).value().leave_chroot);
}

TEST(MakePlan, LeavesTheInitialRamfsForNobodyWhoCouldComeBack) {
  Facts facts = Ana();
  Spec spec = {.command = {"true"}};
  spec.policy.capabilities = policy::CapabilitySet::Of(CAP_SYS_ADMIN);
  EXPECT_OK(MakePlan(spec, facts));
  facts.in_initial_ramfs = true;
  EXPECT_THAT(MakePlan(spec, facts), Says("could take its root away"));
  // The mounts belong to a user namespace above.
  Spec above = spec;
  above.user_namespaces = UserNamespacesInside::kPrevented;
  EXPECT_OK(MakePlan(above, facts));
  spec.policy.capabilities = policy::CapabilitySet::Of(CAP_SYS_CHROOT);
  ASSERT_OK_AND_ASSIGN(const Plan plan, MakePlan(spec, facts));
  EXPECT_TRUE(plan.leave_initial_ramfs);
}

TEST(MakePlan, KeepsTheHostsNetworkOnlyIfAsked) {
  ASSERT_OK_AND_ASSIGN(
      const Plan plan,
      MakePlan({.command = {"true"}, .network = Network::kHost}, Ana()));
  EXPECT_EQ(plan.network, Network::kHost);
  EXPECT_EQ(plan.namespaces, (sys::Namespaces{.user = true,
                                              .mount = true,
                                              .pid = true,
                                              .ipc = true,
                                              .uts = true,
                                              .network = false,
                                              .cgroup = true}));
}

TEST(MakePlan, LetsOnlyUser0WorkAsRoot) {
  const policy::CapabilitySet chown = policy::CapabilitySet::Of(CAP_CHOWN);
  for (const uint32_t uid : {0u, 1000u}) {
    ASSERT_OK_AND_ASSIGN(const Plan plan,
                         MakePlan({.command = {"true"},
                                   .ids = {.user = idmap::UserIds{uid, uid},
                                           .ids = idmap::Ids::kSelf},
                                   .policy = {.capabilities = chown}},
                                  Ana()));
    EXPECT_EQ(plan.policy, *policy::PlanPolicy({.capabilities = chown}, {},
                                               {.is_root = uid == 0}))
        << uid;
  }
}

TEST(MakePlan, TellsWhetherTheHostsRootIsAUserInside) {
  const struct {
    std::vector<idmap::Extent> uids;
    bool has_host_root;
  } rows[] = {
      {{{0, 0, 1}}, true},
      {{{1000, 1000, 1}, {0, 0, 1}}, true},
      {{{7, 0, 2}}, true},
      {{{0, 1, 1}}, false},
      {{{0, 1000, 1}, {1, 100000, 65536}}, false},
  };
  for (const auto& row : rows) {
    ASSERT_OK_AND_ASSIGN(const Plan plan, PlanWith(row.uids));
    EXPECT_EQ(plan.files.inside.has_host_root, row.has_host_root)
        << row.uids[0].inside << " " << row.uids[0].outside;
  }
}

TEST(MakePlan, TakesThePresentMountsWhereTheyAreItsOwn) {
  const auto has_own_mounts = [](const Spec& spec) {
    return MakePlan(spec, Ana()).value().files.inside.has_own_mounts;
  };
  Spec spec = {.command = {"true"}};
  EXPECT_TRUE(has_own_mounts(spec));
  spec.user_namespaces = UserNamespacesInside::kPrevented;
  EXPECT_FALSE(has_own_mounts(spec));
  spec.user_namespaces = UserNamespacesInside::kPerhaps;
  spec.own.user = Own::kNo;
  EXPECT_FALSE(has_own_mounts(spec));
}

TEST(MakePlan, KnowsNoHostsRootInTheUserNamespaceOfAContainer) {
  Facts facts = Ana();
  facts.root_is_hosts = false;
  facts.ids.subordinate = idmap::SubordinateFacts{.may_map_any = true};
  const absl::StatusOr<Plan> plan =
      MakePlan({.command = {"true"},
                .ids = {.user = idmap::UserIds{0, 0},
                        .ids = idmap::Ids::kListed,
                        .extents = {{0, 0, 1}}}},
               facts);
  EXPECT_FALSE(plan->files.inside.has_host_root);
}

TEST(MakePlan, TellsWhetherTheGroupOfTerminalsIsInside) {
  const struct {
    std::vector<idmap::Extent> gids;
    bool has_tty_group;
  } rows[] = {
      {{{5, 1000, 1}}, true},
      {{{0, 1000, 6}}, true},
      {{{0, 1000, 1}, {1, 100000, 65535}}, true},
      {{{0, 1000, 5}}, false},
      {{{6, 1000, 10}}, false},
      // It is the number inside that counts.
      {{{0, 5, 1}}, false},
  };
  for (const auto& row : rows) {
    ASSERT_OK_AND_ASSIGN(const Plan plan, PlanWith(row.gids));
    EXPECT_EQ(plan.files.inside.has_tty_group, row.has_tty_group)
        << row.gids[0].inside << " " << row.gids[0].count;
  }
}

TEST(MakePlan, PutsTheUsersMissingEntryIntoTheFilesThatNameUsers) {
  const fs::Item share = {.operation = fs::Bind{.host = "/", .inside = "/"}};
  Facts facts = Ana();
  facts.ids.passwd = "root:x:0:0:root:/root:/bin/bash\n";
  facts.ids.group = "root:x:0:\n";
  ASSERT_OK_AND_ASSIGN(
      const Plan plan,
      MakePlan({.command = {"true"}, .files = {.items = {share}}}, facts));
  ASSERT_TRUE(plan.ids.passwd && plan.ids.group);
  const std::string reason = "names the command's user, who had no entry";
  EXPECT_THAT(
      plan.files.steps,
      ElementsAre(share,
                  fs::Item{.operation = fs::Text{.inside = "/etc/passwd",
                                                 .text = *plan.ids.passwd},
                           .reason = reason},
                  fs::Item{.operation = fs::Text{.inside = "/etc/group",
                                                 .text = *plan.ids.group},
                           .reason = reason}));
}

TEST(MakePlan, PutsNothingIntoTheFileThatHasItsEntry) {
  Facts facts = Ana();
  facts.ids.group = "root:x:0:\n";
  ASSERT_OK_AND_ASSIGN(const Plan plan, MakePlan({.command = {"true"}}, facts));
  ASSERT_TRUE(plan.ids.group);
  EXPECT_THAT(
      plan.files.steps,
      ElementsAre(
          kEmptyRoot,
          fs::Item{.operation = fs::Text{.inside = "/etc/group",
                                         .text = *plan.ids.group},
                   .reason = "names the command's user, who had no entry"}));
}

TEST(MakePlan, TouchesNoFileThatNamesTheUserAlready) {
  const fs::Item share = {.operation = fs::Bind{.host = "/", .inside = "/"}};
  ASSERT_OK_AND_ASSIGN(
      const Plan plan,
      MakePlan({.command = {"true"}, .files = {.items = {share}}}, Ana()));
  EXPECT_THAT(plan.files.steps, ElementsAre(share));
}

TEST(MakePlan, GivesALoginToTheUserInside) {
  ASSERT_OK_AND_ASSIGN(
      const Plan plan,
      MakePlan({.command = {"true"},
                .ids = {.user = idmap::UserIds{0, 0}, .ids = idmap::Ids::kSelf},
                .environment = Environment::kLogin},
               Ana()));
  EXPECT_THAT(
      plan.environment,
      ElementsAre(
          "LANG=C",
          "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
          "HOME=/root", "USER=root", "LOGNAME=root", "SHELL=/bin/bash",
          "PWD=/"));
}

TEST(MakePlan, RefusesWhatIdsOrFilesRefuse) {
  EXPECT_THAT(MakePlan({.command = {"true"},
                        .ids = {.user = idmap::UserName{"nobody-here"},
                                .ids = idmap::Ids::kSelf}},
                       Ana()),
              Says("nobody-here"));
  EXPECT_THAT(
      MakePlan({.command = {"true"},
                .files = {.items = {{.operation = fs::Hide{.inside = "a"}}}}},
               Ana()),
      Says("the destination \"a\" is not an absolute path"));
}

TEST(MakePlan, LimitsWithoutACgroupBecomeResourceLimits) {
  const cgroup::Spec limits = {
      .route = cgroup::Route::kNone,
      .shortfall = cgroup::Shortfall::kIsAccepted,
      .settings = {{.option = "memory", .value = "4096"},
                   {.option = "pids", .value = "max"},
                   {.option = "cpus", .value = "50000 100000"}}};
  ASSERT_OK_AND_ASSIGN(
      const Plan plan,
      MakePlan({.command = {"true"}, .cgroup = limits}, Ana()));
  EXPECT_THAT(plan.policy.limits,
              ElementsAre(policy::Limit{RLIMIT_AS, "as", 4096, 4096}));
}

}  // namespace
}  // namespace sbx
