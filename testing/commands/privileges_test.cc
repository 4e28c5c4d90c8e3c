// SPDX-License-Identifier: Apache-2.0
//
// What a command may do with the privileges that it is given, in namespaces of
// its own, and what it cannot do without.

#include <grp.h>
#include <pwd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <cstddef>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/strings/substitute.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "sandbox/sys/fd.h"
#include "sandbox/sys/landlock.h"
#include "testing/command.h"
#include "testing/commands/sandbox.h"

namespace sbx::test {
namespace {

using ::testing::HasSubstr;
using ::testing::MatchesRegex;

Words RootWith(const std::string& capabilities) {
  return {"--user=0", "--ids=range", "--cap=" + capabilities};
}
const Words kRootWithNothing = {"--user=0", "--ids=range"};

// What a script says, inside.
std::string Says(const Words& options, const std::string& script) {
  const CommandResult result = RunCommand(SbxBash(options, script));
  EXPECT_EQ(result.err, "");
  return result.out;
}

std::string TextOf(const std::string& path) {
  std::ostringstream text;
  text << std::ifstream(path).rdbuf();
  return text.str();
}

// The fields of /proc/self/status with such a name, inside.
std::string StatusInside(const Words& options, const std::string& names) {
  return RunCommand(Sbx(options, {"grep", "-E", names, "/proc/self/status"}))
      .out;
}

// --- Without any ---------------------------------------------------------

constexpr char kNoCapabilities[] =
    "CapInh:\t0000000000000000\n"
    "CapPrm:\t0000000000000000\n"
    "CapEff:\t0000000000000000\n"
    "CapBnd:\t0000000000000000\n"
    "CapAmb:\t0000000000000000\n";

TEST(NoPrivileges, AllFiveSetsAreEmpty) {
  for (const Words& options :
       {Words(), kRootWithNothing, Words{"--user=0", "--ids=self"},
        Words{"--as-pid-1"}, Words{"--seccomp=none"}, Words{"--nested"}}) {
    EXPECT_EQ(StatusInside(options, "^Cap"), kNoCapabilities);
  }
}

TEST(NoPrivileges, NoneCanBeGained) {
  EXPECT_EQ(StatusInside({}, "^NoNewPrivs"), "NoNewPrivs:\t1\n");
  EXPECT_EQ(StatusInside(RootWith("ALL"), "^NoNewPrivs"), "NoNewPrivs:\t1\n");
}

TEST(NoPrivileges, RootIsJustANumberForGood) {
  const std::string all =
      Says({"--user=0", "--ids=range", "--seccomp=none"},
           "probe securebits; probe setsecurebits 0; probe setuid 5; probe "
           "chown . 5 "
           "5; probe hostname other; probe ambient 0; probe mount tmpfs /tmp");
  // noroot, no-setuid-fixup and no-ambient-raise with their locks, and the lock
  // of keep-caps.
  EXPECT_EQ(all, "0xef\nEPERM\nEPERM\nEPERM\nEPERM\nEPERM\nEPERM\n");
}

TEST(NoPrivileges, SystemCallsAreFiltered) {
  EXPECT_EQ(StatusInside({}, "^Seccomp:"), "Seccomp:\t2\n");
  EXPECT_EQ(StatusInside(RootWith("ALL"), "^Seccomp:"), "Seccomp:\t2\n");
  EXPECT_EQ(StatusInside({"--seccomp=none"}, "^Seccomp:"), "Seccomp:\t0\n");
}

// --- With some -----------------------------------------------------------

TEST(Capabilities, AreThoseAskedForAndNoOthers) {
  EXPECT_EQ(StatusInside(RootWith("SYS_ADMIN,CHOWN"), "^Cap(Prm|Eff|Bnd)"),
            "CapPrm:\t0000000000200001\n"
            "CapEff:\t0000000000200001\n"
            "CapBnd:\t0000000000200001\n");
}

TEST(Capabilities, AreInEachSetAsAskedFor) {
  EXPECT_EQ(StatusInside({"--user=0", "--ids=range", "--cap=KILL",
                          "--cap-inherit=NET_RAW", "--cap-bound=+CHOWN"},
                         "^Cap"),
            "CapInh:\t0000000000002000\n"
            "CapPrm:\t0000000000000020\n"
            "CapEff:\t0000000000000020\n"
            "CapBnd:\t0000000000002021\n"
            "CapAmb:\t0000000000000000\n");
  EXPECT_EQ(
      StatusInside({"--cap-ambient=KILL", "--cap-bound=ALL,-SYS_TIME"}, "^Cap"),
      "CapInh:\t0000000000000020\n"
      "CapPrm:\t0000000000000020\n"
      "CapEff:\t0000000000000020\n"
      "CapBnd:\t000001fffdffffff\n"
      "CapAmb:\t0000000000000020\n");
}

TEST(Capabilities, OfTheBoundingSetAreNotGivenByStartingAProgramAsRoot) {
  EXPECT_EQ(StatusInside({"--user=0", "--cap=KILL", "--cap-bound=ALL"},
                         "^Cap(Prm|Eff)"),
            "CapPrm:\t0000000000000020\n"
            "CapEff:\t0000000000000020\n");
}

TEST(Capabilities, ArePrintedAsTheCommandSeesThem) {
  for (const Words& options :
       {Words(), RootWith("KILL,CHOWN"), Words{"--cap=NET_RAW"},
        Words{"--root=/", "--cap-bound=+SYS_TIME"},
        Words{"--user=0", "--cap=KILL", "--securebits=locked"}}) {
    // The lines that are to be the same.
    const auto lines_of = [&options](absl::string_view script) {
      return RunCommand(Bash(absl::Substitute(
                            script, absl::StrJoin(options, " "),
                            "grep -E '^(Current:|Bounding|Ambient| secure)'")))
          .out;
    };
    const std::string ours = lines_of("sbx caps $0 | $1");
    EXPECT_THAT(ours, HasSubstr("secure-noroot"));
    EXPECT_EQ(ours, lines_of("sbx $0 -- /usr/sbin/capsh --print | $1"));
  }
}

TEST(Capabilities, OfAUserOtherThanRootStayOverExecve) {
  EXPECT_EQ(StatusInside({"--cap=CHOWN"}, "^Cap"),
            "CapInh:\t0000000000000001\n"
            "CapPrm:\t0000000000000001\n"
            "CapEff:\t0000000000000001\n"
            "CapBnd:\t0000000000000001\n"
            "CapAmb:\t0000000000000001\n");
}

TEST(Capabilities, OfRootGoWithTheUser) {
  EXPECT_THAT(RunCommand(Sbx(RootWith("SETUID,SETGID,CHOWN"),
                             {"probe", "as", "5", "grep", "-E",
                              "^Cap(Prm|Eff|Amb)", "/proc/self/status"}))
                  .out,
              "CapPrm:\t0000000000000000\n"
              "CapEff:\t0000000000000000\n"
              "CapAmb:\t0000000000000000\n");
}

TEST(Capabilities, NameTheHostInsideAlone) {
  utsname before = {}, after = {};
  ASSERT_EQ(uname(&before), 0);
  EXPECT_EQ(Says(RootWith("SYS_ADMIN"), "probe hostname other; uname -n"),
            "ok\nother\n");
  EXPECT_EQ(Says(kRootWithNothing, "probe hostname other; uname -n"),
            absl::StrCat("EPERM\n", before.nodename, "\n"));
  ASSERT_EQ(uname(&after), 0);
  EXPECT_STREQ(after.nodename, before.nodename);
}

// Starts a process of user 5 and does `script` to its pid.
std::string ToAnotherUser(const std::string& more, const std::string& script) {
  return Says(RootWith("SETUID,SETGID" + more),
              "coproc probe as 5 probe signals 15; read ready <&${COPROC[0]}; "
              "pid=$COPROC_PID; " +
                  script);
}

TEST(Capabilities, KillAnotherUsersProcess) {
  EXPECT_EQ(ToAnotherUser(",KILL", "probe kill $pid 0"), "ok\n");
  EXPECT_EQ(ToAnotherUser("", "probe kill $pid 0"), "EPERM\n");
}

TEST(Capabilities, TraceAnotherUsersProcess) {
  EXPECT_EQ(ToAnotherUser(",SYS_PTRACE", "probe ptrace $pid"), "ok\n");
  EXPECT_EQ(ToAnotherUser("", "probe ptrace $pid"), "EPERM\n");
}

TEST(Capabilities, TraceOfOnesOwnChildNeedsNone) {
  EXPECT_EQ(Says({},
                 "coproc probe signals 15; read ready <&${COPROC[0]}; "
                 "probe ptrace $COPROC_PID"),
            "ok\n");
}

TEST(Capabilities, ChangeToMappedIdsAndToNoOthers) {
  const Words options = RootWith("SETUID,SETGID");
  EXPECT_EQ(Says(options, "probe setuid 5; probe setgid 5"), "ok\nok\n");
  EXPECT_EQ(Says(options, "probe as 65000 id -u"), "65000\n");
  EXPECT_EQ(Says(options, "probe setuid 4000000; probe setgid 4000000"),
            "EINVAL\nEINVAL\n");
  EXPECT_EQ(Says(kRootWithNothing, "probe setuid 5; probe setgid 5"),
            "EPERM\nEPERM\n");
}

// The first subordinate id that `file`, subuid(5) or subgid(5), gives us.
uint32_t FirstSubordinate(const std::string& file) {
  const std::string name = getpwuid(getuid())->pw_name;
  std::ifstream lines(file);
  for (std::string line; std::getline(lines, line);) {
    const std::vector<std::string> fields = absl::StrSplit(line, ':');
    uint32_t first = 0;
    if (fields.size() == 3 &&
        (fields[0] == name || fields[0] == absl::StrCat(getuid())) &&
        absl::SimpleAtoi(fields[1], &first)) {
      return first;
    }
  }
  ADD_FAILURE() << name << " has no subordinate ids in " << file;
  return 0;
}

TEST(Capabilities, GiveFilesToMappedIdsWhichOutsideAreSubordinate) {
  EXPECT_EQ(Says(RootWith("CHOWN"),
                 "touch given; probe chown given 7 9; stat -c %u:%g given; "
                 "touch kept; stat -c %u:%g kept; probe chown kept 4000000 0"),
            "ok\n7:9\n0:0\nEINVAL\n");
  struct stat given = {}, kept = {};
  ASSERT_EQ(stat("given", &given), 0);
  ASSERT_EQ(stat("kept", &kept), 0);
  // Id 0 inside is ours; subordinate ids fill the others from 1 up.
  EXPECT_EQ(given.st_uid, FirstSubordinate("/etc/subuid") + 6);
  EXPECT_EQ(given.st_gid, FirstSubordinate("/etc/subgid") + 8);
  EXPECT_EQ(kept.st_uid, getuid());
  EXPECT_EQ(kept.st_gid, getgid());
}

TEST(Capabilities, WithoutThemFilesAreGivenToNobody) {
  EXPECT_EQ(Says(kRootWithNothing, "touch mine; probe chown mine 7 9"),
            "EPERM\n");
}

TEST(Capabilities, DoNotReachFilesOfTheHostsRoot) {
  EXPECT_EQ(Says({"--user=0", "--cap=ALL", "--rw=/etc"},
                 "probe chown /etc/passwd 0 0; "
                 "{ echo >>/etc/passwd; } 2>/dev/null || echo refused"),
            "EPERM\nrefused\n");
}

TEST(Capabilities, MountInsideAlone) {
  const std::string before = TextOf("/proc/self/mountinfo");
  EXPECT_EQ(Says(RootWith("SYS_ADMIN"),
                 "mkdir proc tmp; probe mount proc proc; cat proc/1/comm; "
                 "probe mount tmpfs tmp; touch tmp/inside; ls tmp"),
            "ok\nsbx\nok\ninside\n");
  EXPECT_EQ(TextOf("/proc/self/mountinfo"), before);
  EXPECT_NE(access("tmp/inside", F_OK), 0);
  EXPECT_EQ(
      Says(kRootWithNothing, "probe mount proc proc; probe mount tmpfs tmp"),
      "EPERM\nEPERM\n");
}

TEST(Capabilities, MountNothingWithoutAFilterEither) {
  EXPECT_EQ(Says({"--user=0", "--seccomp=none"}, "probe mount tmpfs /tmp"),
            "EPERM\n");
}

TEST(Securebits, AreThoseAskedFor) {
  EXPECT_EQ(Says({"--user=0", "--cap=KILL", "--securebits=locked"},
                 "probe securebits"),
            "0xef\n");
  EXPECT_EQ(Says({"--user=0", "--securebits=root"}, "probe securebits"),
            "0x20\n");
}

// A copy of sbx that belongs to a subordinate id, which a sandbox can make.
CommandResult RunOwned(const std::string& mode) {
  Says(RootWith("CHOWN,FOWNER,FSETID"),
       "rm -f owned; cp $(type -p sbx) owned; chown 5 owned; chmod " + mode +
           " owned");
  return RunCommand({.argv = {"./owned", "--", "true"}});
}

TEST(PrivilegesOfTheFile, AreRefused) {
  EXPECT_THAT(RunOwned("0755"), ExitsWith(0));
  const CommandResult result = RunOwned("4755");
  EXPECT_THAT(result, ExitsWith(125));
  EXPECT_THAT(result.err, HasSubstr("a setuid or setgid bit"));
}

TEST(Securebits, OfARootWithCapabilitiesAreTheUsualOnes) {
  EXPECT_EQ(Says(RootWith("CHOWN"), "probe securebits"), "0x20\n");
}

// --- What shares the host's network ---------------------------------------

// Listens outside, by an abstract name, while it exists.
class AbstractSocket {
 public:
  AbstractSocket()
      : name_(absl::StrCat("sbx-test-", getpid())),
        fd_(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_un address = {.sun_family = AF_UNIX, .sun_path = {}};
    name_.copy(address.sun_path + 1, sizeof(address.sun_path) - 1);
    const auto size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) +
                                             1 + name_.size());
    EXPECT_EQ(bind(fd_.get(), reinterpret_cast<sockaddr*>(&address), size), 0);
    EXPECT_EQ(listen(fd_.get(), 8), 0);
  }

