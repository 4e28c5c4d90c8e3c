// SPDX-License-Identifier: Apache-2.0
//
// Modes in the places that they are for, each made for real: a container of
// root's without namespaces, a limit of zero, a filter, a covered /proc.

#include <fstream>
#include <string>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "testing/command.h"
#include "testing/commands/sandbox.h"

namespace sbx::test {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

// What Docker and Podman give root in a container.
constexpr char kContainerCapabilities[] =
    "--cap=CHOWN,DAC_OVERRIDE,FOWNER,FSETID,KILL,SETGID,SETUID,SETPCAP,"
    "NET_BIND_SERVICE,NET_RAW,SYS_CHROOT,MKNOD,AUDIT_WRITE,SETFCAP";

std::string ProgramsDirectory() {
  return RunCommand(
             {.argv = {"sh", "-c", "dirname $(command -v sbx) | tr -d '\n'"}})
      .out;
}

// As root in a container with that and Podman's own filter, where /inner is a
// root file system.
CommandOptions InContainer(const std::string& script, Words options = {}) {
  Words all = {"--bare",
               "--ro=/usr",
               "--ro=/etc",
               "--symlink=usr/bin:/bin",
               "--symlink=usr/lib:/lib",
               "--symlink=usr/lib64:/lib64",
               "--proc",
               "--dev",
               "--tmpfs=/tmp",
               absl::StrCat("--ro=", ProgramsDirectory(), ":/opt"),
               "--dir=/inner/tmp",
               "--dir=/inner/sys",
               "--ro=/usr:/inner/usr",
               "--symlink=usr/bin:/inner/bin",
               "--symlink=usr/lib:/inner/lib",
               "--symlink=usr/lib64:/inner/lib64",
               "--proc=/inner/proc",
               "--dev=/inner/dev",
               "--user=0",
               "--ids=self",
               "--setenv=PATH=/opt:/usr/bin",
               kContainerCapabilities,
               "--seccomp=/usr/share/containers/seccomp.json"};
  all.insert(all.end(), options.begin(), options.end());
  return SbxBash(all, script);
}

std::string SaysInContainer(const std::string& script, Words options = {}) {
  const CommandResult result =
      RunCommand(InContainer(script, std::move(options)));
  return result.out + result.err;
}

constexpr char kChroot[] = "sbx --mode=chroot --root=/inner ";

// --- chroot --------------------------------------------------------------

TEST(Container, HasNoNamespaces) {
  EXPECT_THAT(SaysInContainer("unshare --user true; unshare --mount true"),
              HasSubstr("unshare failed: Operation not permitted"));
  EXPECT_THAT(SaysInContainer("sbx -- true"),
              HasSubstr("sbx: making namespaces: clone3(): "));
}

TEST(Chroot, RunsInTheRootFileSystem) {
  EXPECT_EQ(SaysInContainer(
                absl::StrCat(kChroot,
                             "-- sh -c 'echo hello > /tmp/x; cat /tmp/x; ls -d "
                             "/opt; exit 6'; echo $?")),
            "hello\n6\nls: cannot access '/opt': No such file or directory\n");
}

TEST(Chroot, GivesAllCapabilitiesAwayForGood) {
  EXPECT_EQ(SaysInContainer(absl::StrCat(
                kChroot, "-- grep -E 'Cap|NoNew' /proc/self/status")),
            "CapInh:\t0000000000000000\nCapPrm:\t0000000000000000\n"
            "CapEff:\t0000000000000000\nCapBnd:\t0000000000000000\n"
            "CapAmb:\t0000000000000000\nNoNewPrivs:\t1\n");
}

TEST(Chroot, CannotBeLeftNorChanged) {
  EXPECT_THAT(
      SaysInContainer(absl::StrCat(
          kChroot,
          "-- bash -c 'chroot /tmp true; unshare --user true; mount -t tmpfs "
          "none /tmp; echo > /new; echo > /sys/x; echo > /proc/self/comm'")),
      AllOf(HasSubstr("chroot: cannot change root directory"),
            HasSubstr("unshare failed"), HasSubstr("mount: /tmp: permission"),
            HasSubstr("/new: Permission denied"),
            HasSubstr("/sys/x: Permission denied"),
            HasSubstr("/proc/self/comm: Permission denied")));
}

// The classical way out: a directory that was left open.
TEST(Chroot, IsNotLeftByAnOpenDirectory) {
  const std::string climb =
      "bash -c 'cd /proc/self/fd/7 2>/dev/null; cat /proc/self/fd/7/passwd; "
      "cat /proc/self/fd/7/../etc/passwd'";
  EXPECT_THAT(SaysInContainer(absl::StrCat("exec 7</etc; ", kChroot,
                                           "--keep-fd=7 -- ", climb)),
              AllOf(HasSubstr("Permission denied"), Not(HasSubstr("root:"))));
}

TEST(Chroot, LeavesNothingBehind) {
  EXPECT_EQ(SaysInContainer(absl::StrCat(
                kChroot,
                "-- sh -c '(setsid sleep 1000 &); exit 3'; echo $?; "
                "pgrep sleep")),
            "3\n");
}

TEST(Chroot, NeedsARootAndThePrivilege) {
  EXPECT_THAT(SaysInContainer("sbx --mode=chroot -- true"),
              HasSubstr("takes a root file system: --root=DIR"));
  EXPECT_THAT(SaysInContainer(absl::StrCat(kChroot, "-- true"),
                              {"--cap-bound=-SYS_CHROOT"}),
              HasSubstr("lacks CAP_SYS_CHROOT"));
  EXPECT_THAT(RunCommand(Sbx({"--mode=chroot", "--root=/"}, {"true"})).err,
              AllOf(HasSubstr("changing the root: chroot(\".\"): "),
                    HasSubstr("hint: this takes CAP_SYS_CHROOT")));
}

// --- chroot, where Landlock is old or not there ---------------------------

constexpr char kLess[] = "sbx --mode=chroot --root=/inner --landlock=prefer ";

std::string WithAbi(int abi) { return absl::StrCat("old_landlock ", abi, " "); }

TEST(ChrootOnAnOldKernel, IsAnErrorUnlessLessWillDo) {
  EXPECT_THAT(
      SaysInContainer(absl::StrCat(WithAbi(2), kChroot, "-- echo ran")),
      AllOf(HasSubstr("and here is ABI 2; --landlock=prefer does with less"),
            Not(HasSubstr("ran\n"))));
}

TEST(ChrootOnAnOldKernel, KeepsWhatItPromises) {
  for (const int abi : {5, 2, 0}) {
    const std::string less = absl::StrCat(WithAbi(abi), kLess);
    EXPECT_EQ(SaysInContainer(absl::StrCat(
                  less,
                  "-- sh -c 'echo hello > /tmp/x; cat /tmp/x; ls -d /opt "
                  "2>/dev/null; exit 6'; echo $?")),
              "hello\n6\n");
    EXPECT_THAT(
        SaysInContainer(absl::StrCat(
            less,
            "-- bash -c 'chroot /tmp true; unshare --user true; mount -t "
            "tmpfs none /tmp; kill -9 $PPID; kill -9 -1; grep -h Cap.nd "
            "/proc/self/status'; echo $?")),
        AllOf(HasSubstr("chroot: cannot change root directory"),
              HasSubstr("unshare failed"), HasSubstr("mount: /tmp: permission"),
              HasSubstr(") - Operation not permitted"),
              HasSubstr("CapBnd:\t0000000000000000\n0\n")))
        << abi;
  }
}

TEST(ChrootOnAnOldKernel, LeavesNothingBehind) {
  for (const int abi : {5, 0}) {
    EXPECT_EQ(SaysInContainer(absl::StrCat(
                  WithAbi(abi), kLess,
                  "-- sh -c '(setsid sleep 1000 &); (sleep 1000 &); exit 3'; "
                  "echo $?; pgrep sleep")),
              "3\n")
        << abi;
  }
}

TEST(ChrootWithoutLandlock, RefusesWhatItCannotKeep) {
  const std::string less = WithAbi(0);
  EXPECT_THAT(
      SaysInContainer(absl::StrCat(
          less,
          "sbx --mode=chroot --root=/inner:ro --landlock=prefer -- "
          "echo ran")),
      AllOf(HasSubstr("\"/inner\" cannot be read-only"),
            HasSubstr("sbx lacks CAP_SYS_ADMIN"), Not(HasSubstr("ran\n"))));
  EXPECT_THAT(
      SaysInContainer(absl::StrCat(less, kLess, "-- echo ran </etc")),
      AllOf(HasSubstr("descriptor 0 is a directory"), Not(HasSubstr("ran\n"))));
  // What is on PATH there.
  const std::string look = "--setenv=PATH=/usr/bin:/probes -- probe own-memory";
  const Words with_probe = {
      absl::StrCat("--ro=", ProgramsDirectory(), ":/inner/probes")};
  EXPECT_EQ(SaysInContainer(absl::StrCat(less, kLess, look), with_probe),
            "EPERM\n");
  EXPECT_EQ(SaysInContainer(absl::StrCat(WithAbi(1), kLess, look), with_probe),
            "ok\n");
}

// As root of a user namespace, in a mount namespace of its own, where `inner`
// is a root file system, and has a file system of the kernel's.
std::string SaysAsRootWhoMounts(const std::string& script) {
  const CommandResult result = RunCommand(
      {.argv = {
           "unshare", "--user", "--map-root-user", "--mount", "bash", "-c",
           absl::StrCat("mkdir -p inner/usr inner/tmp inner/kernel; ln -sfn "
                        "usr/bin inner/bin; ln -sfn usr/lib inner/lib; ln -sfn "
                        "usr/lib64 inner/lib64; mount --bind /usr inner/usr && "
                        "mount -t binfmt_misc none inner/kernel && { ",
                        script, "; }")}});
  return result.out + result.err;
}

constexpr char kOwn[] = " --mode=chroot --root=inner --landlock=prefer ";
constexpr char kWithoutMounts[] =
    "setpriv --bounding-set=-sys_admin --inh-caps=-sys_admin ";

TEST(Chroot, BindsTheRootOntoItselfWhereItCanAndLeavesNoMount) {
  for (const int abi : {7, 0}) {
    const std::string sbx = absl::StrCat(WithAbi(abi), "sbx", kOwn);
    EXPECT_THAT(SaysAsRootWhoMounts(absl::StrCat(sbx, "--explain -- true")),
                HasSubstr("which is the root, and a mount of its own"));
    EXPECT_EQ(SaysAsRootWhoMounts(absl::StrCat(
                  "before=$(wc -l </proc/self/mountinfo); ", sbx,
                  "-- sh -c 'echo made > /tmp/x; cat /tmp/x'; "
                  "expr $(wc -l </proc/self/mountinfo) - $before")),
              "made\n0\n");
    // What only Landlock or a mount keeps.
    EXPECT_THAT(
        SaysAsRootWhoMounts(absl::StrCat(
            WithAbi(abi),
            "sbx --mode=chroot --root=inner:ro --landlock=prefer -- bash "
            "-c 'echo > /tmp/new; echo 0 > /kernel/status'")),
        AllOf(HasSubstr("/tmp/new: Read-only file system"),
              HasSubstr("/kernel/status: Read-only file system")));
    EXPECT_THAT(SaysAsRootWhoMounts(
                    absl::StrCat(sbx, "-- bash -c 'echo 0 > /kernel/status'")),
                HasSubstr("/kernel/status: Read-only file system"));
  }
}

// A directory that somebody moves out of the root meanwhile: the way up from it
// does not come by the root any more, and so leads out, but of a mount.
TEST(Chroot, IsNotLeftByADirectoryThatIsMovedOutOfAMount) {
  const std::string move =
      "mkdir -p inner/tmp/a; mkfifo inner/tmp/go; (exec 7>inner/tmp/go; mv "
      "inner/tmp/a moved; echo >&7) & ";
  const std::string climb = absl::StrCat(
      WithAbi(0), "sbx", kOwn,
      "-- bash -c 'cd /tmp/a; read <../go; cat "
      "../../../../../../../../../../etc/passwd'; rm -rf moved inner/tmp/go");
  EXPECT_THAT(SaysAsRootWhoMounts(absl::StrCat(move, climb)),
              Not(HasSubstr("root:")));
  EXPECT_THAT(SaysAsRootWhoMounts(absl::StrCat("umount inner/kernel; ", move,
                                               kWithoutMounts, climb)),
              HasSubstr("root:"));
}

TEST(Chroot, WithoutAMountNorLandlockHasNoFilesOfTheKernels) {
  EXPECT_THAT(
      SaysAsRootWhoMounts(
          absl::StrCat(kWithoutMounts, WithAbi(0), "sbx", kOwn, "-- echo ran")),
      AllOf(HasSubstr("/inner/kernel\" can be written (starts a "
                      "program for every other one), and without Landlock"),
            Not(HasSubstr("ran\n"))));
}

// --- auto ----------------------------------------------------------------

constexpr char kMode[] =
    " --explain -- true | grep ^mode | cut -d' ' -f2 | tr -d ,";

TEST(Auto, TakesTheStrongestThatWorks) {
  EXPECT_EQ(RunCommand(Bash(absl::StrCat("sbx --mode=auto", kMode))).out,
            "namespace\n");
  EXPECT_EQ(
      SaysInContainer(absl::StrCat("sbx --mode=auto --root=/inner", kMode)),
      "chroot\n");
  EXPECT_EQ(
      SaysInContainer(absl::StrCat("sbx --mode=auto --bare --ro=/usr", kMode)),
      "landlock\n");
}

TEST(Auto, RunsInTheModeAndSaysWhyNotInAStrongerOne) {
  EXPECT_THAT(
      SaysInContainer("sbx --mode=auto --root=/inner --report=/tmp/r -- echo "
                      "ran; cat /tmp/r"),
      AllOf(HasSubstr("ran\n"), HasSubstr("\"mode\": \"chroot\""),
            HasSubstr("\"mode_reason\": \"mode namespace does not work here: "
                      "making namespaces: clone3(): ")));
}

// A restriction that only a stronger mode has is none that may go.
TEST(Auto, RefusesOptionsThatTheModeHasNot) {
  EXPECT_THAT(
      SaysInContainer("sbx --mode=auto --bare --hostname=lab -- echo ran"),
      AllOf(HasSubstr("--mode=landlock has no --hostname"),
            Not(HasSubstr("ran"))));
}

// --- /proc ---------------------------------------------------------------

// As in a container that has something mounted over a part of its /proc, which
// the kernel does not let anybody uncover by mounting a new one.
std::string SaysWithCoveredProc(const std::string& script) {
  const CommandResult result = RunCommand(
      {.argv = {"unshare", "--user", "--map-root-user", "--mount", "--pid",
                "--fork", "--mount-proc", "bash", "-c",
                absl::StrCat("mount --bind /dev/null /proc/keys && { ", script,
                             "; }")}});
  return result.out + result.err;
}

TEST(Proc, CannotBeFreshWhereOneIsCovered) {
  EXPECT_THAT(SaysWithCoveredProc("sbx -- true"),
              AllOf(HasSubstr("building the root: fsmount(\"proc\"): "),
                    HasSubstr("--proc=outer")));
}

TEST(Proc, OfOutsideOrNoneWorksWhereOneIsCovered) {
  EXPECT_EQ(
      SaysWithCoveredProc("sbx --proc=outer -- cat /proc/keys 2>/dev/null; sbx "
                          "--proc=none -- ls -A /proc"),
      "");
  EXPECT_THAT(
      SaysWithCoveredProc("sbx --proc=auto --explain -- true"),
      HasSubstr("the host's processes, read-only  (no fresh one can be "
                "mounted here: building the root: fsmount(\"proc\"): "));
}

TEST(Proc, IsFreshWhereItCanBeAndSbxChooses) {
  EXPECT_EQ(RunCommand(Sbx({"--proc=auto"}, {"sh", "-c", "echo $$"})).err, "");
  EXPECT_THAT(RunCommand(Sbx({"--proc=auto", "--explain"}, {"true"})).out,
              HasSubstr("the sandbox's own processes"));
}

TEST(Proc, OfOutsideShowsProcessesAndGivesNothingOfThem) {
  Command victim = StartCommand(Bash("echo ready; sleep 1000; true"));
  ASSERT_TRUE(victim.WaitFor("ready"));
  const std::string proc = absl::StrCat("/proc/", victim.pid());
  const CommandResult result = RunCommand(SbxBash(
      {"--proc=outer"},
      absl::StrCat("cat ", proc, "/comm; for file in environ mem maps; do cat ",
                   proc, "/$file; done; ls ", proc, "/root/; echo 1 > ", proc,
                   "/oom_score_adj")));
  EXPECT_EQ(result.out, "bash\n");
  EXPECT_THAT(result.err,
              AllOf(HasSubstr("environ: Permission denied"),
                    HasSubstr("mem: Permission denied"),
                    HasSubstr("maps: Permission denied"),
                    HasSubstr("root/': Permission denied"),
                    HasSubstr("oom_score_adj: Read-only file system")));
}

// --- Sandboxes in sandboxes ----------------------------------------------

TEST(Nested, WorksInSbxAndInBubblewrap) {
  const Words inner = {"sbx", "--", "echo", "inside"};
  EXPECT_EQ(RunCommand(Sbx({"--nested"}, inner)).out, "inside\n");
  EXPECT_EQ(RunCommand(Bash("bwrap --ro-bind / / --dev /dev --proc /proc "
                            "--unshare-all sbx -- echo inside"))
                .out,
            "inside\n");
}

// --- What is missing is found by trying, and said ------------------------

TEST(Missing, NamespacesByALimitOfZero) {
  const CommandResult result = RunCommand(
      {.argv = {
           "unshare", "--user", "--map-root-user", "bash", "-c",
           absl::StrCat("echo 0 > /proc/sys/user/max_user_namespaces && ",
                        "sbx -- true; ",
                        "sbx --mode=auto --explain -- true | grep ^mode")}});
  EXPECT_THAT(result.err,
              AllOf(HasSubstr("making namespaces: clone3(): No space left"),
                    HasSubstr("user.max_user_namespaces")));
  EXPECT_THAT(result.out, HasSubstr("mode: landlock, for mode namespace"));
}

// As where a security module lets everybody make a user namespace and takes
// the power from it.
TEST(Missing, PowerInNamespaces) {
  std::ofstream("powerless.json") << R"({"defaultAction": "SCMP_ACT_ALLOW",
             "syscalls": [{"names": ["mount", "fsopen", "open_tree"],
                           "action": "SCMP_ACT_ERRNO"}]})";
  const CommandResult result = RunCommand(
      SbxBash({"--nested", "--seccomp=powerless.json"},
              "sbx -- true; sbx --mode=auto --explain -- true | grep ^mode"));
  EXPECT_THAT(result.err,
              AllOf(HasSubstr("building the root: open_tree("),
                    HasSubstr("hint: a user namespace was made, but gives no "
                              "power over its mounts")));
  EXPECT_THAT(result.out, HasSubstr("mode: landlock, for mode namespace"));
}

TEST(Missing, SubordinateIdsUnderNoNewPrivileges) {
  const CommandResult result = RunCommand(Bash(
      "setpriv --no-new-privs sbx --ids=range -- true; setpriv --no-new-privs "
      "sbx -- echo works"));
  EXPECT_EQ(result.out, "works\n");
  EXPECT_THAT(result.err, AllOf(HasSubstr("started with no_new_privs set"),
                                HasSubstr("--ids=self")));
}

// One id in the namespace outside: no helper has another to give.
TEST(Missing, IdsWhereThereIsOne) {
  const CommandResult result = RunCommand(
      {.argv = {"unshare", "--user", "--map-current-user", "bash", "-c",
                "sbx --ids=range -- true; sbx -- echo works"}});
  EXPECT_EQ(result.out, "works\n");
  EXPECT_THAT(result.err, HasSubstr("sbx: "));
}

}  // namespace
}  // namespace sbx::test
