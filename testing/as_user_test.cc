// SPDX-License-Identifier: Apache-2.0

#include <signal.h>
#include <unistd.h>

#include <filesystem>
#include <string>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "testing/as_account.h"
#include "testing/command.h"
#include "testing/status.h"

namespace sbx::test {
namespace {

namespace fs = std::filesystem;

using ::testing::ElementsAre;
using ::testing::HasSubstr;

CommandOptions AsUser(std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), fs::absolute("testing/as_user"));
  return {.argv = arguments};
}

TEST(AsUser, RunsTheCommandAsAnOrdinaryUser) {
  const CommandResult result = RunCommand(AsUser({"id", "-u"}));
  EXPECT_THAT(result, ExitsWith(0));
  EXPECT_NE(result.out, "0\n");
}

TEST(AsUser, PassesOnHowTheCommandEnded) {
  EXPECT_THAT(RunCommand(AsUser({"bash", "-c", "exit 7"})), ExitsWith(7));
  EXPECT_THAT(RunCommand(AsUser({"bash", "-c", "kill -TERM $$"})),
              ExitsWith(143));
}

TEST(AsUser, PassesOnStandardInput) {
  CommandOptions cat = AsUser({"cat"});
  cat.input = "text";
  EXPECT_EQ(RunCommand(cat).out, "text");
}

TEST(AsUser, InstallsProgramsUnderTheirNamesFirstOnPath) {
  EXPECT_EQ(RunCommand(AsUser({"--install", "ls=/bin/echo", "ls", "hi"})).out,
            "hi\n");
}

TEST(AsUser, HasAFixedPathOtherwise) {
  EXPECT_THAT(RunCommand(AsUser({"bash", "-c", "echo ${PATH#*:}"})).out,
              "/usr/local/bin:/usr/bin:/bin\n");
}

TEST(AsUser, KeepsInheritedDescriptorsFromTheCommand) {
  CommandOptions look = AsUser({"test", "-e", "/proc/self/fd/7"});
  look.descriptors = {{7, STDERR_FILENO}};
  EXPECT_THAT(RunCommand(look), ExitsWith(1));
}

TEST(AsUser, CopiesFilesThatTheUserMayChange) {
  const CommandResult result =
      RunCommand(AsUser({"--copy", "a/b=/etc/passwd", "bash", "-c",
                         "echo new > a/b && touch a/c && cat a/b"}));
  EXPECT_EQ(result.out, "new\n") << result;
}

TEST(AsUser, RemovesWhatTheCommandMadeEvenAsSubordinateIds) {
  const CommandResult result = RunCommand(
      AsUser({"bash", "-c",
              "pwd; unshare --map-auto --map-root-user bash -c "
              "'mkdir a && touch a/b && chown -R 7:7 a && chmod 0 a'"}));
  ASSERT_THAT(result, ExitsWith(0));
  EXPECT_FALSE(
      fs::exists(std::string(absl::StripTrailingAsciiWhitespace(result.out))));
}

TEST(AsUser, RefusesWhatOutlivesTheCommandAndKillsIt) {
  const CommandResult result =
      RunCommand(AsUser({"bash", "-c", "setsid sleep 1000 & echo $!"}));
  EXPECT_THAT(result, ExitsWith(1));
  EXPECT_THAT(result.err, HasSubstr("left behind"));
  EXPECT_THAT(result.err,
              HasSubstr(std::string(
                  absl::StripTrailingAsciiWhitespace("pid " + result.out))));
  EXPECT_FALSE(fs::exists("/proc/" + std::to_string(std::stoi(result.out))));
}

TEST(AsUser, DoesNotBlameWhatIsDyingAlready) {
  EXPECT_THAT(RunCommand(AsUser(
                  {"bash", "-c", "sleep 1000 & kill -KILL $!; exec true"})),
              ExitsWith(0));
}

