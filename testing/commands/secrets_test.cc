// SPDX-License-Identifier: Apache-2.0
//
// Stores of secrets in the caller's home, whatever the environment says.

#include <pwd.h>
#include <unistd.h>

#include <string>

#include "gtest/gtest.h"
#include "testing/command.h"
#include "testing/commands/sandbox.h"

namespace sbx::test {
namespace {

// A store in the home that /etc/passwd gives the user of the tests.
class Secrets : public testing::Test {
 protected:
  void SetUp() override {
    const passwd* account = getpwuid(getuid());
    ASSERT_NE(account, nullptr);
    store_ = std::string(account->pw_dir) + "/.password-store";
    Outside("mkdir -p " + store_ + " && touch " + store_ + "/sbx-test");
  }

  void TearDown() override {
    Outside("rm " + store_ + "/sbx-test && rmdir --ignore-fail-on-non-empty " +
            store_);
  }

  static void Outside(const std::string& script) {
    EXPECT_EQ(RunCommand(Bash(script)).err, "");
  }

  // What is in the store, inside.
  std::string Listed(const Words& env, const Words& options) const {
    const CommandResult result =
        RunCommand(With(env, Sbx(options, {"ls", "-A", store_})));
    EXPECT_EQ(result.err, "");
    return result.out;
  }

  const std::string& store() const { return store_; }
  std::string InStore(const std::string& name) const {
    return store_ + "/" + name;
  }

 private:
  std::string store_;
};

TEST_F(Secrets, AreHiddenWithoutHome) {
  EXPECT_EQ(Listed({"-u", "HOME"}, {}), "");
}

TEST_F(Secrets, AreHiddenWhateverHomeSays) {
  EXPECT_EQ(Listed({"HOME=/nowhere"}, {}), "");
}

TEST_F(Secrets, AreExposedByName) {
  EXPECT_EQ(Listed({"-u", "HOME"}, {"--expose=pass"}), "sbx-test\n");
}

TEST_F(Secrets, AreExposedInPart) {
  Outside("touch " + InStore("sbx-other"));
  EXPECT_EQ(Listed({}, {"--expose=" + InStore("sbx-test")}), "sbx-test\n");
  Outside("rm " + InStore("sbx-other"));
}

TEST_F(Secrets, OfAVariableAreHidden) {
  const std::string agent = InStore("agent");
  Outside("echo secret >" + agent);
  const CommandOptions cat = Sbx({"--expose=pass"}, {"cat", agent});
  EXPECT_EQ(RunCommand(cat).out, "secret\n");
  EXPECT_EQ(RunCommand(With({"SSH_AUTH_SOCK=" + agent}, cat)).out, "");
  Outside("rm " + agent);
}

TEST_F(Secrets, ThatAreNoneCannotBeExposed) {
  const CommandResult result =
      RunCommand(Sbx({"--expose=/usr/share"}, {"true"}));
  EXPECT_EQ(result.err,
            "sbx: there is no store of secrets at, above or below "
            "\"/usr/share\" to be shown\n");
}

TEST_F(Secrets, AreSharedByName) {
  EXPECT_EQ(Listed({"-u", "HOME"}, {"--ro=" + store()}), "sbx-test\n");
}

}  // namespace
}  // namespace sbx::test
