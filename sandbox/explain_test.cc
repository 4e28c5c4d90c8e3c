// SPDX-License-Identifier: Apache-2.0

#include "sandbox/explain.h"

#include <linux/capability.h>
#include <linux/securebits.h>

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/time/time.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace sbx {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::Not;

// A plan that gives nothing away.
Plan Closed() {
  return {.namespaces = sys::kAllNamespaces,
          .ids = {.writer = idmap::Writer::kChild,
                  .uids = {{1000, 1000, 1}},
                  .gids = {{1000, 1000, 1}},
                  .groups = idmap::GroupControl::kDenied,
                  .uid = 1000,
                  .gid = 1000,
                  .login = {"ana", "/home/ana", "/bin/sh"}},
          .files = {.steps = {{.operation = fs::Tmpfs{.inside = "/"},
                               .reason = "the root itself, empty"}},
                    .cwd = "/"},
          .policy = {.securebits = SECBIT_NOROOT,
                     .profile = "default",
                     .filters = {.all = {policy::BuiltInFilter{}}}},
          .network = Network::kNone,
          .command = {"true"}};
}

std::vector<std::string> LinesOf(const Plan& plan) {
  return absl::StrSplit(Explain(plan), '\n');
}

std::string LineFor(fs::Operation operation, const std::string& reason) {
  Plan plan = Closed();
  plan.files.steps = {{.operation = std::move(operation), .reason = reason}};
  for (const std::string& line : LinesOf(plan)) {
    if (absl::StrContains(line, "/in")) return line;
  }
  return "none";
}

TEST(Explain, SaysAllOfAClosedPlan) {
  Plan plan = Closed();
  // A filter whose groups have a test of their own.
  plan.policy.filters.all = {policy::seccomp::Program{}};
  EXPECT_EQ(Explain(plan),
            R"(command: "true"
mode: namespace
ids:
  the command is ana (uid 1000, gid 1000)
  users: 1000 = 1000 outside
  groups: 1000 = 1000 outside
  maps written by the sandbox itself; changing groups is denied
files, what is below over what is above:
  /                        empty, in memory  (the root itself, empty)
  starts in /
namespaces of its own: user, mount, pid, ipc, uts, network, cgroup
network: none but its own loopback
capabilities: none; more can never be had
user id 0: just a number, for good
new privileges: no program gives any, setuid or not
system calls: the profile default
process 1: sbx's reaper; session: the caller's; ends with sbx or with whoever started it
)");
}

TEST(Explain, SaysAllOfAnOpenPlan) {
  Plan plan = Closed();
  plan.command = {"make", "two words", "\x1b[31m\n"};
  plan.namespaces.network = false;
  plan.network = Network::kHost;
  plan.ids = {.writer = idmap::Writer::kHelpers,
              .uids = {{0, 1000, 1}, {1, 100000, 65536}},
              .gids = {{0, 1000, 1}, {1, 200000, 65536}},
              .groups = idmap::GroupControl::kAllowed,
              .uid = 0,
              .gid = 0,
              .login = {"root", "/root", "/bin/sh"}};
  plan.files = {
      .steps = {{.operation = fs::Bind{.host = "/srv/debian",
                                       .inside = "/",
                                       .access = fs::Access::kReadWrite}},
                {.operation = fs::Proc{}, .reason = "why"}},
      .cwd = "/src"};
  const policy::CapabilitySet chown = policy::CapabilitySet::Of(CAP_CHOWN);
  plan.policy = {.limits = {{.resource = RLIMIT_NOFILE,
                             .name = "nofile",
                             .soft = 256,
                             .hard = 1024}},
                 .capabilities = {.permitted = chown, .bounding = chown}};
  plan.process_one = ProcessOne::kCommand;
  plan.session = Session::kNew;
  plan.parent_death = ParentDeath::kIsIgnored;
  plan.time_limit = absl::Seconds(90);
  plan.grace = absl::Milliseconds(1500);
  EXPECT_EQ(Explain(plan),
            R"(command: "make" "two words" "\x1b[31m\n"
mode: namespace
ids:
  the command is root (uid 0, gid 0)
  users: 0 = 1000 outside, 1-65536 = 100000 outside
  groups: 0 = 1000 outside, 1-65536 = 200000 outside
  maps written by newuidmap and newgidmap; changing groups is allowed
files, what is below over what is above:
  /                        writable  /srv/debian
    /proc                  the sandbox's own processes  (why)
  starts in /src
namespaces of its own: user, mount, pid, ipc, uts, cgroup
network: the host's, with everything that it reaches
capabilities: CAP_CHOWN; more can never be had
user id 0: root, with those capabilities
new privileges: no program gives any, setuid or not
system calls: all are let through; nothing is filtered
limit: nofile 256 (hard 1024)
process 1: the command; session: its own; ends with sbx
time limit: 1m30s, then SIGTERM, and SIGKILL after 1.5s
)");
}

TEST(Explain, SaysThatSbxWritesTheMaps) {
  Plan plan = Closed();
  plan.ids.writer = idmap::Writer::kParent;
  EXPECT_THAT(LinesOf(plan),
              Contains("  maps written by sbx; changing groups is denied"));
}

TEST(Explain, HasWordsForEachOperation) {
  const struct {
    fs::Operation operation;
    std::string words;
  } rows[] = {
      {fs::Bind{.host = "/in", .inside = "/in"}, "read-only"},
      {fs::Bind{
           .host = "/in", .inside = "/in", .access = fs::Access::kReadWrite},
       "writable"},
      {fs::Bind{.host = "/out", .inside = "/in"}, "read-only  /out"},
      {fs::Device{.host = "/dev/kvm", .inside = "/in"}, "device /dev/kvm"},
      {fs::Tmpfs{.inside = "/in"}, "empty, in memory"},
      {fs::Tmpfs{.inside = "/in", .size = 4096},
       "empty, in memory, 4096 bytes"},
      {fs::Directory{.inside = "/in"}, "directory"},
      {fs::File{.inside = "/in", .content = 7}, "file, from descriptor 7"},
      {fs::Text{.inside = "/in", .text = "secret"}, "file, read-only"},
      {fs::Symlink{.target = "a", .inside = "/in"}, "-> a"},
      {fs::Hide{.inside = "/in"}, "hidden"},
      {fs::Proc{.inside = "/in"}, "the sandbox's own processes"},
      {fs::Dev{.inside = "/in"}, "minimal devices"},
  };
  for (const auto& row : rows) {
    EXPECT_EQ(LineFor(row.operation, ""),
              absl::StrCat("  /in                      ", row.words));
    EXPECT_EQ(
        LineFor(row.operation, "why"),
        absl::StrCat("  /in                      ", row.words, "  (why)"));
  }
}

TEST(Explain, WritesNoPathToTheTerminalAsItIs) {
  const std::string bad = "/in\x1b]0;x\x07\n";
  const std::string quoted = R"("/in\x1b]0;x\x07\n")";
  EXPECT_EQ(LineFor(fs::Hide{.inside = bad}, ""),
            absl::StrCat("  ", quoted, "      hidden"));
  EXPECT_THAT(LineFor(fs::Bind{.host = bad, .inside = "/in"}, ""),
              HasSubstr(quoted));
  EXPECT_THAT(LineFor(fs::Device{.host = bad, .inside = "/in"}, ""),
              HasSubstr(quoted));
  EXPECT_THAT(LineFor(fs::Symlink{.target = bad, .inside = "/in"}, ""),
              HasSubstr(quoted));
  Plan plan = Closed();
  plan.files.cwd = bad;
  EXPECT_THAT(LinesOf(plan), Contains("  starts in " + quoted));
}

TEST(Explain, WritesNoNameOfAUserToTheTerminalAsItIs) {
  // It may come from the /etc/passwd of a root that somebody else made.
  Plan plan = Closed();
  plan.ids.login.name = "an\x1b[31ma";
  EXPECT_THAT(
      LinesOf(plan),
      Contains(R"(  the command is "an\x1b[31ma" (uid 1000, gid 1000))"));
}

TEST(Explain, SaysWhereTheLimitsAre) {
  Plan plan = Closed();
  plan.cgroup = {.route = cgroup::Route::kSystemd,
                 .slice = "build.slice",
                 .settings = {{.file = "memory.max", .value = "4096"}}};
  EXPECT_THAT(Explain(plan),
              HasSubstr("\ncgroup: in a scope that systemd makes below "
                        "build.slice; memory.max 4096\n"));
  plan.cgroup.route = cgroup::Route::kDirect;
  EXPECT_THAT(Explain(plan),
              HasSubstr("\ncgroup: below the one that sbx is started in; "
                        "memory.max 4096\n"));
  plan.cgroup.route = cgroup::Route::kNone;
  EXPECT_THAT(Explain(plan), HasSubstr("\ncgroup: none\n"));
}

TEST(Explain, ShowsFilesAsATree) {
  Plan plan = Closed();
  plan.files.steps.push_back({.operation = fs::Tmpfs{.inside = "/run"}});
  plan.files.steps.push_back({.operation = fs::Tmpfs{.inside = "/tmp"}});
  plan.files.steps.push_back(
      {.operation = fs::Hide{.inside = "/run/secret"}, .reason = "ours"});
  EXPECT_THAT(Explain(plan),
              HasSubstr("  /                        empty, in memory  (the "
                        "root itself, empty)\n"
                        "    /run                   empty, in memory\n"
                        "      /run/secret          hidden  (ours)\n"
                        "    /tmp                   empty, in memory\n"));
}

TEST(Explain, NamesWhatTheFiltersRefuse) {
  Plan plan = Closed();
  plan.policy.filters.all = {
      policy::BuiltInFilter{policy::seccomp::BuiltIn::kDefault}};
  EXPECT_THAT(Explain(plan), HasSubstr("  default refuses: "));
  EXPECT_THAT(Explain(plan), HasSubstr("; kernel modules; "));
  EXPECT_THAT(Explain(plan), Not(HasSubstr("making sockets")));
}

TEST(Explain, SaysWhatClosesDevices) {
  Plan plan = Closed();
  plan.cgroup.device_limit = cgroup::DeviceLimit::kRequire;
  plan.cgroup.device_filter = cgroup::DeviceFilter::kProgram;
  plan.cgroup.devices = {{.name = "/dev/null"},
                         {.name = "/dev/kvm", .write = false}};
  EXPECT_THAT(
      LinesOf(plan),
      Contains("devices: all but /dev/null, /dev/kvm:r are to be closed by "
               "a filter of sbx's own"));
  plan.cgroup.device_filter = cgroup::DeviceFilter::kNone;
  EXPECT_THAT(Explain(plan),
              HasSubstr("closed by what is set for all that this user runs\n"));
}

TEST(ExplainWeakness, SaysWhatIsWeakerAndWhyAndWhatNobodyAsksFor) {
  Plan plan = Closed();
  plan.login_secrets = LoginSecrets::kHidden;
  plan.session = Session::kNew;
  plan.descriptors = {7};
  plan.ids.groups = idmap::GroupControl::kAllowed;
  EXPECT_EQ(ExplainWeakness(plan),
            R"(weaker than it could be:
  open descriptors            weaker: 0, 1, 2 and 7  (--keep-fd: that was to be kept)
  ids                         weaker: its own, but a group can be left that a file's mode shuts out  (--root or --setgroups=allow: su and package managers change groups; --setgroups=deny forbids it)
not asked for: devices closed by a cgroup, limit of memory, limit of processes, limit of processor time, weight of processors, choice of processors, weight of disks
)");
}

TEST(ExplainWeakness, SaysWhyAloneOfWhatIsSoByDefault) {
  Plan plan = Closed();
  plan.session = Session::kCallers;
  EXPECT_THAT(ExplainWeakness(plan),
              HasSubstr("can be signalled  (the command is in it too"));
}

TEST(ExplainWeakness, SaysThatNothingIsWeaker) {
  Plan plan = Closed();
  plan.login_secrets = LoginSecrets::kHidden;
  plan.session = Session::kNew;
  EXPECT_THAT(ExplainWeakness(plan),
              HasSubstr("weaker than it could be: nothing\n"));
}

}  // namespace
}  // namespace sbx
