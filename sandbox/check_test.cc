// SPDX-License-Identifier: Apache-2.0

#include "sandbox/check.h"

#include <string>

#include "absl/time/time.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "testing/status.h"

namespace sbx {
namespace {

using test::Says;
using ::testing::AllOf;
using ::testing::Eq;
using ::testing::HasSubstr;

Spec True() { return {.command = {"true"}}; }

fs::Item Share(const std::string& host, const std::string& reason) {
  return {.operation = fs::Bind{.host = host, .inside = host},
          .reason = reason};
}

Spec Sharing(const fs::Item& item) {
  return {.command = {"true"},
          .files = {.items = {Share("/usr", "programs"), item},
                    .secrets = {{.host = "/home/ana/.gnupg", .reason = "pgp"},
                                {.name = "ssh",
                                 .host = "/home/ana/.ssh",
                                 .reason = "SSH keys"}}}};
}

TEST(Check, AllowsACommandAndNothingElse) { EXPECT_OK(Check(True())); }

TEST(Check, RefusesToRunNothing) {
  EXPECT_THAT(Check({}), Says(Eq("there is no command to run")));
  EXPECT_THAT(Check({.command = {"", "x"}}),
              Says(Eq("the name of the command is empty")));
}

TEST(Check, RefusesHostNamesThatTheKernelDoesNotTake) {
  Spec spec = True();
  for (const std::string& name : {std::string("a"), std::string(64, 'a')}) {
    spec.host_name = name;
    EXPECT_OK(Check(spec)) << name;
  }
  for (const std::string& name : {std::string(), std::string(65, 'a')}) {
    spec.host_name = name;
    EXPECT_THAT(Check(spec), Says(AllOf(HasSubstr("\"" + name + "\""),
                                        HasSubstr("1 to 64 characters"))));
  }
}

TEST(Check, RefusesTimesThatHaveGoneBy) {
  Spec spec = True();
  for (const absl::Duration time :
       {absl::ZeroDuration(), absl::Seconds(-1), -absl::InfiniteDuration()}) {
    spec.time_limit = time;
    EXPECT_THAT(Check(spec), Says(Eq("the time limit is not above zero")));
  }
  spec.time_limit = absl::Nanoseconds(1);
  EXPECT_OK(Check(spec));
  spec.grace = absl::Nanoseconds(-1);
  EXPECT_THAT(Check(spec), Says(Eq("the time to end is below zero")));
  spec.grace = absl::ZeroDuration();
  EXPECT_OK(Check(spec));
}

TEST(Check, RefusesADefaultShareOfAStoreOfSecrets) {
  for (const std::string host :
       {"/home/ana/.ssh", "/home/ana/.ssh/", "/home/ana/.ssh/keys",
        "/home/ana/src/../.ssh", "//home/./ana/.ssh"}) {
    EXPECT_THAT(Check(Sharing(Share(host, "the current directory"))),
                Says(AllOf(HasSubstr("\"" + host +
                                     "\" belongs to a store of "
                                     "secrets (SSH keys)"),
                           HasSubstr("--rw=\"/home/ana/.ssh\""),
                           HasSubstr("--expose=ssh"))))
        << host;
  }
}

TEST(Check, SharesAStoreOfSecretsThatWasAskedFor) {
  EXPECT_OK(Check(Sharing(Share("/home/ana/.ssh", ""))));
  EXPECT_OK(Check(Sharing(Share("/home/ana/.ssh/keys", ""))));
}

TEST(Check, SharesAStoreOfSecretsThatIsShown) {
  Spec spec = Sharing(Share("/home/ana/.ssh", "the current directory"));
  spec.files.secrets[1].visibility = fs::Visibility::kShown;
  EXPECT_OK(Check(spec));
}

TEST(Check, SharesWhatOnlyLiesNearAStoreOfSecrets) {
  for (const std::string host :
       {"/", "/home/ana", "/home/ana/.ssh2", "/home/ana/.ssh/../src",
        "/home/ana/src/.ssh", "/home/bob/.ssh"}) {
    EXPECT_OK(Check(Sharing(Share(host, "the current directory")))) << host;
  }
}

}  // namespace
}  // namespace sbx
