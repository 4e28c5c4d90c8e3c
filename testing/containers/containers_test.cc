// SPDX-License-Identifier: Apache-2.0
//
// sbx in containers as Docker and Podman make them: what does not work says
// why, and what does without works.

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

// What the script writes and says in a container with the profile of system
// calls in `profile`.
std::string SaysIn(const std::string& profile, const Words& options,
                   const std::string& script) {
  Words words = {"in_container", profile};
  words.insert(words.end(), options.begin(), options.end());
  words.push_back(script);
  const CommandResult result = RunCommand({.argv = words});
  return result.out + result.err;
}

std::string SaysInDocker(const std::string& script, const Words& options = {}) {
  const CommandResult path = RunCommand(
      Bash("dirname $(command -v docker_seccomp.json) | tr -d '\\n'"));
  return SaysIn(path.out + "/docker_seccomp.json", options, script);
}

// With Podman's profile, which lets user namespaces be made.
std::string SaysInOpenOne(const std::string& script,
                          const Words& options = {}) {
  return SaysIn("/usr/share/containers/seccomp.json", options, script);
}

constexpr char kChroot[] = "sbx --mode=chroot --root=/inner ";
constexpr char kLandlock[] = "sbx --mode=landlock --bare --ro=/usr --dev ";
constexpr char kMode[] = " --explain -- true | grep ^mode: ";

// --- Docker --------------------------------------------------------------

TEST(Docker, MakesNoNamespacesAndSbxSaysWhatDoesWithout) {
  EXPECT_EQ(SaysInDocker("sbx -- echo ran; echo $?"),
            "125\nsbx: making namespaces: clone3(): Function not implemented\n"
            "sbx: hint: sbx needs Linux 5.12 or later, and around it what lets "
            "clone3 "
            "through, as Docker's own profile and sbx without --nested do not; "
            "--mode=landlock does without, and for root --mode=chroot\n");
}

TEST(Docker, HasChroot) {
  EXPECT_EQ(SaysInDocker(absl::StrCat(
                kChroot,
                "-- sh -c 'id -u; echo hello >/tmp/x; cat /tmp/x; ls "
                "/opt; exit 6' 2>&1; echo $?")),
            "0\nhello\nls: cannot access '/opt': No such file or directory\n"
            "6\n");
  EXPECT_EQ(SaysInDocker("mount --bind /proc /inner/proc 2>/dev/null; "
                         "sbx --mode=chroot --root=/ -- grep -E "
                         "'Cap|NoNewPrivs' /proc/self/status"),
            "CapInh:\t0000000000000000\nCapPrm:\t0000000000000000\n"
            "CapEff:\t0000000000000000\nCapBnd:\t0000000000000000\n"
            "CapAmb:\t0000000000000000\nNoNewPrivs:\t1\n");
}

// The container's other processes are root's too.
TEST(Docker, HasAChrootThatKeepsWhatItPromises) {
  EXPECT_THAT(
      SaysInDocker(absl::StrCat(
          "sleep 1000 & ", kChroot,
          "-- bash -c 'kill -9 1; kill -9 '$!'; chroot /tmp true; unshare "
          "--mount true; mount -t tmpfs none /tmp; echo >/new; python3 -c "
          "\"import socket; socket.socket()\"; (setsid sleep 2000 &)'; kill "
          "$! && echo its neighbour lives; pgrep -f 'sleep 2000'")),
      AllOf(HasSubstr("kill: (1) - Operation not permitted"),
            HasSubstr("chroot: cannot change root directory"),
            HasSubstr("unshare: unshare failed: Operation not permitted"),
            HasSubstr("mount: /tmp: permission denied"),
            HasSubstr("/new: Permission denied"),
            HasSubstr("Address family not supported"),
            HasSubstr("its neighbour lives\n")));
  EXPECT_EQ(SaysInDocker(absl::StrCat(kChroot,
                                      "-- sh -c '(setsid sleep 1000 "
                                      "&); exit 4'; echo $?; pgrep "
                                      "sleep")),
            "4\n");
}

