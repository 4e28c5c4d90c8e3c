// SPDX-License-Identifier: Apache-2.0

#include "tools/sbx/defaults.h"

#include <linux/capability.h>

#include <string>
#include <vector>

#include "absl/time/time.h"
#include "fs/secrets.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "policy/root_capabilities.h"
#include "testing/status.h"

namespace sbx::tools {
namespace {

using test::Says;
using ::testing::ElementsAreArray;
using ::testing::Eq;

using Items = std::vector<fs::Item>;

Caller Ana() { return {.environment = {"LANG=C", "HOME=/home/ana"}}; }

Draft In(const std::string& here) {
  return {.spec = {.command = {"ls"}}, .here = here};
}

Spec CompleteOrDie(const Draft& draft, const Caller& caller = Ana()) {
  return Complete(draft, caller).value();
}

fs::Item Private(const std::string& path, mode_t mode,
                 const std::string& reason) {
  return {.operation = fs::Tmpfs{.inside = path,
                                 .mode = mode,
                                 .destination = fs::Absent::kSkip},
          .reason = reason};
}

fs::Item OfRun(const std::string& path, const std::string& reason) {
  return {
      .operation =
          fs::Bind{.host = path, .inside = path, .source = fs::Absent::kSkip},
      .reason = reason};
}

const fs::Item kHost = {.operation = fs::Bind{.host = "/", .inside = "/"},
                        .reason = "the host's programs and files, to be read"};
const fs::Item kProc = {
    .operation = fs::Proc{.inside = "/proc"},
    .reason = "the host's processes are none of its business"};
const fs::Item kDev = {.operation = fs::Dev{.inside = "/dev"},
                       .reason = "the host's devices are not for it"};
const fs::Item kTmp = Private(
    "/tmp", 01777, "sockets and files of other programs are none of its own");
const fs::Item kVarTmp = Private("/var/tmp", 01777, "the same");
const fs::Item kRun =
    Private("/run", 0755, "the sockets of the host's services are there");
const fs::Item kNixPrograms =
    OfRun("/run/current-system", "the programs of NixOS");
const fs::Item kNixDrivers =
    OfRun("/run/opengl-driver", "the drivers of NixOS");
const fs::Item kResolve =
    OfRun("/run/systemd/resolve", "where /etc/resolv.conf often leads");
const fs::Item kNetworkManager =
    OfRun("/run/NetworkManager/resolv.conf", "the same");
const fs::Item kResolvconf = OfRun("/run/resolvconf", "the same");

fs::Item Here(const std::string& here) {
  return {.operation = fs::Bind{.host = here,
                                .inside = here,
                                .access = fs::Access::kReadWrite},
          .reason = "the current directory"};
}

Draft WithRoot(const DirectoryRoot& root) {
  Draft draft = In("/home/ana");
  draft.root = root;
  return draft;
}

fs::Item RootItem(fs::Access access, fs::MountPoints mount_points) {
  return {.operation = fs::Bind{.host = "/srv/debian",
                                .inside = "/",
                                .access = access,
                                .mount_points = mount_points}};
}

// ---- The view of the host.

TEST(Complete, ShowsTheHostReadOnlyButForTheCurrentDirectory) {
  EXPECT_EQ(CompleteOrDie(In("/home/ana/src")),
            (Spec{.command = {"ls"},
                  .files = {.items = {kHost, kProc, kDev, kTmp, kVarTmp, kRun,
                                      kNixPrograms, kNixDrivers,
                                      Here("/home/ana/src")},
                            .secrets = fs::SecretsBelow("/home/ana"),
                            .cwd = "/home/ana/src"},
                  .login_secrets = LoginSecrets::kHidden}));
}

TEST(Complete, WritesNothingOfTheHostFromTheRootDirectory) {
  const Spec spec = CompleteOrDie(In("/"));
  EXPECT_THAT(spec.files.items,
              ElementsAreArray(Items{kHost, kProc, kDev, kTmp, kVarTmp, kRun,
                                     kNixPrograms, kNixDrivers}));
  EXPECT_EQ(spec.files.cwd, "/");
}

TEST(Complete, ShowsWhatNamesServersIfTheNetworkIsTheHosts) {
  Draft draft = In("/src");
  draft.spec.network = Network::kHost;
  EXPECT_THAT(
      CompleteOrDie(draft).files.items,
      ElementsAreArray(Items{kHost, kProc, kDev, kTmp, kVarTmp, kRun,
                             kNixPrograms, kNixDrivers, kResolve,
                             kNetworkManager, kResolvconf, Here("/src")}));
}

TEST(Complete, MakesAnEmptyRuntimeDirectoryWhereTheCallerHasOne) {
  const struct {
    std::string variable;
    Items made;
  } rows[] = {
      {"XDG_RUNTIME_DIR=/run/user/1000",
       {{.operation = fs::Directory{.inside = "/run/user/1000", .mode = 0700},
         .reason = "an empty one, for XDG_RUNTIME_DIR"}}},
      // Elsewhere it cannot be made, or is what /tmp hides already.
      {"XDG_RUNTIME_DIR=/tmp/run", {}},
      {"XDG_RUNTIME_DIR=/runtime", {}},
      {"XDG_RUNTIME_DIR=", {}},
      {"NOT_XDG_RUNTIME_DIR=/run/user/1000", {}},
  };
  for (const auto& row : rows) {
    Items items = {kHost,   kProc, kDev,         kTmp,
                   kVarTmp, kRun,  kNixPrograms, kNixDrivers};
    items.insert(items.end(), row.made.begin(), row.made.end());
    EXPECT_THAT(
        CompleteOrDie(In("/"), {.environment = {row.variable}}).files.items,
        ElementsAreArray(items))
        << row.variable;
  }
}

TEST(Complete, DoesWhatWasAskedAfterTheDefaults) {
  Draft draft = In("/src");
  draft.items = {{.operation = fs::Hide{.inside = "/src/.env"}},
                 {.operation = fs::Bind{.host = "/a", .inside = "/b"}}};
  EXPECT_THAT(CompleteOrDie(draft).files.items,
              ElementsAreArray(Items{kHost, kProc, kDev, kTmp, kVarTmp, kRun,
                                     kNixPrograms, kNixDrivers, Here("/src"),
                                     draft.items[0], draft.items[1]}));
}

TEST(Complete, AddsNoShareOfTheCurrentDirectoryToOneThatWasAskedFor) {
  const struct {
    fs::Bind asked;
    bool adds;
  } rows[] = {
      {{.host = "/home/ana/src", .inside = "/home/ana/src"}, false},
      {{.host = "/home/ana/src", .inside = "/home/ana/src/./"}, false},
      {{.host = "/home/ana", .inside = "/home/ana"}, false},
      // Elsewhere, below, or only alike in name.
      {{.host = "/home/ana/src", .inside = "/src"}, true},
      {{.host = "/home/ana/src/a", .inside = "/home/ana/src/a"}, true},
      {{.host = "/home/ana/sr", .inside = "/home/ana/sr"}, true},
  };
  for (const auto& row : rows) {
    Draft draft = In("/home/ana/src");
    draft.items = {{.operation = row.asked}};
    Items items = {kHost,   kProc, kDev,         kTmp,
                   kVarTmp, kRun,  kNixPrograms, kNixDrivers};
    if (row.adds) items.push_back(Here("/home/ana/src"));
    items.push_back(draft.items[0]);
    const Spec spec = CompleteOrDie(draft);
    EXPECT_THAT(spec.files.items, ElementsAreArray(items)) << row.asked.inside;
    EXPECT_EQ(spec.files.cwd, "/home/ana/src");
  }
}

// ---- --bare.

TEST(Complete, ShowsNothingOfTheHostFromAnEmptyRoot) {
  Draft draft = In("/home/ana");
  draft.root = EmptyRoot{};
  draft.items = {{.operation = fs::Bind{.host = "/usr", .inside = "/usr"}}};
  EXPECT_EQ(CompleteOrDie(draft),
            (Spec{.command = {"ls"},
                  .ids = {.accounts = idmap::Accounts::kNone},
                  .files = {.items = draft.items,
                            .secrets = fs::SecretsBelow("/home/ana"),
                            .cwd = "/"},
                  .login_secrets = LoginSecrets::kHidden,
                  .environment = Environment::kLogin}));
}

// ---- --root.

TEST(Complete, RunsAsRootInARootOfItsOwn) {
  EXPECT_EQ(CompleteOrDie(WithRoot({.directory = "/srv/debian"})),
            (Spec{.command = {"ls"},
                  .ids = {.user = idmap::UserIds{0, 0},
                          .groups = idmap::GroupControl::kAllowed,
                          .accounts = idmap::Accounts::kDirectory,
                          .root = "/srv/debian"},
                  .files = {.items = {RootItem(fs::Access::kReadWrite,
                                               fs::MountPoints::kMayBeMade),
                                      kProc, kDev, kTmp, kRun},
                            .secrets = fs::SecretsBelow("/home/ana"),
                            .cwd = "/"},
                  .login_secrets = LoginSecrets::kHidden,
                  .policy = {.capabilities = policy::RootCapabilities()},
                  .environment = Environment::kLogin}));
}

TEST(Complete, MakesNoMountPointsInARootThatIsReadOnly) {
  const Spec spec = CompleteOrDie(
      WithRoot({.directory = "/srv/debian", .access = fs::Access::kReadOnly}));
  EXPECT_THAT(spec.files.items,
              ElementsAreArray(Items{
                  RootItem(fs::Access::kReadOnly, fs::MountPoints::kMustExist),
                  kProc, kDev, kTmp, kRun}));
}

TEST(Complete, ShowsTheHostsNameServersInARootWithTheHostsNetwork) {
  Draft draft = WithRoot({.directory = "/srv/debian"});
  draft.spec.network = Network::kHost;
  const fs::Item servers = {
      .operation = fs::Bind{.host = "/etc/resolv.conf",
                            .inside = "/etc/resolv.conf",
                            .source = fs::Absent::kSkip,
                            .destination = fs::Absent::kSkip},
      .reason = "the host's network is found by the host's name servers"};
  EXPECT_THAT(CompleteOrDie(draft).files.items,
              ElementsAreArray(Items{
                  RootItem(fs::Access::kReadWrite, fs::MountPoints::kMayBeMade),
                  kProc, kDev, kTmp, kRun, servers}));
}

TEST(Complete, GivesRootsCapabilitiesToNobodyElse) {
  const policy::CapabilitySet none;
  const struct {
    const char* what;
    idmap::User user;
    policy::CapabilitySet capabilities;
  } rows[] = {
      {"nobody in particular", idmap::SameUser{}, policy::RootCapabilities()},
      {"0", idmap::UserIds{0}, policy::RootCapabilities()},
      {"0:5", idmap::UserIds{0, 5}, policy::RootCapabilities()},
      {"root", idmap::UserName{"root"}, policy::RootCapabilities()},
      {"7", idmap::UserIds{7}, none},
      {"bob", idmap::UserName{"bob"}, none},
  };
  for (const auto& row : rows) {
    Draft draft = WithRoot({.directory = "/srv/debian"});
    draft.spec.ids.user = row.user;
    const Spec spec = CompleteOrDie(draft);
    EXPECT_EQ(spec.policy.capabilities, row.capabilities) << row.what;
    const bool unsaid = std::holds_alternative<idmap::SameUser>(row.user);
    const idmap::User user = unsaid ? idmap::UserIds{0, 0} : row.user;
    EXPECT_EQ(spec.ids.user, user) << row.what;
  }
}

TEST(Complete, ChangesTheDefaultCapabilities) {
  const policy::CapabilitySet chown = policy::CapabilitySet::Of(CAP_CHOWN);
  const policy::CapabilitySet time = policy::CapabilitySet::Of(CAP_SYS_TIME);
  Draft draft = WithRoot({.directory = "/srv/debian"});
  draft.capabilities = {.added = time, .removed = chown};
  EXPECT_EQ(CompleteOrDie(draft).policy.capabilities,
            (policy::RootCapabilities() | time) & ~chown);
}

TEST(Complete, GivesTheCommandWhatIsToBeAmbient) {
  const policy::CapabilitySet time = policy::CapabilitySet::Of(CAP_SYS_TIME);
  Draft draft = In("/src");
  draft.spec.policy.ambient.added = time;
  EXPECT_EQ(CompleteOrDie(draft).policy.capabilities, time);
  draft.capabilities = {.changes_default = false};
  EXPECT_EQ(CompleteOrDie(draft).policy.capabilities, policy::CapabilitySet{});
}

TEST(Complete, GivesRootOfTheHostsFilesNoCapabilities) {
  Draft draft = In("/src");
  draft.spec.ids.user = idmap::UserIds{0, 0};
  EXPECT_EQ(CompleteOrDie(draft).policy, policy::Spec{});
}

TEST(Complete, KeepsGroupsDeniedWhereOneIdIsMappedInARoot) {
  Draft draft = WithRoot({.directory = "/srv/debian"});
  draft.spec.ids.ids = idmap::Ids::kSelf;
  EXPECT_EQ(CompleteOrDie(draft).ids.groups, idmap::GroupControl::kDenied);
}

// ---- What was said counts.

TEST(Complete, TakesWhatWasSaidOverEachDefault) {
  for (const Root& root :
       std::vector<Root>{HostRoot{}, EmptyRoot{},
                         DirectoryRoot{.directory = "/srv/debian"}}) {
    Draft draft = In("/home/ana");
    draft.root = root;
    draft.cwd = "/elsewhere";
    draft.groups = idmap::GroupControl::kDenied;
    draft.capabilities = {.changes_default = false};
    draft.spec.time_limit = absl::Minutes(1);
    draft.grace = absl::ZeroDuration();
    Spec spec = CompleteOrDie(draft);
    EXPECT_EQ(spec.files.cwd, "/elsewhere") << root.index();
    EXPECT_EQ(spec.ids.groups, idmap::GroupControl::kDenied) << root.index();
    EXPECT_EQ(spec.policy.capabilities, policy::CapabilitySet{})
        << root.index();
    EXPECT_EQ(spec.time_limit, absl::Minutes(1)) << root.index();
    EXPECT_EQ(spec.grace, absl::ZeroDuration()) << root.index();

    draft.groups = idmap::GroupControl::kAllowed;
    draft.capabilities = {.changes_default = false,
                          .added = policy::CapabilitySet::Of(CAP_CHOWN)};
    spec = CompleteOrDie(draft);
    EXPECT_EQ(spec.ids.groups, idmap::GroupControl::kAllowed) << root.index();
    EXPECT_EQ(spec.policy.capabilities, policy::CapabilitySet::Of(CAP_CHOWN))
        << root.index();
  }
}

TEST(Complete, RefusesKillAfterWithoutTimeout) {
  Draft draft = In("/src");
  draft.grace = absl::Seconds(1);
  EXPECT_THAT(Complete(draft, Ana()),
              Says(Eq("--kill-after says what comes after --timeout, which is "
                      "not given")));
}

// ---- Secrets.

TEST(Complete, HidesTheSecretsOfTheHomeDirectory) {
  const struct {
    std::string home;
    std::vector<fs::Secret> secrets;
  } rows[] = {
      {"HOME=/home/ana", fs::SecretsBelow("/home/ana")},
      {"HOME=/home//ana/./", fs::SecretsBelow("/home/ana")},
      {"HOME=/", fs::SecretsBelow("/")},
      {"HOMEDIR=/home/ana", {}},
  };
  for (const auto& row : rows) {
    EXPECT_EQ(CompleteOrDie(In("/"), {.environment = {row.home}}).files.secrets,
              row.secrets)
        << row.home;
  }
}

TEST(Complete, HidesWhatVariablesSayIsASecret) {
  const auto secrets =
      CompleteOrDie(In("/"),
                    {.environment = {"SSH_AUTH_SOCK=/x/../agent",
                                     "GNUPGHOME=keys", "KUBECONFIG=/"}})
          .files.secrets;
  ASSERT_EQ(secrets.size(), 1u);
  EXPECT_EQ(secrets[0].name, "ssh-agent");
  EXPECT_EQ(secrets[0].host, "/agent");
}

TEST(Show, ShowsByNameWhateverHasIt) {
  std::vector<fs::Secret> secrets = fs::SecretsBelow("/home/ana");
  EXPECT_TRUE(fs::Show("git", secrets));
  for (const fs::Secret& secret : secrets) {
    EXPECT_EQ(secret.visibility == fs::Visibility::kShown, secret.name == "git")
        << secret.host;
  }
}

TEST(Show, ShowsByPathWhatIsAtOrBelowIt) {
  std::vector<fs::Secret> secrets = fs::SecretsBelow("/home/ana");
  EXPECT_TRUE(fs::Show("/home/ana/.config/git", secrets));
  for (const fs::Secret& secret : secrets) {
    EXPECT_EQ(secret.visibility == fs::Visibility::kShown,
              secret.host == "/home/ana/.config/git/credentials")
        << secret.host;
  }
}

TEST(Show, ShowsAPartOfAStore) {
  std::vector<fs::Secret> secrets = {fs::SecretsBelow("/home/ana")[0]};
  // Twice is as good as once.
  EXPECT_TRUE(fs::Show("/home/ana/.ssh/known_hosts", secrets));
  EXPECT_TRUE(fs::Show("/home/ana/.ssh/known_hosts", secrets));
  EXPECT_EQ(secrets[0].visibility, fs::Visibility::kHidden);
  EXPECT_EQ(
      secrets[0].parts,
      (std::vector<fs::Shown>{{"/home/ana/.ssh/known_hosts", "known_hosts"}}));
}

TEST(Show, SaysThatNothingIsHiddenThere) {
  std::vector<fs::Secret> secrets = fs::SecretsBelow("/home/ana");
  const std::vector<fs::Secret> before = secrets;
  EXPECT_FALSE(fs::Show("/home/ana/.sshh", secrets));
  EXPECT_FALSE(fs::Show("/usr", secrets));
  EXPECT_EQ(secrets, before);
}

TEST(SecretsBelow, AreTheRowsOfTheTable) {
  const std::vector<fs::Secret> secrets = fs::SecretsBelow("/home/ana");
  ASSERT_EQ(secrets.size(), std::size(fs::kSecrets));
  EXPECT_EQ(secrets[0],
            (fs::Secret{.name = "ssh",
                        .host = "/home/ana/.ssh",
                        .reason = "SSH keys and the hosts that they open"}));
  for (const fs::SecretRow& row : fs::kSecrets) {
    EXPECT_FALSE(row.path.empty() || row.path[0] == '/') << row.path;
    EXPECT_FALSE(row.reason.empty()) << row.path;
    EXPECT_TRUE(fs::NamesOfSecrets().contains(std::string(row.name)));
  }
  EXPECT_EQ(fs::SecretsBelow("/")[0].host, "/.ssh");
}

// ---- Actions of a build.

TEST(Complete, GivesAnActionTheMachineAndNothingElse) {
  Draft draft = In("/src");
  draft.root = ActionRoot{};
  draft.items = {{.operation = fs::Bind{.host = "/src/a", .inside = "/src/a"}}};
  const Spec spec = CompleteOrDie(draft);
  EXPECT_EQ(spec.host_name, "action");
  EXPECT_EQ(spec.time_limit, absl::Hours(1));
  EXPECT_EQ(spec.files.cwd, "/src");
  EXPECT_EQ(spec.edits.front(), EnvironmentEdit(ClearEnvironment{}));
  for (const fs::Item& item : spec.files.items) {
    EXPECT_NE(fs::InsideOf(item.operation), "/");
    EXPECT_NE(fs::InsideOf(item.operation), "/etc");
  }
  EXPECT_EQ(fs::InsideOf(spec.files.items.back().operation), "/src/a");
}

TEST(Complete, LetsAnActionSayOtherwise) {
  Draft draft = In("/src");
  draft.root = ActionRoot{};
  draft.spec.host_name = "mine";
  draft.spec.time_limit = absl::Seconds(5);
  draft.spec.edits = {SetVariable{.name = "LANG", .value = "de_DE.UTF-8"}};
  const Spec spec = CompleteOrDie(draft);
  EXPECT_EQ(spec.host_name, "mine");
  EXPECT_EQ(spec.time_limit, absl::Seconds(5));
  EXPECT_EQ(spec.edits.back(), EnvironmentEdit(draft.spec.edits[0]));
}

// ---- Limits.

TEST(Complete, APartOfADeviceRequiresTheLimit) {
  Draft draft = In("/src");
  draft.items = {{.operation = fs::Device{.host = "/dev/kvm", .write = false}}};
  ASSERT_OK_AND_ASSIGN(const Spec part, Complete(draft, Ana()));
  EXPECT_EQ(part.cgroup.device_limit, cgroup::DeviceLimit::kRequire);
  draft.items = {{.operation = fs::Device{.host = "/dev/kvm"}}};
  ASSERT_OK_AND_ASSIGN(const Spec whole, Complete(draft, Ana()));
  EXPECT_EQ(whole.cgroup.device_limit, cgroup::DeviceLimit::kOff);
}

TEST(Complete, OnlySystemdHasSlices) {
  Draft draft = In("/src");
  draft.slice = "build.slice";
  ASSERT_OK_AND_ASSIGN(const Spec spec, Complete(draft, Ana()));
  EXPECT_EQ(spec.cgroup.route, cgroup::Route::kSystemd);
  EXPECT_EQ(spec.cgroup.slice, "build.slice");
  draft.spec.cgroup.route = cgroup::Route::kDirect;
  EXPECT_THAT(Complete(draft, Ana()),
              Says(Eq("--slice is systemd's to know, whom --cgroup does not "
                      "ask")));
}

}  // namespace
}  // namespace sbx::tools
