// SPDX-License-Identifier: Apache-2.0

#include "policy/plan.h"

#include <linux/capability.h>
#include <linux/securebits.h>
#include <sys/resource.h>

#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "policy/root_capabilities.h"
#include "sandbox/sys/landlock.h"
#include "testing/status.h"

namespace sbx::policy {
namespace {

using seccomp::Grants;
using test::IsOk;
using test::Says;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::Eq;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr unsigned kLocked =
    SECBIT_NOROOT | SECBIT_NOROOT_LOCKED | SECBIT_NO_SETUID_FIXUP |
    SECBIT_NO_SETUID_FIXUP_LOCKED | SECBIT_KEEP_CAPS_LOCKED |
    SECBIT_NO_CAP_AMBIENT_RAISE | SECBIT_NO_CAP_AMBIENT_RAISE_LOCKED;

constexpr Role kRoot = {.is_root = true};
constexpr Role kUser = {.is_root = false};

Filters Default(Grants grants) {
  return {.all = {BuiltInFilter{seccomp::BuiltIn::kDefault, grants}}};
}

Plan Planned(const Spec& spec, const Role& role) {
  absl::StatusOr<Plan> plan = PlanPolicy(spec, {}, role);
  EXPECT_THAT(plan, IsOk());
  return plan.ok() ? *std::move(plan) : Plan();
}

CapabilityList Exactly(CapabilitySet set) {
  return {.changes_default = false, .added = set};
}

TEST(PlanPolicy, GivesNoCapabilitiesByDefaultAndMakesRootJustANumber) {
  for (const Role& role : {kUser, kRoot}) {
    EXPECT_EQ(Planned({}, role), (Plan{.securebits = kLocked,
                                       .profile = "default",
                                       .filters = Default(seccomp::kNothing)}))
        << role.is_root;
  }
}

TEST(PlanPolicy, LetsARootWithCapabilitiesWorkAsRootDoes) {
  const CapabilitySet given = CapabilitySet::Of(CAP_CHOWN, CAP_SETUID);
  // Not ambient, for root regains them by execve(2), and su(1) loses them.
  EXPECT_EQ(Planned({.capabilities = given}, kRoot),
            (Plan{.capabilities = {.effective = given,
                                   .permitted = given,
                                   .bounding = given},
                  .securebits = SECBIT_KEEP_CAPS_LOCKED,
                  .profile = "default",
                  .filters = Default(seccomp::kNothing)}));
}

TEST(PlanPolicy, KeepsTheCapabilitiesOfAnotherUserOverExecve) {
  const CapabilitySet given = CapabilitySet::Of(CAP_NET_RAW);
  EXPECT_EQ(Planned({.capabilities = given}, kUser),
            (Plan{.capabilities = {.effective = given,
                                   .permitted = given,
                                   .inheritable = given,
                                   .bounding = given,
                                   .ambient = given},
                  .securebits = kLocked,
                  .profile = "default",
                  .filters = Default(seccomp::kNothing)}));
}

TEST(PlanPolicy, TakesEachSetThatWasAskedFor) {
  const CapabilitySet kill = CapabilitySet::Of(CAP_KILL);
  const CapabilitySet raw = CapabilitySet::Of(CAP_NET_RAW);
  const CapabilitySet time = CapabilitySet::Of(CAP_SYS_TIME);
  EXPECT_EQ(Planned({.capabilities = kill,
                     .bounding = {.added = time},
                     .inheritable = {.added = raw}},
                    kRoot)
                .capabilities,
            (sys::CapabilitySets{.effective = kill,
                                 .permitted = kill,
                                 .inheritable = raw,
                                 .bounding = kill | raw | time}));
  EXPECT_EQ(
      Planned({.capabilities = kill | raw, .ambient = Exactly(raw)}, kRoot)
          .capabilities,
      (sys::CapabilitySets{.effective = kill | raw,
                           .permitted = kill | raw,
                           .inheritable = raw,
                           .bounding = kill | raw,
                           .ambient = raw}));
}

TEST(PlanPolicy, MakesRootANumberOrRootAsAskedFor) {
  const CapabilitySet kill = CapabilitySet::Of(CAP_KILL);
  const Plan number =
      Planned({.capabilities = kill, .root = RootIs::kNumber}, kRoot);
  EXPECT_EQ(number.securebits, kLocked);
  EXPECT_EQ(number.capabilities.ambient, kill);
  const Plan root = Planned({.root = RootIs::kRoot}, kRoot);
  EXPECT_EQ(root.securebits, unsigned{SECBIT_KEEP_CAPS_LOCKED});
  EXPECT_EQ(Planned({.root = RootIs::kRoot}, kUser).securebits, kLocked);
}

TEST(PlanPolicy, RefusesWhatWouldBeLost) {
  const CapabilitySet kill = CapabilitySet::Of(CAP_KILL);
  const CapabilitySet raw = CapabilitySet::Of(CAP_NET_RAW);
  const struct {
    Spec spec;
    Role role;
    std::string words;
  } rows[] = {
      {{.capabilities = kill | raw, .bounding = Exactly(raw)},
       kRoot,
       "the bounding set lacks CAP_KILL, which the permitted set has and would "
       "lose"},
      {{.bounding = Exactly({}), .inheritable = Exactly(kill)},
       kUser,
       "the bounding set lacks CAP_KILL, which the inheritable set has and "
       "would lose"},
      {{.ambient = Exactly(kill)},
       kUser,
       "the permitted set lacks CAP_KILL, which the ambient set has and would "
       "lose"},
      {{.capabilities = kill | raw, .inheritable = Exactly(raw)},
       kUser,
       "the inheritable set lacks CAP_KILL, which the ambient set has and "
       "would lose"},
      {{.capabilities = kill | raw, .ambient = Exactly(raw)},
       kUser,
       "the ambient set lacks CAP_KILL, which the permitted set has and would "
       "lose"},
      {{.capabilities = kill, .ambient = Exactly({}), .root = RootIs::kNumber},
       kRoot,
       "the ambient set lacks CAP_KILL, which the permitted set has and would "
       "lose"},
  };
  for (const auto& row : rows) {
    EXPECT_THAT(PlanPolicy(row.spec, {}, row.role), Says(Eq(row.words)));
  }
}

TEST(PlanPolicy, LetsThroughTheSystemCallsThatWereGranted) {
  const CapabilitySet admin = CapabilitySet::Of(CAP_SYS_ADMIN);
  const CapabilitySet chroot = CapabilitySet::Of(CAP_SYS_CHROOT);
  const struct {
    const char* what;
    Spec spec;
    Role role;
    Grants grants;
  } rows[] = {
      {"nothing", {}, kUser, seccomp::kNothing},
      {"root alone", {}, kRoot, seccomp::kNothing},
      {"nested", {.nesting = Nesting::kAllowed}, kUser, seccomp::kNested},
      {"mounts", {.capabilities = admin}, kRoot, seccomp::kMounts},
      {"chroot", {.capabilities = chroot}, kRoot, seccomp::kChroot},
      {"other capabilities",
       {.capabilities = ~(admin | chroot)},
       kRoot,
       seccomp::kNothing},
      {"process 1", {}, {.is_process_1 = true}, seccomp::kPidOne},
      {"all of them",
       {.capabilities = admin | chroot, .nesting = Nesting::kAllowed},
       {.is_root = true, .is_process_1 = true},
       seccomp::kNested | seccomp::kMounts | seccomp::kChroot |
           seccomp::kPidOne},
  };
  for (const auto& row : rows) {
    EXPECT_EQ(Planned(row.spec, row.role).filters, Default(row.grants))
        << row.what;
  }
}

TEST(PlanPolicy, FiltersNothingIfThatWasAskedFor) {
  EXPECT_EQ(
      Planned({.profile = Profile::kNone, .nesting = Nesting::kAllowed}, kUser),
      (Plan{.securebits = kLocked}));
}

TEST(PlanPolicy, TakesTheStrictProfile) {
  const Plan plan = Planned({.profile = Profile::kStrict}, kUser);
  EXPECT_EQ(plan.profile, "strict");
  EXPECT_EQ(
      plan.filters.all,
      (std::vector<Filter>{BuiltInFilter{seccomp::BuiltIn::kStrict, {}}}));
}

constexpr char kAllowing[] = R"({"defaultAction": "SCMP_ACT_ALLOW"})";

TEST(PlanPolicy, PutsAProfileOfAFileOnWhatHoldsUnderAnyProfile) {
  ASSERT_OK_AND_ASSIGN(
      const Plan plan,
      PlanPolicy({.profile = Profile::kFile,
                  .profile_file = "p.json",
                  .nesting = Nesting::kAllowed},
                 {.profile = kAllowing, .kernel = "6.1.0"}, kUser));
  EXPECT_EQ(plan.profile, "p.json");
  ASSERT_EQ(plan.filters.all.size(), 2u);
  EXPECT_EQ(plan.filters.all[0],
            Filter(BuiltInFilter{seccomp::BuiltIn::kBase, seccomp::kNested}));
}

TEST(PlanPolicy, PutsFiltersThatWereGivenOnTheProfile) {
  const seccomp::Program allow = {{BPF_STMT(BPF_RET | BPF_K, 0x7fff0000)}};
  const Plan plan = Planned({.filters = {allow, allow}}, kUser);
  EXPECT_EQ(plan.filters.all.size(), 3u);
  EXPECT_EQ(plan.filters.all[2], Filter(allow));
  EXPECT_EQ(plan.filters.given, 2u);
}

TEST(PlanPolicy, ReportsOfAFilterAlone) {
  EXPECT_EQ(Planned({.refusals = Refusals::kReported}, kUser).refusals,
            Refusals::kReported);
  EXPECT_THAT(
      PlanPolicy({.profile = Profile::kNone, .refusals = Refusals::kReported},
                 {}, kUser),
      Says("there is no filter of system calls whose refusals"));
}

TEST(PlanPolicy, ScopesWhoeverSharesTheNetworkWhereTheKernelCan) {
  const uint64_t both = sys::kScopeAbstractSockets | sys::kScopeSignals;
  const struct {
    const char* what;
    Role role;
    Reach reach;
    Landlock landlock;
  } rows[] = {
      {"own network", {.landlock_abi = 7}, Reach::kInside, {}},
      {"new kernel",
       {.shares_network = true, .landlock_abi = 6},
       Reach::kInside,
       {.wanted = 6, .obtained = 6, .scopes = both}},
      {"old kernel",
       {.shares_network = true, .landlock_abi = 5},
       Reach::kInside,
       {.wanted = 6, .obtained = 5}},
      {"not wanted",
       {.shares_network = true, .landlock_abi = 7},
       Reach::kOutside,
       {}},
  };
  for (const auto& row : rows) {
    EXPECT_EQ(Planned({.reach = row.reach}, row.role).landlock, row.landlock)
        << row.what;
  }
}

TEST(PlanPolicy, PassesTheLimitsOnInTheirOrder) {
  const std::vector<Limit> limits = {
      {.resource = RLIMIT_NOFILE, .name = "nofile", .soft = 64, .hard = 256},
      {.resource = RLIMIT_CORE, .name = "core", .soft = 0, .hard = 0}};
  EXPECT_EQ(Planned({.limits = limits}, kUser).limits, limits);
}

TEST(RootCapabilities, ReachNothingButFilesUsersAndServices) {
  // Nothing more without a reason in the table: each of the others reaches
  // the kernel itself, other programs or the network.
  EXPECT_EQ(RootCapabilities(),
            CapabilitySet::Of(CAP_CHOWN, CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH,
                              CAP_FOWNER, CAP_FSETID, CAP_KILL, CAP_SETGID,
                              CAP_SETUID, CAP_SETPCAP, CAP_SETFCAP,
                              CAP_NET_BIND_SERVICE, CAP_SYS_CHROOT));
  for (const CapabilityRow& row : kRootCapabilities) {
    EXPECT_FALSE(row.reason.empty()) << row.number;
  }
}

constexpr Role kConfined = {
    .landlock_abi = 6, .is_confined = true, .is_unprivileged = true};

std::vector<seccomp::BuiltIn> FiltersOf(const Plan& plan) {
  std::vector<seccomp::BuiltIn> names;
  for (const Filter& filter : plan.filters.all) {
    names.push_back(std::get<BuiltInFilter>(filter).profile);
  }
  return names;
}

TEST(PlanPolicy, KeepsTheNetworkOutByFilterAndLandlockWithoutNamespaces) {
  using seccomp::BuiltIn;
  const Plan plan = Planned({}, kConfined);
  EXPECT_THAT(FiltersOf(plan),
              ElementsAre(BuiltIn::kNeighbours, BuiltIn::kSupervisors,
                          BuiltIn::kNoSockets, BuiltIn::kNoAttributes,
                          BuiltIn::kDefault));
  EXPECT_EQ(plan.landlock,
            (Landlock{.wanted = 6,
                      .obtained = 6,
                      .scopes = sys::kScopeAbstractSockets | sys::kScopeSignals,
                      .files = sys::kMayMove,
                      .tcp = sys::kTcpRights}));
  EXPECT_EQ(plan.held, Held::kGivenUp);
}

TEST(PlanPolicy, KeepsSignalsInsideWhateverIsReached) {
  using seccomp::BuiltIn;
  Role role = kConfined;
  role.shares_network = true;
  const Plan plan = Planned({.profile = Profile::kNone,
                             .reach = Reach::kOutside,
                             .attributes = Attributes::kChangeable},
                            role);
  EXPECT_THAT(FiltersOf(plan),
              ElementsAre(BuiltIn::kNeighbours, BuiltIn::kSupervisors));
  EXPECT_EQ(plan.landlock.scopes, sys::kScopeSignals);
  EXPECT_EQ(plan.landlock.tcp, 0u);
}

TEST(PlanPolicy, SharesTheNetworkButNotItsServicesWithoutNamespaces) {
  using seccomp::BuiltIn;
  Role role = kConfined;
  role.shares_network = true;
  EXPECT_THAT(FiltersOf(Planned({.profile = Profile::kNone}, role)),
              ElementsAre(BuiltIn::kNeighbours, BuiltIn::kSupervisors,
                          BuiltIn::kInternet, BuiltIn::kNoAttributes));
}

TEST(PlanPolicy, RefusesAnOlderLandlockWithoutNamespaces) {
  Role role = kConfined;
  role.landlock_abi = 5;
  EXPECT_THAT(PlanPolicy({}, {}, role),
              Says(HasSubstr("and here is ABI 5; --landlock=prefer")));
  role.landlock_abi = 0;
  EXPECT_THAT(PlanPolicy({}, {}, role), Says(HasSubstr("and here is none")));
}

Spec WithLess() {
  Spec spec = {};
  spec.landlock = LandlockNeed::kPreferred;
  return spec;
}

TEST(PlanPolicy, KeepsClone3FromLeavingLimitsWithoutNamespaces) {
  Role role = {.landlock_abi = 6, .is_confined = true, .has_limits = true};
  Spec spec = {};
  spec.profile = Profile::kNone;
  const auto base = Filter(BuiltInFilter{seccomp::BuiltIn::kBase});
  EXPECT_THAT(PlanPolicy(spec, {}, role)->filters.all, Contains(base));
  role.has_limits = false;
  EXPECT_THAT(PlanPolicy(spec, {}, role)->filters.all, Not(Contains(base)));
}

TEST(PlanPolicy, HasFiltersInPlaceOfWhatLandlockLacks) {
  using seccomp::BuiltIn;
  const std::vector<BuiltIn> always = {
      BuiltIn::kNeighbours, BuiltIn::kSupervisors, BuiltIn::kNoSockets,
      BuiltIn::kNoAttributes};
  const struct {
    int abi;
    std::vector<BuiltIn> more;
    uint64_t files, tcp;
    size_t refused;
  } rows[] = {
      {6, {}, sys::kMayMove, sys::kTcpRights, 0},
      {5, {}, sys::kMayMove, sys::kTcpRights, 1},
      {4, {}, sys::kMayMove, sys::kTcpRights, 1},
      {3, {BuiltIn::kNoConnections}, sys::kMayMove, 0, 2},
      {2,
       {BuiltIn::kNoTruncation, BuiltIn::kNoConnections},
       sys::kMayMove,
       0,
       3},
      {1, {BuiltIn::kNoTruncation, BuiltIn::kNoConnections}, 0, 0, 4},
      {0, {BuiltIn::kNoConnections, BuiltIn::kNoDebugging}, 0, 0, 3},
  };
  for (const auto& row : rows) {
    Role role = {.landlock_abi = row.abi, .is_confined = true};
    const Plan plan = Planned(WithLess(), role);
    std::vector<BuiltIn> filters = always;
    filters.insert(filters.end(), row.more.begin(), row.more.end());
    filters.push_back(BuiltIn::kDefault);
    EXPECT_EQ(FiltersOf(plan), filters) << row.abi;
    EXPECT_EQ(plan.landlock.files, row.files) << row.abi;
    EXPECT_EQ(plan.landlock.tcp, row.tcp) << row.abi;
    EXPECT_EQ(plan.landlock.refused_besides.size(), row.refused) << row.abi;
    EXPECT_EQ(plan.boundary,
              row.abi == 6 ? Boundary::kScope : Boundary::kBroker);
  }
}

TEST(PlanPolicy, NeedsSomeLandlockWhereNothingElseKeepsFiles) {
  Role role = kConfined;
  role.landlock_abi = 0;
  EXPECT_THAT(PlanPolicy(WithLess(), {}, role),
              Says(HasSubstr("nothing would keep files")));
}

TEST(PlanPolicy, ReportsOfNoFilterThatSignalsHangOn) {
  Role role = kConfined;
  role.landlock_abi = 5;
  Spec spec = WithLess();
  spec.refusals = Refusals::kReported;
  EXPECT_THAT(PlanPolicy(spec, {}, role), Says(HasSubstr("--seccomp-log")));
}

TEST(WithNumbers, PutsThoseOfTheSupervisorsIntoTheFilter) {
  const Filter filter =
      BuiltInFilter{seccomp::BuiltIn::kSupervisors, seccomp::kNothing};
  const seccomp::Program program =
      WithNumbers(filter, {.sbx = 11, .process_one = 12});
  size_t sbx = 0, process_one = 0;
  for (const sock_filter& instruction : program.instructions) {
    EXPECT_NE(instruction.k, seccomp::kNumberOfSbx);
    EXPECT_NE(instruction.k, seccomp::kNumberOfProcessOne);
    sbx += instruction.k == 11 ? 1 : 0;
    process_one += instruction.k == 12 ? 1 : 0;
  }
  // As the first argument, and as the second.
  EXPECT_EQ(sbx, 2u);
  EXPECT_EQ(process_one, 2u);
}

TEST(FileRightsOf, GrowWithTheAbi) {
  EXPECT_EQ(sys::FileRightsOf(0), 0u);
  EXPECT_EQ(sys::FileRightsOf(1), 0x1fffu);
  EXPECT_EQ(sys::FileRightsOf(2), 0x3fffu);
  EXPECT_EQ(sys::FileRightsOf(3), 0x7fffu);
  EXPECT_EQ(sys::FileRightsOf(4), 0x7fffu);
  EXPECT_EQ(sys::FileRightsOf(5), sys::kFileRights);
  EXPECT_EQ(sys::FileRightsOf(7), sys::kFileRights);
}

}  // namespace
}  // namespace sbx::policy