TEST(Docker, HasLandlock) {
  EXPECT_EQ(SaysInDocker(absl::StrCat(kLandlock, "-- sh -c 'exit 5'; echo $?")),
            "5\n");
  EXPECT_THAT(
      SaysInDocker("cd /tmp; echo secret >/root/file; mkdir here; cd "
                   "here; sbx --mode=landlock --hide=/root -- sh -c "
                   "'echo mine >file; cat file; echo >/etc/new; cat "
                   "/root/file'"),
      AllOf(HasSubstr("mine\n"), HasSubstr("/etc/new: Permission denied"),
            HasSubstr("/root/file: Permission denied")));
}

TEST(Docker, HasAModeThatSbxFinds) {
  constexpr char kWhy[] =
      ", for mode namespace does not work here: making namespaces: clone3(): "
      "Function not implemented\n";
  EXPECT_EQ(SaysInDocker(absl::StrCat("sbx --mode=auto", kMode)),
            absl::StrCat("mode: landlock", kWhy));
  EXPECT_EQ(SaysInDocker(absl::StrCat("sbx --mode=auto --root=/inner", kMode)),
            absl::StrCat("mode: chroot", kWhy));
}

TEST(Docker, IsUnderstoodByTheDoctor) {
  EXPECT_THAT(SaysInDocker("sbx doctor; echo $?"),
              AllOf(HasSubstr("does not  user namespaces and mounts"),
                    HasSubstr("--mode=landlock does without"),
                    HasSubstr("works     sandboxes without namespaces"),
                    HasSubstr("works     a root without namespaces"),
                    HasSubstr("The default sandbox does not work here.\n1\n")));
}

// --- Docker on a kernel of some years ago --------------------------------

constexpr char kOld[] = "old_landlock 2 ";

TEST(DockerOnAnOldKernel, RefusesUnlessLessWillDo) {
  for (const char* mode : {kChroot, kLandlock}) {
    EXPECT_THAT(SaysInDocker(absl::StrCat(kOld, mode, "-- echo ran")),
                AllOf(HasSubstr("and here is ABI 2; --landlock=prefer"),
                      Not(HasSubstr("ran\n"))));
    EXPECT_EQ(SaysInDocker(absl::StrCat(
                  kOld, mode,
                  "--landlock=prefer -- bash -c 'sleep 1000 & kill "
                  "$!; wait; (setsid sleep 1000 &); exit 3'; echo "
                  "$?; pgrep sleep")),
              "3\n");
  }
}

TEST(DockerOnAnOldKernel, IsFoundAndSaid) {
  EXPECT_THAT(SaysInDocker(absl::StrCat(kOld, "sbx --mode=auto -- true")),
              AllOf(HasSubstr("mode landlock does not work here: Landlock has "
                              "ABI 2 here"),
                    HasSubstr("unless there is --landlock=prefer")));
  EXPECT_THAT(SaysInDocker(absl::StrCat(
                  kOld, "sbx --mode=auto --landlock=prefer", kMode)),
              HasSubstr("mode: landlock, for mode namespace does not"));
  EXPECT_THAT(
      SaysInDocker(absl::StrCat(kOld, "sbx doctor")),
      AllOf(HasSubstr("weaker    sandboxes without namespaces"),
            HasSubstr("weaker    a root without namespaces"),
            HasSubstr("process 1 keeps signals inside, and not the kernel")));
}

TEST(DockerWithoutLandlock, HasChrootAlone) {
  EXPECT_EQ(SaysInDocker(absl::StrCat(
                "old_landlock 0 ", kChroot,
                "--landlock=prefer -- sh -c 'kill -9 1; (setsid sleep 1000 &); "
                "exit 3' 2>&1; echo $?; pgrep sleep")),
            "sh: 1: kill: Operation not permitted\n\n3\n");
  EXPECT_THAT(
      SaysInDocker(absl::StrCat("old_landlock 0 ", kLandlock,
                                "--landlock=prefer -- echo ran")),
      AllOf(HasSubstr("nothing would keep files"), Not(HasSubstr("ran\n"))));
}

