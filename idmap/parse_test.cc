// SPDX-License-Identifier: Apache-2.0

#include "idmap/parse.h"

#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "testing/status.h"

namespace sbx::idmap {
namespace {

using test::IsOkAndHolds;
using test::Says;

// What other readers of numbers take for one, or for another.
const char* const kNoIds[] = {
    "",
    "01",
    "00",
    "0x1",
    "1:",
    "-1",
    "+1",
    "-0",
    " 1",
    "1 ",
    "1\n",
    "1\t",
    "1a",
    "1.0",
    "1e3",
    "1,2",
    "4294967295",
    "4294967296",
    "10000000000",
    "99999999999999999999",
    "18446744073709551616",
    "１",
};

TEST(ParseUser, TakesNumbers) {
  EXPECT_THAT(ParseUser("0"), IsOkAndHolds(User(UserIds{0})));
  EXPECT_THAT(ParseUser("1000"), IsOkAndHolds(User(UserIds{1000})));
  EXPECT_THAT(ParseUser("4294967294"), IsOkAndHolds(User(UserIds{4294967294})));
  EXPECT_THAT(ParseUser("1000:100"), IsOkAndHolds(User(UserIds{1000, 100})));
  EXPECT_THAT(ParseUser("0:0"), IsOkAndHolds(User(UserIds{0, 0})));
}

TEST(ParseUser, TakesNames) {
  for (const char* name : {"ana", "_apt", "systemd-network", "ana@example.org",
                           "EXAMPLE\\ana", "o'neil", "jürgen", "a1"}) {
    EXPECT_THAT(ParseUser(name), IsOkAndHolds(User(UserName{name})));
  }
}

TEST(ParseUser, RefusesWhatIsNoIdOnEitherSide) {
  for (const std::string text : kNoIds) {
    if (text != "１") {
      EXPECT_FALSE(ParseUser(text).ok()) << text;
    }
    EXPECT_FALSE(ParseUser("1000:" + text).ok()) << text;
    EXPECT_FALSE(ParseUser(text + ":1000").ok()) << text;
  }
}

TEST(ParseUser, RefusesWhatIsNoName) {
  for (const char* text : {"ana:100", "ana:users", "an a", "ana\n", ":", ":1",
                           "-ana", "+ana", "1ana", "\x7f"}) {
    EXPECT_FALSE(ParseUser(text).ok()) << text;
  }
}

TEST(ParseUser, SaysWhatAnIdIs) {
  EXPECT_THAT(ParseUser("01"),
              Says("\"01\" is not an id: a decimal number from 0 to "
                   "4294967294 without sign, space or leading "
                   "zero"));
}

TEST(ParseIds, TakesTheThreeWords) {
  EXPECT_THAT(ParseIds("auto"), IsOkAndHolds(IdsAsked{.ids = Ids::kAuto}));
  EXPECT_THAT(ParseIds("self"), IsOkAndHolds(IdsAsked{.ids = Ids::kSelf}));
  EXPECT_THAT(ParseIds("range"), IsOkAndHolds(IdsAsked{.ids = Ids::kRange}));
}

TEST(ParseIds, TakesExtents) {
  EXPECT_THAT(
      ParseIds("0:1000:1"),
      IsOkAndHolds(IdsAsked{.ids = Ids::kListed, .extents = {{0, 1000, 1}}}));
  EXPECT_THAT(
      ParseIds("0:1000:1,1:100000:65536"),
      IsOkAndHolds(IdsAsked{.ids = Ids::kListed,
                            .extents = {{0, 1000, 1}, {1, 100000, 65536}}}));
}

TEST(ParseIds, RefusesWhatIsNoIdInAnyPlace) {
  for (const std::string text : kNoIds) {
    EXPECT_FALSE(ParseIds(text + ":0:1").ok()) << text;
    EXPECT_FALSE(ParseIds("0:" + text + ":1").ok()) << text;
    EXPECT_FALSE(ParseIds("0:0:" + text).ok()) << text;
  }
}

TEST(ParseIds, RefusesWhatIsNoExtent) {
  for (const char* text : {"",
                           "Self",
                           "self ",
                           "none",
                           "0",
                           "0:0",
                           "0:0:1:",
                           "0:0:1:1",
                           ",",
                           "0:0:1,",
                           ",0:0:1",
                           "0:0:1,,1:1:1",
                           "0:0:1 ,1:1:1",
                           "self,0:0:1",
                           "0:0:0",
                           "1:0:4294967294,",
                           "2:0:4294967294",
                           "0:2:4294967294",
                           "0:0:2,1:5:1",
                           "0:0:2,5:1:1"}) {
    EXPECT_FALSE(ParseIds(text).ok()) << text;
  }
}

TEST(ParseIds, SaysWhatItTakes) {
  EXPECT_THAT(ParseIds("own"), Says("\"own\" is not INSIDE:OUTSIDE:COUNT; ids "
                                    "are auto, self, range or "));
}

}  // namespace
}  // namespace sbx::idmap