  const std::string& name() const { return name_; }

 private:
  std::string name_;
  sys::Fd fd_;
};

TEST(Reach, EndsAtTheSandboxEvenWithTheHostsNetwork) {
  const AbstractSocket outside;
  const bool has_scopes = sys::LandlockAbi() >= sys::kScopesAbi;
  const char* const refused = has_scopes ? "EPERM\n" : "ok\n";
  const struct {
    Words options;
    std::string connects;
    std::string signals_process_1;
  } rows[] = {
      {{}, "ECONNREFUSED\n", "ok\n"},
      {{"--net=host"}, refused, refused},
      {{"--net=host", "--nested"}, refused, refused},
      {{"--net=host", "--reach-outside"}, "ok\n", "ok\n"},
  };
  for (const auto& row : rows) {
    EXPECT_EQ(Says(row.options, "probe abstract " + outside.name()),
              row.connects);
    EXPECT_EQ(Says(row.options, "probe kill 1 0"), row.signals_process_1);
  }
}

TEST(Reach, LeavesSandboxesInsideAndMountsPossible) {
  EXPECT_THAT(RunCommand(Sbx({"--nested", "--net=host"},
                             {"sbx", "--", "bash", "-c", "exit 9"})),
              ExitsWith(9));
}

// --- Sandboxes inside ----------------------------------------------------