TEST(AsUser, DoesNotBlameASandboxThatDiesWithTheProgramThatMadeIt) {
  EXPECT_THAT(
      RunCommand(AsUser(
          {"bash", "-c",
           "mkfifo begun; unshare --map-root-user --pid --fork --kill-child "
           "bash -c '(sleep 1000 & sleep 1000) & echo >begun; wait' & "
           "read <begun; kill -KILL $!; exit 3"})),
      ExitsWith(3));
}

TEST(AsUser, PassesOnARequestToEnd) {
  Command command = StartCommand(
      AsUser({"bash", "-c",
              "trap 'exit 4' TERM; echo ready; while :; do read; done"}));
  ASSERT_TRUE(command.WaitFor("ready"));
  command.Signal(SIGTERM);
  EXPECT_THAT(command.Wait(), ExitsWith(4));
}

TEST(AsUser, SaysWhatItCannotRun) {
  const CommandResult result = RunCommand(AsUser({"nosuch"}));
  EXPECT_THAT(result, ExitsWith(127));
  EXPECT_EQ(result.err, "as_user: running nosuch: No such file or directory\n");
}

CommandOptions KernelTest(const std::string& name) {
  return {.argv = {"testing/kernel_main_test",
                   "--gtest_also_run_disabled_tests",
                   "--gtest_filter=KernelTest." + name}};
}

TEST(KernelMain, PassesWhenTheTestsDo) {
  EXPECT_THAT(RunCommand(KernelTest("RunsAsAnOrdinaryUser")), ExitsWith(0));
}

TEST(KernelMain, FailsWhenATestEndsTheProgram) {
  const CommandResult result =
      RunCommand(KernelTest("DISABLED_EndsTheProgram"));
  EXPECT_THAT(result, ExitsWith(1));
  EXPECT_THAT(result.err, HasSubstr("a test has ended the program"));
}

TEST(KernelMain, FailsWhenATestLeavesAProcess) {
  const CommandResult result =
      RunCommand(KernelTest("DISABLED_LeavesAProcess"));
  EXPECT_THAT(result, ExitsWith(1));
  EXPECT_THAT(result.err, HasSubstr("left behind"));
}

TEST(KernelMain, FailsWhereUserNamespacesCannotBeMade) {
  const CommandResult result = RunCommand(
      AsUser({"--install", "kernel_test=testing/kernel_main_test", "unshare",
              "--map-current-user", "--keep-caps", "bash", "-c",
              absl::StrCat("echo 0 >/proc/sys/user/max_user_namespaces && ",
                           "kernel_test --gtest_filter=*OrdinaryUser")}));
  EXPECT_THAT(result, ExitsWith(1));
  EXPECT_THAT(result.err, HasSubstr("these tests need user namespaces"));
  EXPECT_THAT(result.err, HasSubstr("No space left on device"));
}

TEST(KernelMain, RefusesAnOptionThatItDoesNotKnow) {
  const CommandResult result =
      RunCommand({.argv = {"testing/kernel_main_test", "--nonsense"}});
  EXPECT_THAT(result, ExitsWith(1));
  EXPECT_THAT(result.err, HasSubstr("--nonsense is no option"));
}

TEST(TakeLuggage, TakesOptionsUpToTheCommand) {
  std::vector<std::string> arguments = {"--install", "a=/b",  "--copy=c",
                                        "--",        "--cmd", "--copy=d"};
  ASSERT_OK_AND_ASSIGN(const Luggage luggage, TakeLuggage(arguments));
  EXPECT_EQ(luggage, (Luggage{.programs = {{.name = "a", .path = "/b"}},
                              .files = {{.name = "c", .path = "c"}}}));
  EXPECT_THAT(arguments, ElementsAre("--cmd", "--copy=d"));
}

TEST(TakeLuggage, RefusesWhatIsNoOption) {
  std::vector<std::string> arguments = {"--instal=a=/b", "true"};
  EXPECT_THAT(TakeLuggage(arguments), Says("--instal=a=/b is no option"));
}

}  // namespace
}  // namespace sbx::test
