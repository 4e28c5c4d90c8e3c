// SPDX-License-Identifier: Apache-2.0

#include "sandbox/sys/spelling.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace sbx::sys {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

const std::vector<std::string> kNames = {"chown", "kill", "setgid", "setuid"};

TEST(NearNames, DifferByFewLettersAndTheLikestIsFirst) {
  EXPECT_THAT(NearNames("chwon", kNames), ElementsAre("chown"));
  EXPECT_THAT(NearNames("setui", kNames), ElementsAre("setuid", "setgid"));
  EXPECT_THAT(NearNames("kil", kNames), ElementsAre("kill"));
}

TEST(NearNames, AreNoneWhereHalfOfTheWordIsAnother) {
  EXPECT_THAT(NearNames("kilo5", kNames), IsEmpty());
  EXPECT_THAT(NearNames("ll", kNames), IsEmpty());
  EXPECT_THAT(NearNames("", kNames), IsEmpty());
  EXPECT_THAT(NearNames("chown", {}), IsEmpty());
}

}  // namespace
}  // namespace sbx::sys