TEST(Nested, LetsTheCommandMakeSandboxes) {
  EXPECT_THAT(RunCommand(Sbx({"--nested"}, {"unshare", "-Ur", "true"})),
              ExitsWith(0));
  EXPECT_THAT(
      RunCommand(Sbx({"--nested"}, {"sbx", "--", "bash", "-c", "exit 9"})),
      ExitsWith(9));
  EXPECT_THAT(RunCommand(Sbx({"--nested"}, {"sbx", "--nested", "--", "sbx",
                                            "--", "bash", "-c", "exit 9"})),
              ExitsWith(9));
}

TEST(Nested, SandboxInsideIsOne) {
  EXPECT_EQ(RunCommand(Sbx({"--nested"},
                           {"sbx", "--", "grep", "-E",
                            "^(Cap|NoNewPrivs|Seccomp:)", "/proc/self/status"}))
                .out,
            absl::StrCat(kNoCapabilities, "NoNewPrivs:\t1\nSeccomp:\t2\n"));
  EXPECT_EQ(
      RunCommand(Sbx({"--nested"}, {"sbx", "--", "unshare", "-Ur", "true"}))
          .exit_status,
      1);
}

TEST(Nested, IsRefusedByDefault) {
  EXPECT_EQ(Says({}, "probe unshare"), "EPERM\n");
  EXPECT_THAT(RunCommand(Sbx({}, {"unshare", "-Ur", "true"})), ExitsWith(1));
  const CommandResult inner = RunCommand(Sbx({}, {"sbx", "--", "true"}));
  EXPECT_THAT(inner, ExitsWith(125));
  EXPECT_THAT(inner.err, HasSubstr("making namespaces"));
  EXPECT_EQ(Says(RootWith("SYS_ADMIN"), "probe unshare"), "EPERM\n");
}

