// SPDX-License-Identifier: Apache-2.0

#include "sandbox/protections/protections.h"

#include <linux/capability.h>
#include <sys/resource.h>

#include <functional>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "sandbox/protections/rows.h"
#include "sandbox/sys/landlock.h"

namespace sbx {
namespace {

using policy::seccomp::BuiltIn;
using ::testing::AnyOf;
using ::testing::Each;
using ::testing::Field;

constexpr uint64_t kScopes = sys::kScopeAbstractSockets | sys::kScopeSignals;

policy::Filter BuiltInOf(BuiltIn profile) {
  return policy::BuiltInFilter{profile, policy::seccomp::kNothing};
}

// A plan in which every protection is at its strongest that is there unasked.
Plan Strongest() {
  return {.namespaces = sys::kAllNamespaces,
          .files = {.steps = {{.operation = fs::Tmpfs{.inside = "/"}},
                              {.operation = fs::Proc{}}}},
          .login_secrets = LoginSecrets::kHidden,
          .policy = {.profile = "default",
                     .filters = {.all = {BuiltInOf(BuiltIn::kDefault)}}},
          .network = Network::kNone,
          .session = Session::kNew};
}

// What --mode=landlock makes of it.
Plan Confined() {
  Plan plan = Strongest();
  plan.mode = Mode::kLandlock;
  plan.namespaces = {};
  plan.files = {};
  plan.session = Session::kCallers;
  plan.policy.held = policy::Held::kGivenUp;
  plan.policy.landlock = {.wanted = sys::kScopesAbi,
                          .obtained = 7,
                          .scopes = kScopes,
                          .files = sys::kMayMove,
                          .tcp = sys::kTcpRights};
  plan.policy.boundary = policy::Boundary::kScope;
  plan.kept_rights = sys::kFileRights;
  plan.policy.filters.all = {
      BuiltInOf(BuiltIn::kNeighbours), BuiltInOf(BuiltIn::kNoSockets),
      BuiltInOf(BuiltIn::kNoAttributes), BuiltInOf(BuiltIn::kDefault)};
  return plan;
}

// The same on a kernel whose Landlock has that ABI.
Plan OnOldKernel(Plan plan, int abi) {
  plan.session = Session::kNew;
  plan.policy.boundary = policy::Boundary::kBroker;
  plan.kept_rights = sys::FileRightsOf(abi);
  plan.policy.landlock.obtained = abi;
  plan.policy.landlock.scopes = 0;
  return plan;
}

Plan Chroot() {
  Plan plan = Confined();
  plan.mode = Mode::kChroot;
  plan.chroot.directory = "/srv";
  plan.login_secrets = LoginSecrets::kShown;
  plan.policy.held = policy::Held::kListed;
  return plan;
}

Plan OnHostNetwork() {
  Plan plan = Strongest();
  plan.network = Network::kHost;
  plan.namespaces.network = false;
  plan.policy.landlock = {.wanted = sys::kScopesAbi,
                          .obtained = sys::kScopesAbi,
                          .scopes = kScopes};
  return plan;
}

Plan Limited(absl::string_view option, cgroup::Shortfall shortfall) {
  Plan plan = Strongest();
  plan.cgroup = {.route = cgroup::Route::kDirect,
                 .settings = {{.option = std::string(option), .value = "100"}},
                 .shortfall = shortfall};
  return plan;
}

Plan WithDevices(cgroup::DeviceLimit limit) {
  Plan plan = Strongest();
  plan.cgroup.device_limit = limit;
  return plan;
}

// Changes `plan` and returns it.
Plan With(Plan plan, const std::function<void(Plan& plan)>& change) {
  change(plan);
  return plan;
}

Plan WithStep(fs::Item item) {
  return With(Strongest(),
              [&](Plan& plan) { plan.files.steps.push_back(item); });
}

Plan WithProfile(std::string name, std::vector<policy::Filter> filters) {
  return With(Strongest(), [&](Plan& plan) {
    plan.policy.profile = std::move(name);
    plan.policy.filters.all = std::move(filters);
  });
}

Plan WithGrant(policy::seccomp::Grants grants) {
  return WithProfile("default",
                     {policy::BuiltInFilter{BuiltIn::kDefault, grants}});
}

// In the caller's session, where a filter matters more.
Plan InSession(Plan plan) {
  plan.session = Session::kCallers;
  return plan;
}

Plan Reporting(Plan plan) {
  plan.policy.refusals = policy::Refusals::kReported;
  return plan;
}

Plan Mounting(Plan plan) {
  plan.policy.capabilities.permitted =
      policy::CapabilitySet::Of(CAP_SYS_ADMIN, CAP_KILL);
  return plan;
}

Report Fell(std::string shortfall) {
  Report report;
  report.shortfall = std::move(shortfall);
  return report;
}

Report Found(cgroup::DeviceVerdict devices) {
  Report report;
  report.devices = devices;
  return report;
}

struct Case {
  Plan plan;
  Protection protection;
  std::string asked;
  Kept state;
  std::string obtained;
  // Unset: before it runs.
  std::optional<Report> report = {};
};

std::vector<Case> FileCases() {
  using P = Protection;
  const std::string all_attributes =
      "modes, owners and times of every file of the user's can be changed";
  return {
      {Confined(), P::kNamespaces, "--mode=landlock", Kept::kNot, "none"},
      {OnHostNetwork(), P::kNamespaces, "--net=host", Kept::kWeaker,
       "user, mount, pid, ipc, uts, cgroup"},
      {With(Strongest(), [](Plan& plan) { plan.namespaces.ipc = false; }),
       P::kNamespaces, "default", Kept::kWeaker,
       "user, mount, pid, uts, network, cgroup"},
      {Confined(), P::kFiles, "default", Kept::kFully,
       "only what is given as writable can change"},
      {OnOldKernel(Confined(), 1), P::kFiles, "default", Kept::kFully,
       "only what is given as writable can change"},
      {OnOldKernel(Chroot(), 0), P::kFiles, "--landlock=prefer", Kept::kWeaker,
       "all in the root can change that its mode lets root change"},
      {Mounting(Strongest()), P::kFiles, "--cap=SYS_ADMIN", Kept::kWeaker,
       "what is read-only can be made writable"},
      {Mounting(Strongest()), P::kHiddenFiles, "--cap=SYS_ADMIN", Kept::kWeaker,
       "can be uncovered"},
      {Confined(), P::kHiddenFiles, "--mode=landlock", Kept::kWeaker,
       "can be found, with their sizes, but not opened or listed"},
      {Chroot(), P::kHiddenFiles, "default", Kept::kFully,
       "only an empty one in their place can be seen"},
      {Confined(), P::kAttributes, "--mode=landlock", Kept::kWeaker,
       "times of every file of the user's can be set to the present"},
      {With(Confined(),
            [](Plan& plan) {
              plan.policy.filters.all.erase(plan.policy.filters.all.begin() +
                                            2);
            }),
       P::kAttributes, "--attributes", Kept::kNot, all_attributes},
      {Reporting(Confined()), P::kAttributes, "--seccomp-log", Kept::kNot,
       all_attributes},
  };
}

std::vector<Case> SecretCases() {
  using P = Protection;
  return {
      {Chroot(), P::kSecrets, "--mode=chroot", Kept::kNot,
       "those that lie in what is given can be read"},
      {Mounting(Strongest()), P::kSecrets, "--cap=SYS_ADMIN", Kept::kWeaker,
       "can be uncovered"},
      {With(Strongest(),
            [](Plan& plan) {
              plan.exposed = {"ssh", "/home/ana/.a\x1b"};
            }),
       P::kSecrets, "--expose", Kept::kWeaker,
       R"(are hidden, but for ssh, "/home/ana/.a\x1b")"},
      {Confined(), P::kDevices, "--mode=landlock", Kept::kWeaker,
       "those among the files that are given can be opened too, as their "
       "permissions allow"},
      {OnOldKernel(Confined(), 4), P::kDevices, "--landlock=prefer",
       Kept::kWeaker,
       "those among the files that are given can be opened and commanded too, "
       "as their permissions allow"},
      {OnOldKernel(Chroot(), 0), P::kDevices, "--landlock=prefer", Kept::kNot,
       "all that are in the root can be opened"},
      {WithStep({.operation = fs::Bind{.devices = fs::Devices::kUsable}}),
       P::kDevices, "default", Kept::kWeaker,
       "those in what is shared with its devices can be opened too"},
  };
}

std::vector<Case> DeviceLimitCases() {
  using P = Protection;
  const std::string nodes = "the list of nodes alone keeps others away";
  return {
      {WithDevices(cgroup::DeviceLimit::kOff), P::kDeviceLimit, "default",
       Kept::kNotAskedFor, nodes},
      {WithDevices(cgroup::DeviceLimit::kRequire), P::kDeviceLimit,
       "--device-limit=require", Kept::kFully,
       "it refuses those that are not listed"},
      {WithDevices(cgroup::DeviceLimit::kPrefer), P::kDeviceLimit,
       "--device-limit=prefer", Kept::kWeaker,
       "it does, or the report says that it does not"},
      {WithDevices(cgroup::DeviceLimit::kPrefer), P::kDeviceLimit,
       "--device-limit=prefer", Kept::kNot, nodes,
       Found(cgroup::DeviceVerdict::kOpen)},
      {WithDevices(cgroup::DeviceLimit::kPrefer), P::kDeviceLimit,
       "--device-limit=prefer", Kept::kWeaker, "perhaps it does",
       Found(cgroup::DeviceVerdict::kUnknown)},
      {WithDevices(cgroup::DeviceLimit::kPrefer), P::kDeviceLimit,
       "--device-limit=prefer", Kept::kNot, nodes, Fell("no cgroup")},
      {WithDevices(cgroup::DeviceLimit::kPrefer), P::kDeviceLimit,
       "--device-limit=prefer", Kept::kFully,
       "it refuses those that are not listed",
       Found(cgroup::DeviceVerdict::kClosed)},
  };
}

std::vector<Case> SettingCases() {
  using P = Protection;
  return {
      {With(Mounting(Strongest()),
            [](Plan& plan) { plan.files.inside.has_host_root = true; }),
       P::kKernelSettings, "--cap=SYS_ADMIN", Kept::kWeaker,
       "what covers them can be taken away"},
      {Mounting(Strongest()), P::kKernelSettings, "default", Kept::kFully,
       "cannot be changed in /proc and /sys"},
      {With(Strongest(),
            [](Plan& plan) { plan.inheritance = Inheritance::kAll; }),
       P::kDescriptors, "default", Kept::kNot, "all that the caller passes on"},
      {With(Strongest(),
            [](Plan& plan) {
              plan.descriptors = {7, 9};
            }),
       P::kDescriptors, "--keep-fd", Kept::kWeaker, "0, 1, 2 and 7, 9"},
  };
}

std::vector<Case> ProcessCases() {
  using P = Protection;
  const std::string seen = "can be seen, with their names and arguments";
  const Plan no_pids =
      With(Strongest(), [](Plan& plan) { plan.namespaces.pid = false; });
  const fs::Proc outer = {.processes = fs::Processes::kHostsReadOnly};
  return {
      {Confined(), P::kHostProcesses, "--mode=landlock", Kept::kWeaker, seen},
      {no_pids, P::kHostProcesses, "default", Kept::kWeaker, seen},
      {WithStep({.operation = outer}), P::kHostProcesses, "--proc=outer",
       Kept::kWeaker, seen},
      {WithStep({.operation = outer, .reason = "no fresh one"}),
       P::kHostProcesses, "--proc=auto", Kept::kWeaker, seen},
      {WithStep({.operation = fs::Bind{.host = "/", .inside = "/mnt"}}),
       P::kHostProcesses, "--ro or --rw", Kept::kWeaker, seen},
      {WithStep({.operation = fs::Bind{.host = "/proc/", .inside = "/p"}}),
       P::kHostProcesses, "--ro or --rw", Kept::kWeaker, seen},
      {WithStep({.operation = fs::Bind{.host = "/usr", .inside = "/usr"}}),
       P::kHostProcesses, "default", Kept::kFully, "cannot be seen"},
  };
}

std::vector<Case> SignalCases() {
  using P = Protection;
  const Plan no_pids =
      With(Strongest(), [](Plan& plan) { plan.namespaces.pid = false; });
  return {
      {Confined(), P::kSignals, "default", Kept::kFully,
       "no process outside is reached"},
      {no_pids, P::kSignals, "default", Kept::kNot,
       "processes of the same user can be signalled"},
      {InSession(Strongest()), P::kSignals, "default", Kept::kWeaker,
       "only the process group that sbx is in can be signalled"},
      {InSession(OnHostNetwork()), P::kSignals, "default", Kept::kFully,
       "no process outside is reached"},
      {OnOldKernel(Confined(), 5), P::kSignals, "--landlock=prefer",
       Kept::kWeaker,
       "no process outside is reached, as process 1 sends all signals itself"},
      {Confined(), P::kPriorities, "--mode=landlock", Kept::kNot,
       "processes of the same user can be slowed down, one by one, but for "
       "sbx"},
      {OnOldKernel(Chroot(), 0), P::kPriorities, "--landlock=prefer",
       Kept::kNot,
       "processes of the same user can be slowed down, one by one, and sbx "
       "with them through a /proc in the root"},
      {Reporting(Confined()), P::kPriorities, "--seccomp-log", Kept::kNot,
       "processes of the same user can be slowed down, sbx among them"},
      {no_pids, P::kPriorities, "default", Kept::kNot,
       "processes of the same user can be slowed down, one by one"},
      {InSession(WithProfile("none", {})), P::kPriorities, "--seccomp=none",
       Kept::kWeaker,
       "only the process group that sbx is in can be slowed down"},
      {InSession(WithProfile("a.json", {BuiltInOf(BuiltIn::kBase)})),
       P::kPriorities, "--seccomp=a.json", Kept::kWeaker,
       "only the process group that sbx is in can be slowed down"},
      {WithProfile("none", {}), P::kPriorities, "default", Kept::kFully,
       "no process outside can be slowed down"},
      {Confined(), P::kSharedMemory, "--mode=landlock", Kept::kFully,
       "there are none"},
      {Reporting(Confined()), P::kSharedMemory, "--seccomp-log", Kept::kNot,
       "those of outside can be used"},
  };
}

std::vector<Case> NetworkCases() {
  using P = Protection;
  return {
      {Confined(), P::kNetwork, "--mode=landlock", Kept::kFully,
       "none, and no sockets"},
      {Reporting(Confined()), P::kNetwork, "--seccomp-log", Kept::kWeaker,
       "the host's, but without TCP"},
      {OnHostNetwork(), P::kNetwork, "--net=host", Kept::kNot,
       "the host's, with everything that it reaches"},
      {OnHostNetwork(), P::kAbstractSockets, "default", Kept::kFully,
       "those of the host cannot be connected to"},
      {With(OnHostNetwork(),
            [](Plan& plan) {
              plan.policy.landlock.obtained = 4;
              plan.policy.landlock.scopes = 0;
            }),
       P::kAbstractSockets, "--net=host", Kept::kNot,
       "those of the host can be connected to"},
      {With(OnHostNetwork(), [](Plan& plan) { plan.policy.landlock = {}; }),
       P::kAbstractSockets, "--reach-outside", Kept::kNot,
       "those of the host can be connected to"},
  };
}

std::vector<Case> ServiceCases() {
  using P = Protection;
  const std::string reached = "all that their permissions allow can be reached";
  return {
      {Confined(), P::kServices, "default", Kept::kFully,
       "no socket can be connected to, no pipe written to"},
      {Reporting(Confined()), P::kServices, "--seccomp-log", Kept::kNot,
       reached},
      {With(Confined(),
            [](Plan& plan) {
              plan.network = Network::kHost;
              plan.policy.filters.all.erase(plan.policy.filters.all.begin() +
                                            1);
            }),
       P::kServices, "--reach-outside", Kept::kNot, reached},
      {WithStep({.operation = fs::Bind{.host = "/usr", .inside = "/usr"}}),
       P::kServices, "default", Kept::kWeaker,
       "those on a path that is shown can be reached, as their permissions "
       "allow"},
  };
}

std::vector<Case> EndCases() {
  using P = Protection;
  return {
      {Strongest(), P::kTerminal, "--new-session", Kept::kFully,
       "there is none"},
      {OnOldKernel(Confined(), 5), P::kTerminal, "--landlock=prefer",
       Kept::kFully, "there is none"},
      {InSession(Strongest()), P::kTerminal, "default", Kept::kFully,
       "the command cannot type into it"},
      {InSession(WithProfile("a.json", {BuiltInOf(BuiltIn::kBase)})),
       P::kTerminal, "default", Kept::kFully,
       "the command cannot type into it"},
      {Reporting(InSession(Strongest())), P::kTerminal, "--seccomp-log",
       Kept::kNot, "the command can type, and the caller's shell runs it"},
      {Confined(), P::kLeftovers, "--mode=landlock", Kept::kWeaker,
       "none, unless sbx and its process inside are killed at the same "
       "moment"},
      {With(Strongest(),
            [](Plan& plan) { plan.leftovers = Leftovers::kLiveOn; }),
       P::kLeftovers, "default", Kept::kNot, "what it leaves lives on"},
      {With(WithProfile("none", {}),
            [](Plan& plan) { plan.process_one = ProcessOne::kCommand; }),
       P::kLeftovers, "--as-pid-1", Kept::kWeaker,
       "none, unless sbx is killed: the command can choose to outlive that"},
  };
}

std::vector<Case> IdentityCases() {
  using P = Protection;
  return {
      {Chroot(), P::kIds, "--mode=chroot", Kept::kWeaker, "those of outside"},
      {With(Strongest(),
            [](Plan& plan) { plan.files.inside.has_host_root = true; }),
       P::kIds, "default", Kept::kWeaker,
       "its own, but the host's root is among them"},
      {With(
           Strongest(),
           [](Plan& plan) { plan.ids.groups = idmap::GroupControl::kAllowed; }),
       P::kIds, "--root or --setgroups=allow", Kept::kWeaker,
       "its own, but a group can be left that a file's mode shuts out"},
      {Confined(), P::kHostName, "--mode=landlock", Kept::kWeaker,
       "the host's"},
      {With(Strongest(), [](Plan& plan) { plan.host_name = "lab"; }),
       P::kHostName, "--hostname", Kept::kFully, "one of its own"},
  };
}

std::vector<Case> CapabilityCases() {
  using P = Protection;
  const policy::CapabilitySet kill = policy::CapabilitySet::Of(CAP_KILL);
  return {
      {Chroot(), P::kCapabilities, "default", Kept::kFully,
       "none, and none can ever be had"},
      {Confined(), P::kCapabilities, "--mode=landlock", Kept::kWeaker,
       "none, and only no_new_privs keeps it so"},
      {Mounting(Strongest()), P::kCapabilities, "--cap or --root",
       Kept::kWeaker, "CAP_KILL,CAP_SYS_ADMIN, over what is the sandbox's own"},
      {With(Strongest(),
            [&](Plan& plan) { plan.policy.capabilities.bounding = kill; }),
       P::kCapabilities, "--cap-bound", Kept::kWeaker,
       "none, but sandboxes inside can have CAP_KILL"},
      {With(Strongest(),
            [](Plan& plan) { plan.policy.held = policy::Held::kAnyway; }),
       P::kCapabilities, "default", Kept::kNot, "those that sbx has"},
      {Confined(), P::kNewPrivileges, "default", Kept::kFully,
       "no program gives any, setuid or not"},
  };
}

std::vector<Case> SystemCallCases() {
  using P = Protection;
  return {
      {Strongest(), P::kSystemCalls, "default", Kept::kFully,
       "those for administrators and attackers are refused"},
      {WithProfile("strict", {BuiltInOf(BuiltIn::kStrict)}), P::kSystemCalls,
       "--seccomp=strict", Kept::kFully,
       "those that the profile strict refuses are refused"},
      {WithProfile("none", {}), P::kSystemCalls, "--seccomp=none", Kept::kNot,
       "all are let through; nothing is filtered"},
      {With(WithProfile("none", {policy::seccomp::Program{}}),
            [](Plan& plan) { plan.policy.filters.given = 1; }),
       P::kSystemCalls, "--seccomp=none", Kept::kWeaker,
       "those that the given filters refuse"},
      {With(Confined(), [](Plan& plan) { plan.policy.profile = "none"; }),
       P::kSystemCalls, "--seccomp=none", Kept::kWeaker,
       "those that reach outside are refused"},
      {Reporting(Strongest()), P::kSystemCalls, "--seccomp-log", Kept::kNot,
       "all are let through; what the profile would refuse is reported"},
      {WithGrant(policy::seccomp::kNested), P::kSystemCalls, "--nested",
       Kept::kWeaker, "those for namespaces and mounts are let through"},
      {WithGrant(policy::seccomp::kChroot), P::kSystemCalls, "--cap or --root",
       Kept::kWeaker, "those that the capabilities are for are let through"},
      {WithGrant(policy::seccomp::kPidOne), P::kSystemCalls, "default",
       Kept::kFully, "those for administrators and attackers are refused"},
  };
}

// Those of a limit that setrlimit(2) can keep in part, or not at all.
void AddLimit(Protection protection, const std::string& option,
              const std::string& stand_in, std::vector<Case>& cases) {
  const std::string asked = absl::StrCat("--", option);
  const std::string together = "for all processes together";
  const Plan accepting = Limited(option, cgroup::Shortfall::kIsAccepted);
  cases.push_back(
      {Strongest(), protection, "default", Kept::kNotAskedFor, "none"});
  cases.push_back({Limited(option, cgroup::Shortfall::kIsAnError), protection,
                   asked, Kept::kFully, together});
  cases.push_back({accepting, protection, "--limits=best-effort", Kept::kWeaker,
                   "for all processes together, if that can be"});
  cases.push_back(
      {accepting, protection, asked, Kept::kFully, together, Report()});
  cases.push_back({accepting, protection, "--limits=best-effort",
                   stand_in.empty() ? Kept::kNot : Kept::kWeaker,
                   stand_in.empty() ? "none" : stand_in, Fell("no cgroup")});
}

std::vector<Case> LimitCases() {
  using P = Protection;
  const std::string each = "for each process by itself, by RLIMIT_AS";
  const std::string user = "for the user as a whole, by RLIMIT_NPROC";
  const auto with_limit = [](const policy::Limit& limit) {
    return With(Strongest(), [&](Plan& plan) { plan.policy.limits = {limit}; });
  };
  std::vector<Case> cases = {
      {with_limit({RLIMIT_AS, "as", 100, 100}), P::kMemory, "--rlimit=as",
       Kept::kWeaker, each},
      {with_limit({RLIMIT_NPROC, "nproc", 7, 7}), P::kProcesses,
       "--rlimit=nproc", Kept::kWeaker, user},
      {with_limit({.resource = RLIMIT_AS, .name = "as"}), P::kMemory, "default",
       Kept::kNotAskedFor, "none"},
      {With(Limited("cpus", cgroup::Shortfall::kIsAnError),
            [](Plan& plan) { plan.cgroup.settings[0].value = "max 100000"; }),
       P::kProcessorTime, "default", Kept::kNotAskedFor, "none"},
  };
  AddLimit(P::kMemory, "memory", each, cases);
  AddLimit(P::kProcesses, "pids", user, cases);
  AddLimit(P::kProcessorTime, "cpus", "", cases);
  AddLimit(P::kProcessorWeight, "cpu-weight", "", cases);
  AddLimit(P::kProcessors, "cpuset", "", cases);
  AddLimit(P::kDisks, "io-weight", "", cases);
  return cases;
}

std::vector<Case> AllCases() {
  std::vector<Case> cases;
  for (const auto cases_of :
       {FileCases, SecretCases, DeviceLimitCases, SettingCases, ProcessCases,
        SignalCases, NetworkCases, ServiceCases, EndCases, IdentityCases,
        CapabilityCases, SystemCallCases, LimitCases}) {
    for (Case& one : cases_of()) cases.push_back(std::move(one));
  }
  return cases;
}

ProtectionRow RowOf(Protection protection, const Plan& plan,
                    const std::optional<Report>& report = {}) {
  const ProtectionRows rows =
      report ? ProtectionsOf(plan, *report) : ProtectionsOf(plan);
  return rows[static_cast<size_t>(protection)];
}

ProtectionRow RowOf(const Case& one) {
  return RowOf(one.protection, one.plan, one.report);
}

std::vector<protections::Row> Table() {
  std::vector<protections::Row> table;
  for (const auto rows : {protections::FileRows(), protections::NeighbourRows(),
                          protections::RightRows(), protections::LimitRows()}) {
    table.insert(table.end(), rows.begin(), rows.end());
  }
  return table;
}

TEST(Protections, AreWhatTheyAreForEachPlan) {
  for (const Case& one : AllCases()) {
    const ProtectionRow row = RowOf(one);
    const std::string where =
        absl::StrCat(NameOf(one.protection), ": ", one.obtained);
    EXPECT_EQ(row.asked, one.asked) << where;
    EXPECT_EQ(row.obtained, one.obtained) << where;
    EXPECT_EQ(NameOf(row.state), NameOf(one.state)) << where;
  }
}

// A form that nothing brings about would be a dead one, or an untested one.
TEST(Protections, HaveACaseForEachForm) {
  std::set<const protections::Form*> had;
  for (const Case& one : AllCases()) {
    const Report* report = one.report ? &*one.report : nullptr;
    const Plan done = report == nullptr ? one.plan : DoneOf(one.plan, *report);
    const protections::Circumstances in = {.plan = done, .report = report};
    const protections::Row row = Table()[static_cast<size_t>(one.protection)];
    for (const protections::Form& form : row.forms) {
      if (!form.holds(in)) continue;
      had.insert(&form);
      break;
    }
  }
  for (const protections::Row& row : Table()) {
    for (const protections::Form& form : row.forms) {
      EXPECT_EQ(had.count(&form), 1)
          << row.name << ": " << form.asked << ", " << form.obtained;
    }
  }
}

TEST(Protections, StandInTheOrderOfTheirKinds) {
  const std::vector<protections::Row> table = Table();
  EXPECT_EQ(table.size(), size_t{kProtections});
  for (size_t i = 0; i < table.size(); ++i) {
    EXPECT_EQ(static_cast<size_t>(table[i].protection), i) << table[i].name;
  }
}

TEST(Protections, HaveNamesOfTheirOwn) {
  std::set<absl::string_view> names;
  for (const protections::Row& row : Table()) {
    EXPECT_TRUE(names.insert(row.name).second) << row.name;
  }
}

TEST(Protections, AreAllKeptAtTheStrongest) {
  EXPECT_THAT(ProtectionsOf(Strongest()),
              Each(Field(&ProtectionRow::state,
                         AnyOf(Kept::kFully, Kept::kNotAskedFor))));
}

TEST(Protections, SayWhyTheyAreNotTheStrongest) {
  for (const Case& one : AllCases()) {
    const ProtectionRow row = RowOf(one);
    EXPECT_EQ(row.state == Kept::kFully, row.why.empty())
        << NameOf(row.protection) << ": " << row.obtained;
    EXPECT_EQ(row.state == Kept::kFully, row.obtained == row.wanted)
        << NameOf(row.protection) << ": " << row.obtained;
  }
}

TEST(Protections, FillInWhatOnlyTheSandboxKnows) {
  for (const Case& one : AllCases()) {
    const ProtectionRow row = RowOf(one);
    for (const std::string& words :
         {row.asked, row.wanted, row.obtained, row.why}) {
      EXPECT_FALSE(absl::StrContains(words, "{")) << words;
    }
  }
}

// What is asked for is what a person would write.
TEST(Protections, AreAskedForByOptions) {
  for (const Case& one : AllCases()) {
    const std::string asked = RowOf(one).asked;
    EXPECT_TRUE(asked == kByDefault || absl::StartsWith(asked, "--")) << asked;
  }
}

TEST(Protections, SayWhyTheModeIsNoStrongerOne) {
  Plan plan = Confined();
  plan.mode_reason = "mode namespace does not work here: no";
  const ProtectionRow row = RowOf(Protection::kNamespaces, plan);
  EXPECT_EQ(row.asked, "--mode=auto");
  EXPECT_EQ(row.why, "mode namespace does not work here: no");
}

TEST(Protections, SayWhichLandlockThereIs) {
  Plan plan = OnHostNetwork();
  plan.policy.landlock = {.wanted = sys::kScopesAbi, .obtained = 4};
  EXPECT_EQ(
      RowOf(Protection::kAbstractSockets, plan).why,
      "the kernel has ABI 4 of Landlock, and ABI 6 (Linux 6.12) is needed");
  plan.policy.landlock.obtained = 0;
  EXPECT_EQ(RowOf(Protection::kAbstractSockets, plan).why,
            "the kernel has no Landlock, and ABI 6 (Linux 6.12) is needed");
}

TEST(Protections, SayWhyProcIsThatOfOutside) {
  const fs::Proc outer = {.processes = fs::Processes::kHostsReadOnly};
  EXPECT_EQ(RowOf(Protection::kHostProcesses,
                  WithStep({.operation = outer, .reason = "it is covered"}))
                .why,
            "it is covered");
}

TEST(Protections, SayWhyThereIsNoCgroup) {
  const Plan plan = Limited("cpus", cgroup::Shortfall::kIsAccepted);
  EXPECT_EQ(RowOf(Protection::kProcessorTime, plan, Fell("no cpu")).why,
            "no cpu");
  EXPECT_EQ(RowOf(Protection::kProcessorTime, WithoutCgroup(plan)).why,
            "--cgroup=none makes no cgroup");
}

TEST(DoneOf, IsThePlanUnlessItFellShort) {
  const Plan plan = Limited("memory", cgroup::Shortfall::kIsAccepted);
  EXPECT_EQ(DoneOf(plan, {}), plan);
  EXPECT_EQ(DoneOf(plan, Fell("no cgroup")), WithoutCgroup(plan));
}

}  // namespace
}  // namespace sbx
