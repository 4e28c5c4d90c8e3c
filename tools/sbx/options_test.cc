// SPDX-License-Identifier: Apache-2.0

#include "tools/sbx/options.h"

#include <fcntl.h>
#include <linux/capability.h>
#include <sys/resource.h>

#include <set>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "sandbox/cgroup/parse.h"
#include "sandbox/sys/fd.h"
#include "testing/status.h"
#include "tools/sbx/draft.h"
#include "tools/sbx/table.h"

namespace sbx::tools {
namespace {

using test::Says;
using ::testing::ElementsAre;
using ::testing::Eq;

constexpr char kHere[] = "/home/ana";

Draft Empty() { return {.here = kHere}; }

absl::StatusOr<Draft> Read(const std::vector<std::string>& arguments) {
  Draft draft = Empty();
  const absl::Status status = Parse(Options(), arguments, draft);
  if (!status.ok()) return status;
  return draft;
}

void Add(Draft& draft, fs::Operation operation) {
  draft.items.push_back({.operation = std::move(operation)});
}

void Limit(Draft& draft, const char* option, const char* value) {
  draft.spec.cgroup.settings.push_back(*cgroup::ParseLimit(option, value));
}

constexpr policy::CapabilitySet kKill = policy::CapabilitySet::Of(CAP_KILL);

policy::CapabilityList Exactly(policy::CapabilitySet set) {
  return {.changes_default = false, .added = set};
}

struct Row {
  // One option as it stands on the command line, and what it does to the draft.
  std::string argument;
  void (*take)(Draft& draft);
};

const Row kRows[] = {
    // How it is kept.
    {"--mode=namespace", [](Draft&) {}},
    {"--proc=fresh", [](Draft& d) { d.proc = ProcKind::kFresh; }},
    {"--proc=outer", [](Draft& d) { d.proc = ProcKind::kOuter; }},
    {"--proc=none", [](Draft& d) { d.proc = ProcKind::kNone; }},
    {"--proc=auto", [](Draft& d) { d.proc = ProcKind::kAuto; }},
    {"--mode=auto", [](Draft& d) { d.mode_choice = ModeChoice::kStrongest; }},
    {"--mode=chroot", [](Draft& d) { d.spec.mode = Mode::kChroot; }},
    {"--mode=landlock", [](Draft& d) { d.spec.mode = Mode::kLandlock; }},
    {"--landlock=prefer",
     [](Draft& d) {
       d.spec.policy.landlock = policy::LandlockNeed::kPreferred;
     }},
    {"--attributes",
     [](Draft& d) {
       d.spec.policy.attributes = policy::Attributes::kChangeable;
     }},
    {"--attributes=no", [](Draft&) {}},
    // Who the command is.
    {"--user=bob", [](Draft& d) { d.spec.ids.user = idmap::UserName{"bob"}; }},
    {"--user=0", [](Draft& d) { d.spec.ids.user = idmap::UserIds{0}; }},
    {"--user=7:8",
     [](Draft& d) {
       d.spec.ids.user = idmap::UserIds{7, 8};
     }},
    {"--ids=auto", [](Draft& d) { d.spec.ids.ids = idmap::Ids::kAuto; }},
    {"--ids=self", [](Draft& d) { d.spec.ids.ids = idmap::Ids::kSelf; }},
    {"--ids=range", [](Draft& d) { d.spec.ids.ids = idmap::Ids::kRange; }},
    {"--ids=0:1000:1,1:100000:9",
     [](Draft& d) {
       d.spec.ids.ids = idmap::Ids::kListed;
       d.spec.ids.extents = {{0, 1000, 1}, {1, 100000, 9}};
     }},
    {"--setgroups=allow",
     [](Draft& d) { d.groups = idmap::GroupControl::kAllowed; }},
    {"--setgroups=deny",
     [](Draft& d) { d.groups = idmap::GroupControl::kDenied; }},
    // What it sees.
    {"--root=debian",
     [](Draft& d) { d.root = DirectoryRoot{"/home/ana/debian"}; }},
    {"--root=/srv/a:ro",
     [](Draft& d) {
       d.root = DirectoryRoot{"/srv/a", fs::Access::kReadOnly};
     }},
    {R"(--root=/srv/a\:ro)",
     [](Draft& d) { d.root = DirectoryRoot{"/srv/a:ro"}; }},
    {"--bare", [](Draft& d) { d.root = EmptyRoot{}; }},
    {"--profile=action", [](Draft& d) { d.root = ActionRoot{}; }},
    {"--ro=src",
     [](Draft& d) {
       Add(d, fs::Bind{.host = "/home/ana/src", .inside = "/home/ana/src"});
     }},
    {"--ro=/a:/b",
     [](Draft& d) {
       Add(d, fs::Bind{"/a", "/b"});
     }},
    {"--ro=/a\n\xff:/b=c",
     [](Draft& d) {
       Add(d, fs::Bind{"/a\n\xff", "/b=c"});
     }},
    {"--rw=.:/src",
     [](Draft& d) {
       Add(d, fs::Bind{kHere, "/src", fs::Access::kReadWrite});
     }},
    {"--device=/dev/kvm",
     [](Draft& d) {
       Add(d, fs::Device{"/dev/kvm", "/dev/kvm"});
     }},
    {"--device=/dev/kvm:/dev/x",
     [](Draft& d) {
       Add(d, fs::Device{"/dev/kvm", "/dev/x"});
     }},
    {"--device=/dev/kvm:r",
     [](Draft& d) {
       Add(d, fs::Device{
                  .host = "/dev/kvm", .inside = "/dev/kvm", .write = false});
     }},
    {"--device=/dev/kvm:/dev/x:rwm",
     [](Draft& d) {
       Add(d, fs::Device{.host = "/dev/kvm", .inside = "/dev/x", .make = true});
     }},
    {"--tmpfs=/t:size=1K,mode=1777",
     [](Draft& d) {
       Add(d, fs::Tmpfs{.inside = "/t", .mode = 01777, .size = 1024});
     }},
    {"--dir=/d:mode=700",
     [](Draft& d) { Add(d, fs::Directory{.inside = "/d", .mode = 0700}); }},
    {"--file=/f:0",
     [](Draft& d) { Add(d, fs::File{.inside = "/f", .content = 0}); }},
    {"--symlink=usr/bin:/bin",
     [](Draft& d) {
       Add(d, fs::Symlink{"usr/bin", "/bin"});
     }},
    {"--hide=/etc/ssl", [](Draft& d) { Add(d, fs::Hide{"/etc/ssl"}); }},
    {"--hide=.env", [](Draft& d) { Add(d, fs::Hide{"/home/ana/.env"}); }},
    {"--expose=ssh", [](Draft& d) { d.spec.exposed = {"ssh"}; }},
    {"--expose=./key", [](Draft& d) { d.spec.exposed = {"/home/ana/key"}; }},
    {"--hide=/a:b", [](Draft& d) { Add(d, fs::Hide{"/a:b"}); }},
    {"--proc", [](Draft& d) { Add(d, fs::Proc{"/proc"}); }},
    {"--proc=/p", [](Draft& d) { Add(d, fs::Proc{"/p"}); }},
    {"--dev", [](Draft& d) { Add(d, fs::Dev{"/dev"}); }},
    {"--dev=/d", [](Draft& d) { Add(d, fs::Dev{"/d"}); }},
    {"--cwd=/src", [](Draft& d) { d.cwd = "/src"; }},
    // Network, names, environment.
    {"--net=none", [](Draft& d) { d.spec.network = Network::kNone; }},
    {"--net=host", [](Draft& d) { d.spec.network = Network::kHost; }},
    {"--hostname=box", [](Draft& d) { d.spec.host_name = "box"; }},
    {"--setenv=A=b=c",
     [](Draft& d) {
       d.spec.edits = {SetVariable{"A", "b=c"}};
     }},
    {"--setenv=A=",
     [](Draft& d) {
       d.spec.edits = {SetVariable{"A", ""}};
     }},
    {"--setenv=A=\n\xff",
     [](Draft& d) {
       d.spec.edits = {SetVariable{"A", "\n\xff"}};
     }},
    {"--unsetenv=A", [](Draft& d) { d.spec.edits = {UnsetVariable{"A"}}; }},
    {"--clearenv", [](Draft& d) { d.spec.edits = {ClearEnvironment{}}; }},
    // What it may do.
    {"--cap=none", [](Draft& d) { d.capabilities = Exactly({}); }},
    {"--cap=CHOWN,kill",
     [](Draft& d) {
       d.capabilities = Exactly(policy::CapabilitySet::Of(CAP_CHOWN, CAP_KILL));
     }},
    {"--cap=+kill", [](Draft& d) { d.capabilities.added = kKill; }},
    {"--cap-bound=KILL",
     [](Draft& d) { d.spec.policy.bounding = Exactly(kKill); }},
    {"--cap-inherit=KILL",
     [](Draft& d) { d.spec.policy.inheritable = Exactly(kKill); }},
    {"--cap-ambient=KILL",
     [](Draft& d) { d.spec.policy.ambient = Exactly(kKill); }},
    {"--securebits=auto",
     [](Draft& d) { d.spec.policy.root = policy::RootIs::kAsGiven; }},
    {"--securebits=locked",
     [](Draft& d) { d.spec.policy.root = policy::RootIs::kNumber; }},
    {"--securebits=root",
     [](Draft& d) { d.spec.policy.root = policy::RootIs::kRoot; }},
    {"--nested",
     [](Draft& d) { d.spec.policy.nesting = policy::Nesting::kAllowed; }},
    {"--nested=yes",
     [](Draft& d) { d.spec.policy.nesting = policy::Nesting::kAllowed; }},
    {"--nested=no",
     [](Draft& d) { d.spec.policy.nesting = policy::Nesting::kRefused; }},
    {"--seccomp=default",
     [](Draft& d) { d.spec.policy.profile = policy::Profile::kDefault; }},
    {"--seccomp=strict",
     [](Draft& d) { d.spec.policy.profile = policy::Profile::kStrict; }},
    {"--seccomp=p.json",
     [](Draft& d) {
       d.spec.policy.profile = policy::Profile::kFile;
       d.spec.policy.profile_file = "p.json";
     }},
    {"--seccomp-fd=1", [](Draft& d) { d.filters = {1}; }},
    {"--seccomp-log",
     [](Draft& d) { d.spec.policy.refusals = policy::Refusals::kReported; }},
    {"--seccomp=none",
     [](Draft& d) { d.spec.policy.profile = policy::Profile::kNone; }},
    {"--reach-outside",
     [](Draft& d) { d.spec.policy.reach = policy::Reach::kOutside; }},
    {"--reach-outside=no",
     [](Draft& d) { d.spec.policy.reach = policy::Reach::kInside; }},
    {"--rlimit=nofile=64:256",
     [](Draft& d) {
       d.spec.policy.limits = {{RLIMIT_NOFILE, "nofile", 64, 256}};
     }},
    // How long it lives.
    // What it may use.
    {"--memory=1M", [](Draft& d) { Limit(d, "memory", "1M"); }},
    {"--swap=0", [](Draft& d) { Limit(d, "swap", "0"); }},
    {"--pids=5", [](Draft& d) { Limit(d, "pids", "5"); }},
    {"--cpus=1.5", [](Draft& d) { Limit(d, "cpus", "1.5"); }},
    {"--cpu-weight=50", [](Draft& d) { Limit(d, "cpu-weight", "50"); }},
    {"--io-weight=50", [](Draft& d) { Limit(d, "io-weight", "50"); }},
    {"--cpuset=0-1", [](Draft& d) { Limit(d, "cpuset", "0-1"); }},
    {"--slice=build", [](Draft& d) { d.slice = "build.slice"; }},
    {"--cgroup=auto",
     [](Draft& d) { d.spec.cgroup.route = cgroup::Route::kAuto; }},
    {"--cgroup=systemd",
     [](Draft& d) { d.spec.cgroup.route = cgroup::Route::kSystemd; }},
    {"--cgroup=direct",
     [](Draft& d) { d.spec.cgroup.route = cgroup::Route::kDirect; }},
    {"--cgroup=none",
     [](Draft& d) { d.spec.cgroup.route = cgroup::Route::kNone; }},
    {"--limits=require",
     [](Draft& d) { d.spec.cgroup.shortfall = cgroup::Shortfall::kIsAnError; }},
    {"--limits=best-effort",
     [](Draft& d) {
       d.spec.cgroup.shortfall = cgroup::Shortfall::kIsAccepted;
     }},
    {"--device-limit=off",
     [](Draft& d) { d.spec.cgroup.device_limit = cgroup::DeviceLimit::kOff; }},
    {"--device-limit=prefer",
     [](Draft& d) {
       d.spec.cgroup.device_limit = cgroup::DeviceLimit::kPrefer;
     }},
    {"--device-limit=require",
     [](Draft& d) {
       d.spec.cgroup.device_limit = cgroup::DeviceLimit::kRequire;
     }},
    {"--timeout=1.5",
     [](Draft& d) { d.spec.time_limit = absl::Milliseconds(1500); }},
    {"--kill-after=0", [](Draft& d) { d.grace = absl::ZeroDuration(); }},
    {"--kill-after=2m", [](Draft& d) { d.grace = absl::Minutes(2); }},
    {"--new-session", [](Draft& d) { d.spec.session = Session::kNew; }},
    {"--new-session=no", [](Draft& d) { d.spec.session = Session::kCallers; }},
    {"--as-pid-1", [](Draft& d) { d.spec.process_one = ProcessOne::kCommand; }},
    {"--as-pid-1=no",
     [](Draft& d) { d.spec.process_one = ProcessOne::kReaper; }},
    {"--die-with-parent",
     [](Draft& d) { d.spec.parent_death = ParentDeath::kEndsSandbox; }},
    {"--die-with-parent=no",
     [](Draft& d) { d.spec.parent_death = ParentDeath::kIsIgnored; }},
    {"--keep-fd=2", [](Draft&) {}},
    // What sbx says.
    {"--report=r.json",
     [](Draft& d) { d.report = ReportTarget{.path = "r.json"}; }},
    {"--report=fd:2",
     [](Draft& d) { d.report = ReportTarget{.descriptor = 2}; }},
    {"--report=./fd:2",
     [](Draft& d) { d.report = ReportTarget{.path = "./fd:2"}; }},
    {"--verbose", [](Draft& d) { d.spec.telling = Telling::kSteps; }},
    {"--explain", [](Draft& d) { d.instead = Instead::kExplain; }},
    {"--help", [](Draft& d) { d.instead = Instead::kHelp; }},
    {"--version", [](Draft& d) { d.instead = Instead::kVersion; }},
};

std::string NameOf(const Row& row) {
  return row.argument.substr(2, row.argument.find('=') - 2);
}

TEST(Options, EachDoesToTheDraftWhatItSaysAndNothingElse) {
  for (const Row& row : kRows) {
    Draft expected = Empty();
    row.take(expected);
    expected.given = {NameOf(row)};
    expected.spec.command = {"ls"};
    ASSERT_OK_AND_ASSIGN(const Draft draft, Read({row.argument, "--", "ls"}));
    EXPECT_TRUE(draft == expected) << row.argument;
  }
}

TEST(Options, EachHasARowAbove) {
  std::set<std::string> tested, all;
  for (const Row& row : kRows) tested.insert(NameOf(row));
  for (const Section& section : Options()) {
    for (const Option& option : section.options) {
      EXPECT_TRUE(all.insert(std::string(option.name)).second)
          << option.name << " stands twice";
    }
  }
  EXPECT_EQ(tested, all);
}

TEST(Options, EachRepeatedWithTheSameValueDoesNoHarm) {
  for (const Row& row : kRows) {
    EXPECT_OK(Read({row.argument, row.argument, "ls"}).status())
        << row.argument;
  }
}

// An argument, and what is said of it.
const struct {
  std::string argument;
  std::string words;
} kWrong[] = {
    {"--user=", "--user: a user is NAME or UID[:GID]"},
    {"--user=-1", "--user: \"-1\" is not an id"},
    {"--ids=some", "--ids: \"some\" is not INSIDE:OUTSIDE:COUNT"},
    {"--setgroups=yes", "--setgroups: \"yes\" is not allow or deny"},
    {"--root=", "--root: \"\" is not DIR[:ro]"},
    {"--root=:ro", "--root: \":ro\" is not DIR[:ro]"},
    {"--root=/a:rw", "--root: \"/a:rw\" is not DIR[:ro]"},
    {"--root=/a:ro:ro", "--root: \"/a:ro:ro\" is not DIR[:ro]"},
    {"--ro=", "--ro: \"\" is not SRC[:DEST]"},
    {"--rw=/a:b", "--rw: \"b\" is not an absolute path"},
    {"--device=", "--device: \"\" is not SRC[:DEST]"},
    {"--device=/dev/kvm:",
     "--device: \"/dev/kvm:\" is not SRC[:DEST][:rwm], with one of r, w and "
     "m at least"},
    {"--profile=job", "--profile: \"job\" is not action"},
    {"--device-limit=yes",
     "--device-limit: \"yes\" is not off, prefer or require"},
    {"--tmpfs=t", "--tmpfs: \"t\" is not an absolute path"},
    {"--dir=d", "--dir: \"d\" is not an absolute path"},
    {"--file=/f", "--file: \"/f\" is not DEST:DESCRIPTOR"},
    {"--symlink=/l", "--symlink: \"/l\" is not TARGET:DEST"},
    // An empty variable of a shell must not hide the current directory.
    {"--hide=", "--hide: \"\" is not a path"},
    {"--proc=p",
     "--proc: \"p\" is not fresh, outer, none, auto or an absolute path"},
    {"--dev=d", "--dev: \"d\" is not an absolute path"},
    {"--cwd=", "--cwd: \"\" is not an absolute path"},
    {"--cwd=src", "--cwd: \"src\" is not an absolute path"},
    {"--net=", "--net: \"\" is not none or host"},
    {"--net=h\x1b\xff", R"(--net: "h\x1b\xff" is not none or host)"},
    {"--setenv=A", "--setenv: \"A\" is not NAME=VALUE"},
    {"--setenv==b", "--setenv: \"\" is not the name of a variable"},
    {"--unsetenv=", "--unsetenv: \"\" is not the name of a variable"},
    {"--unsetenv=A=b", "--unsetenv: \"A=b\" is not the name of a variable"},
    {"--securebits=0", "--securebits: \"0\" is not auto, locked or root"},
    {"--cap-bound=x", "--cap-bound: there is no capability \"x\""},
    {"--cap-inherit=x", "--cap-inherit: there is no capability \"x\""},
    {"--cap-ambient=x", "--cap-ambient: there is no capability \"x\""},
    {"--cap=root", "--cap: there is no capability \"root\""},
    {"--nested=maybe", "--nested: \"maybe\" is not yes or no"},
    {"--seccomp=", "--seccomp: \"\" is not default, strict, none or FILE"},
    {"--rlimit=nofile", "--rlimit: \"nofile\" is not NAME=SOFT[:HARD]"},
    {"--memory=0", "--memory: \"0\" is not at least a page of 4096 bytes"},
    {"--pids=", "--pids: \"\" is not a size"},
    {"--cpus=two",
     "--cpus: \"two\" is not a number of processors, as in 0.5 or 2"},
    {"--slice=a/b",
     "--slice: \"a/b\" is not the name of a slice, as in build.slice"},
    {"--cgroup=v1", "--cgroup: \"v1\" is not auto, systemd, direct or none"},
    {"--limits=none", "--limits: \"none\" is not require or best-effort"},
    {"--timeout=0", "--timeout: \"0\" is not above zero"},
    {"--timeout=-1", "--timeout: \"-1\" is not a time"},
    {"--kill-after=x", "--kill-after: \"x\" is not a time"},
    {"--new-session=1", "--new-session: \"1\" is not yes or no"},
    {"--as-pid-1=1", "--as-pid-1: \"1\" is not yes or no"},
    {"--die-with-parent=1", "--die-with-parent: \"1\" is not yes or no"},
    {"--keep-fd=x", "--keep-fd: \"x\" is not the number of a file descriptor"},
    {"--keep-fd=2147483647", "--keep-fd: descriptor 2147483647 is not open"},
    {"--report=", "--report: \"\" is not FILE or fd:N"},
    {"--report=fd:", "--report: \"\" is not the number of a file descriptor"},
    {"--report=fd:2147483647", "--report: descriptor 2147483647 is not open"},
    {"--bare=yes", "--bare takes no value"},
    {"--clearenv=A", "--clearenv takes no value"},
    {"--explain=all", "--explain takes no value"},
    {"--clear", R"(there is no option "--clear")"},
};

TEST(Options, SayWhatIsWrongWithAValue) {
  for (const auto& row : kWrong) {
    EXPECT_THAT(Read({row.argument, "ls"}),
                Says(::testing::StartsWith(row.words)))
        << row.argument;
  }
}

TEST(Options, ThatNeedAValueSaySoWhereItIsMissing) {
  for (const Section& section : Options()) {
    for (const Option& option : section.options) {
      if (option.takes != Takes::kValue) continue;
      EXPECT_FALSE(option.value.empty()) << option.name;
      EXPECT_THAT(Read({absl::StrCat("--", option.name)}),
                  Says(Eq(absl::StrCat("--", option.name, " needs a value: --",
                                       option.name, "=", option.value))));
    }
  }
}

TEST(Options, RootAndBareExcludeEachOther) {
  for (const auto& arguments : std::vector<std::vector<std::string>>{
           {"--root=/a", "--bare"}, {"--bare", "--root=/a"}}) {
    EXPECT_THAT(Read(arguments),
                Says("--root, --bare and --profile exclude each other"));
  }
}

TEST(Options, ThatContradictThemselvesAreRefused) {
  for (const auto& arguments : std::vector<std::vector<std::string>>{
           {"--net=host", "--net=none"},
           {"--user=0", "--user=1"},
           {"--root=/a", "--root=/b"},
           {"--cap=none", "--cap=ALL"},
           {"--nested", "--nested=no"},
           {"--timeout=1", "--timeout=2"},
           {"--cwd=/a", "--cwd=/b"},
           {"--seccomp=none", "--seccomp=default"},
           {"--report=a", "--report=b"}}) {
    EXPECT_THAT(Read(arguments), Says("is given twice and contradicts itself"))
        << arguments[1];
  }
}

TEST(Options, OfFilesAndTheEnvironmentAndLimitsKeepTheirOrder) {
  ASSERT_OK_AND_ASSIGN(
      const Draft draft,
      Read({"--tmpfs=/a", "--setenv=A=1", "--ro=/b", "--rlimit=core=0",
            "--clearenv", "--hide=/b/c", "--setenv=A=2", "--rlimit=core=1",
            "ls", "--ro=/x"}));
  EXPECT_THAT(draft.items,
              ElementsAre(fs::Item{.operation = fs::Tmpfs{.inside = "/a"}},
                          fs::Item{.operation = fs::Bind{"/b", "/b"}},
                          fs::Item{.operation = fs::Hide{"/b/c"}}));
  EXPECT_THAT(draft.spec.edits,
              ElementsAre(SetVariable{"A", "1"}, ClearEnvironment{},
                          SetVariable{"A", "2"}));
  EXPECT_THAT(draft.spec.policy.limits,
              ElementsAre(policy::Limit{RLIMIT_CORE, "core", 0, 0},
                          policy::Limit{RLIMIT_CORE, "core", 1, 1}));
  EXPECT_THAT(draft.spec.command, ElementsAre("ls", "--ro=/x"));
}

TEST(Options, KeepEachDescriptorPastStandardError) {
  const sys::Fd file(open("/dev/null", O_RDONLY | O_CLOEXEC));
  ASSERT_GT(file.get(), 2);
  ASSERT_OK_AND_ASSIGN(
      const Draft draft,
      Read({"--keep-fd=0", absl::StrCat("--keep-fd=", file.get()), "ls"}));
  EXPECT_THAT(draft.spec.descriptors, ElementsAre(file.get()));
}

}  // namespace
}  // namespace sbx::tools