TEST(Nested, WhatTheOuterOneHidesTheInnerOneCannotShow) {
  ASSERT_EQ(mkdir("hidden", 0755), 0);
  std::ofstream("hidden/file") << "text";
  EXPECT_EQ(Says({"--nested", "--hide=hidden"},
                 "sbx --user=0 --ids=self --cap=ALL --seccomp=none -- bash -c "
                 "'umount hidden 2>/dev/null; ls hidden'"),
            "");
}

TEST(Nested, WhatIsReadOnlyOutsideCannotBeMadeWritable) {
  EXPECT_EQ(Says({"--nested", "--ro=."},
                 "sbx --rw=. -- bash -c '{ echo >new; } 2>/dev/null || echo "
                 "refused'"),
            "refused\n");
}

// --- Limits, network, names ----------------------------------------------

TEST(Limit, HoldsInside) {
  EXPECT_EQ(Says({"--rlimit=nofile=77:99", "--rlimit=core=0"},
                 "ulimit -Sn; ulimit -Hn; ulimit -c; ulimit -n 100 2>/dev/null "
                 "|| echo refused"),
            "77\n99\n0\nrefused\n");
}

TEST(Limit, ThatCannotBeSetIsAnError) {
  CommandOptions options = SbxBash({"--rlimit=nofile=100"}, "true");
  options.argv.insert(options.argv.begin(), {"prlimit", "--nofile=50:50"});
  EXPECT_THAT(RunCommand(options), ExitsWith(125));
}

