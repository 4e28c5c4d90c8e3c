// SPDX-License-Identifier: Apache-2.0
//
// Profiles of system calls as users choose them.

#include <linux/filter.h>
#include <linux/fs.h>
#include <linux/fscrypt.h>
#include <linux/seccomp.h>
#include <sys/syscall.h>

#include <cerrno>
#include <cstddef>
#include <string>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "testing/command.h"
#include "testing/commands/sandbox.h"

namespace sbx::test {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

// A shell outside that has a file of such bytes open as 7 for all it runs.
CommandOptions WithFile(absl::string_view bytes, const std::string& script) {
  return Bash(absl::StrCat("base64 -d >file <<<", absl::Base64Escape(bytes),
                           "; exec 7<file; ", script));
}

// Refuses one call with EBUSY, as classic BPF.
std::string Refusing(uint32_t number) {
  const sock_filter program[] = {
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, nr)),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, number, 0, 1),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EBUSY),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW)};
  return std::string(reinterpret_cast<const char*>(program), sizeof(program));
}

const std::string kRefusesSethostname = Refusing(SYS_sethostname);

constexpr char kAllowing[] =
    "<(echo '{\"defaultAction\": \"SCMP_ACT_ALLOW\"}')";

TEST(Profile, OfPodmanRunsPrograms) {
  const CommandResult result = RunCommand(SbxBash(
      {"--seccomp=/usr/share/containers/seccomp.json"},
      "grep Seccomp: /proc/self/status; python3 -c 'import threading as t; "
      "x = t.Thread(target=print, args=(9,)); x.start(); x.join()'"));
  EXPECT_EQ(result.out, "Seccomp:\t2\n9\n");
  EXPECT_EQ(result.err, "");
}

// Podman's profile lets everybody make user namespaces, others let anything
// be done at all.
TEST(Profile, OfAFileKeepsWhatHoldsUnderEveryProfile) {
  for (const char* file : {"/usr/share/containers/seccomp.json", kAllowing}) {
    EXPECT_EQ(RunCommand(Bash(absl::StrCat("sbx --seccomp=", file,
                                           " -- probe unshare")))
                  .out,
              "EPERM\n");
    EXPECT_EQ(RunCommand(Bash(absl::StrCat("sbx --nested --seccomp=", file,
                                           " -- probe unshare")))
                  .out,
              "ok\n");
  }
}

TEST(Profile, OfAFileAsksAboutCapabilities) {
  EXPECT_EQ(RunCommand(Bash("sbx --user=0 --cap=SYS_ADMIN "
                            "--seccomp=/usr/share/containers/seccomp.json -- "
                            "probe hostname other"))
                .out,
            "ok\n");
  // Not even asked, for the profile refuses the call.
  EXPECT_EQ(RunCommand(Bash("sbx --seccomp=/usr/share/containers/seccomp.json "
                            "-- probe hostname other"))
                .out,
            "EPERM\n");
}

// They are the user's, outside too, and no mount keeps them.
TEST(Profile, LeavesTheKeysOfFileSystemsAlone) {
  for (const unsigned long command :
       {static_cast<unsigned long>(FS_IOC_ADD_ENCRYPTION_KEY),
        static_cast<unsigned long>(FS_IOC_REMOVE_ENCRYPTION_KEY)}) {
    const std::string script = absl::StrCat("probe command ", command, " .");
    EXPECT_EQ(RunCommand(SbxBash({}, script)).out, "EPERM\n");
    EXPECT_NE(RunCommand(SbxBash({"--seccomp=none"}, script)).out, "EPERM\n");
  }
}

TEST(Profile, StrictRunsWhatComputesAndNothingElse) {
  EXPECT_EQ(RunCommand(SbxBash({"--seccomp=strict"},
                               "sort <<<$'b\\na' | tr a-z A-Z; probe unshare"))
                .out,
            "A\nB\nEPERM\n");
}

TEST(Filters, ByDescriptorAreAddedToTheProfile) {
  EXPECT_EQ(
      RunCommand(
          WithFile(kRefusesSethostname,
                   "sbx --user=0 --cap=SYS_ADMIN --seccomp-fd=7 -- bash -c "
                   "'probe hostname other; probe unshare; "
                   "grep Seccomp_filters /proc/self/status'"))
          .out,
      "EBUSY\nEPERM\nSeccomp_filters:\t2\n");
}

TEST(Filters, ThatAreNoneRunNothing) {
  const CommandResult result =
      RunCommand(WithFile("123456789", "sbx --seccomp-fd=7 -- echo ran"));
  EXPECT_THAT(result, ExitsWith(125));
  EXPECT_EQ(result.out, "");
  EXPECT_EQ(result.err,
            "sbx: \"descriptor 7\" is no filter: 9 bytes are no array of "
            "instructions, which take 8 each\n");
}

// ---- Reporting.

TEST(SeccompLog, LetsThroughWhatItCounts) {
  const CommandResult result = RunCommand(
      SbxBash({"--seccomp-log"}, "probe unshare; probe unshare; exit 3"));
  EXPECT_THAT(result, ExitsWith(3));
  EXPECT_EQ(result.out, "ok\nok\n");
  EXPECT_EQ(result.err,
            "sbx: the profile would refuse unshare(0x10000000), 2 times\n");
}

TEST(SeccompLog, HearsOfAllFilters) {
  const CommandResult result = RunCommand(WithFile(
      kRefusesSethostname,
      "sbx --user=0 --cap=SYS_ADMIN --seccomp-log --seccomp-fd=7 -- bash -c "
      "'probe hostname other; probe unshare'"));
  EXPECT_EQ(result.out, "ok\nok\n");
  EXPECT_THAT(result.err,
              AllOf(HasSubstr("would refuse sethostname(), 1 time\n"),
                    HasSubstr("would refuse unshare(0x10000000), 1 time\n")));
}

TEST(SeccompLog, HearsOfACommandThatIsProcessOneAndOfItsChildren) {
  const CommandResult result = RunCommand(
      SbxBash({"--seccomp-log", "--as-pid-1"}, "(probe unshare); true"));
  EXPECT_EQ(result.out, "ok\n");
  EXPECT_THAT(result.err, HasSubstr("unshare(0x10000000), 1 time\n"));
}

TEST(SeccompLog, SaysSoIfThereIsNothing) {
  const CommandResult result = RunCommand(SbxBash({"--seccomp-log"}, "exit 4"));
  EXPECT_THAT(result, ExitsWith(4));
  EXPECT_EQ(result.err, "sbx: the profile would refuse no call\n");
}

TEST(SeccompLog, NeedsAFilter) {
  const CommandResult result =
      RunCommand(SbxBash({"--seccomp-log", "--seccomp=none"}, "echo ran"));
  EXPECT_THAT(result, ExitsWith(125));
  EXPECT_EQ(result.out, "");
  EXPECT_THAT(result.err, HasSubstr("no filter of system calls"));
}

TEST(SeccompLog, EndsWithTheTimeLimitThoughCallsAreWaiting) {
  const CommandResult result =
      RunCommand(SbxBash({"--seccomp-log", "--timeout=0.5", "--kill-after=0"},
                         "while :; do probe unshare; done >/dev/null"));
  EXPECT_THAT(result, ExitsWith(124));
}

}  // namespace
}  // namespace sbx::test