// --cap-add=SYS_ADMIN, where user namespaces are switched off.
TEST(DockerWithMounts, HasARootThatIsAMount) {
  const Words options = {"--cap=CAP_SYS_ADMIN", "--no-user-namespaces"};
  EXPECT_THAT(SaysInDocker("sbx -- true", options),
              AllOf(HasSubstr("clone3(): No space left on device"),
                    HasSubstr("user.max_user_namespaces")));
  EXPECT_THAT(SaysInDocker(absl::StrCat(kChroot, "--explain -- true"), options),
              HasSubstr("which is the root, and a mount of its own"));
  EXPECT_EQ(SaysInDocker("before=$(wc -l </proc/self/mountinfo); sbx "
                         "--mode=chroot --root=/inner:ro -- touch /tmp/new; "
                         "expr $(wc -l </proc/self/mountinfo) - $before",
                         options),
            "0\ntouch: cannot touch '/tmp/new': Read-only file system\n");
}

// --- Containers that let user namespaces be made -------------------------

TEST(CoveredProc, IsALadder) {
  EXPECT_THAT(SaysInOpenOne("sbx -- echo ran"),
              AllOf(HasSubstr("sbx: building the root: fsmount(\"proc\"): "),
                    HasSubstr("hint: the /proc here is covered in parts"),
                    Not(HasSubstr("ran\n"))));
  EXPECT_EQ(SaysInOpenOne("sbx --proc=outer -- cat /proc/1/comm; true"),
            "bash\n");
  EXPECT_EQ(SaysInOpenOne("sbx --proc=none -- ls -A /proc"), "");
  EXPECT_THAT(SaysInOpenOne("sbx --proc=auto --explain -- true | grep /proc"),
              HasSubstr("the host's processes, read-only  (no fresh one can be "
                        "mounted here: building the root: fsmount(\"proc\")"));
  EXPECT_EQ(SaysInOpenOne("sbx -- sh -c 'echo $$'", {"--all-of-proc"}), "2\n");
}

TEST(CoveredProc, IsUnderstoodByTheDoctor) {
  EXPECT_THAT(SaysInOpenOne("sbx doctor"),
              AllOf(HasSubstr("works     user namespaces and mounts"),
                    HasSubstr("does not  a /proc of its own"),
                    HasSubstr("systempaths=unconfined")));
}

TEST(RootlessContainer, HoldsSandboxesInSandboxes) {
  EXPECT_EQ(SaysInOpenOne("sbx --nested --cap=setfcap -- sbx -- echo inside",
                          {"--all-of-proc"}),
            "inside\n");
  EXPECT_EQ(SaysInOpenOne("sbx --proc=outer -- sbx --mode=landlock --bare "
                          "--ro=/usr -- echo inside"),
            "inside\n");
}

TEST(RootlessContainer, GivesOneIdUnderNoNewPrivileges) {
  EXPECT_EQ(SaysInOpenOne("sbx --proc=outer -- id -u", {"--no-new-privileges"}),
            "0\n");
  EXPECT_THAT(SaysInOpenOne("sbx --proc=outer --ids=range -- true",
                            {"--no-new-privileges"}),
              HasSubstr("--ids=self"));
}

TEST(RootlessContainer, WorksWithASingleId) {
  EXPECT_EQ(SaysInOpenOne("cut -c1-40 /proc/self/uid_map | wc -l; sbx "
                          "--proc=outer -- id -u",
                          {"--single-id"}),
            "1\n0\n");
  EXPECT_EQ(SaysInDocker(absl::StrCat(kChroot, "-- id -u"), {"--single-id"}),
            "0\n");
}

TEST(Podman, RunsSandboxes) {
  const CommandResult result = RunCommand(
      {.argv = {
           "in_podman",
           "sbx -- echo ran; sbx --proc=outer -- id -u; sbx --proc=none -- "
           "echo none; sbx --mode=landlock --bare --ro=/usr -- echo "
           "landlock; exit 3"}});
  EXPECT_THAT(result, ExitsWith(3));
  EXPECT_EQ(result.out, "0\nnone\nlandlock\n");
  EXPECT_THAT(result.err,
              HasSubstr("hint: the /proc here is covered in parts"));
}

}  // namespace
}  // namespace sbx::test