// The interfaces in /proc/net/dev, in order.
constexpr char kInterfaces[] =
    "tail -n +3 /proc/net/dev | cut -d: -f1 | tr -d ' ' | sort";

TEST(Network, NoneHasOnlyALoopbackThatWorks) {
  for (const Words& options : {Words(), Words{"--net=none"}}) {
    EXPECT_EQ(Says(options, kInterfaces), "lo\n");
    EXPECT_EQ(Says(options, "probe connect"), "ok\n");
  }
}

TEST(Network, HostHasTheInterfacesOfTheHost) {
  EXPECT_EQ(Says({"--net=host"}, kInterfaces),
            RunCommand(Bash(kInterfaces)).out);
  EXPECT_EQ(Says({"--net=host"}, "readlink /proc/self/ns/net"),
            RunCommand(Bash("readlink /proc/self/ns/net")).out);
}

TEST(HostName, IsTheOneAskedFor) {
  EXPECT_EQ(Says({"--hostname=lab"}, "uname -n"), "lab\n");
}

TEST(HostName, IsThatOfTheHostOtherwise) {
  EXPECT_EQ(Says({}, "uname -n"), RunCommand(Bash("uname -n")).out);
}

TEST(User, WithoutAnEntryHasOneInside) {
  ASSERT_EQ(getpwuid(4242), nullptr);
  const std::string names =
      Says({"--user=4242:4243"}, "id -u; id -g; id -un; id -gn; whoami");
  EXPECT_THAT(names, MatchesRegex("4242\n4243\n[a-z_][^\n]*\n[a-z_][^\n]*\n"
                                  "[a-z_][^\n]*\n"));
  EXPECT_EQ(getpwuid(4242), nullptr);
}

TEST(User, IsOutsideStillTheCaller) {
  EXPECT_EQ(Says({"--user=4242:4243"}, "touch file; stat -c %u:%g file"),
            "4242:4243\n");
  struct stat file = {};
  ASSERT_EQ(stat("file", &file), 0);
  EXPECT_EQ(file.st_uid, getuid());
  EXPECT_EQ(file.st_gid, getgid());
}

TEST(Groups, CannotBeChangedUnlessAskedFor) {
  EXPECT_EQ(Says({}, "cat /proc/self/setgroups"), "deny\n");
  EXPECT_EQ(Says(kRootWithNothing, "cat /proc/self/setgroups"), "deny\n");
  EXPECT_EQ(Says({"--user=0", "--ids=range", "--setgroups=allow"},
                 "cat /proc/self/setgroups"),
            "allow\n");
}

}  // namespace
}  // namespace sbx::test
