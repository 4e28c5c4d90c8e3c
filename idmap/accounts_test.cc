// SPDX-License-Identifier: Apache-2.0

#include "idmap/accounts.h"

#include <cstdint>
#include <optional>
#include <random>
#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace sbx::idmap {
namespace {

using ::testing::Optional;

constexpr absl::string_view kPasswd =
    "root:x:0:0:root:/root:/bin/bash\n"
    "\n"
    "# a comment:x:1000:1000::/:\n"
    "+::::::\n"
    "broken\n"
    "odd:x:01000:1000::/:/bin/sh\n"
    "toor:x:0:0::/toor:/bin/csh\n"
    "ana:x:1000:100:Ana,,,:/home/ana:/bin/zsh\n"
    "short:x:5:6";

TEST(FindAccount, FindsByNumberTheFirst) {
  EXPECT_THAT(FindAccount(kPasswd, 0u),
              Optional(Account{"root", 0, 0, "/root", "/bin/bash"}));
  EXPECT_THAT(FindAccount(kPasswd, 1000u),
              Optional(Account{"ana", 1000, 100, "/home/ana", "/bin/zsh"}));
}

TEST(FindAccount, FindsByName) {
  EXPECT_THAT(FindAccount(kPasswd, "toor"),
              Optional(Account{"toor", 0, 0, "/toor", "/bin/csh"}));
}

TEST(FindAccount, TakesMissingFieldsAsEmpty) {
  EXPECT_THAT(FindAccount(kPasswd, "short"),
              Optional(Account{"short", 5, 6, "", ""}));
}

TEST(FindAccount, FindsNothingInWhatIsNoEntry) {
  for (const char* name : {"", "+", "broken", "# a comment", "odd", "nobody"}) {
    EXPECT_EQ(FindAccount(kPasswd, name), std::nullopt) << name;
  }
  EXPECT_EQ(FindAccount(kPasswd, 7u), std::nullopt);
  EXPECT_EQ(FindAccount("", 0u), std::nullopt);
}

TEST(FindAccount, PassesOverLinesWithNul) {
  const std::string passwd("root\0x:x:0:0::/:\n", 17);
  EXPECT_EQ(FindAccount(passwd, 0u), std::nullopt);
}

TEST(FindGroup, FindsByNumberAndByName) {
  constexpr absl::string_view kGroup =
      "root:x:0:\ntty:x:5:ana,bob\nusers:x:100";
  EXPECT_THAT(FindGroup(kGroup, 5u), Optional(Group{"tty", 5}));
  EXPECT_THAT(FindGroup(kGroup, "users"), Optional(Group{"users", 100}));
  EXPECT_EQ(FindGroup(kGroup, 6u), std::nullopt);
}

TEST(WithAccount, PutsALineBehindTheLast) {
  const Account account = {"ana", 1000, 100, "/home/ana", "/bin/sh"};
  EXPECT_EQ(WithAccount("root:x:0:0::/:\n", account),
            "root:x:0:0::/:\nana:x:1000:100::/home/ana:/bin/sh\n");
  EXPECT_EQ(WithAccount("", account), "ana:x:1000:100::/home/ana:/bin/sh\n");
}

TEST(WithAccount, EndsAnUnfinishedLastLineFirst) {
  EXPECT_EQ(WithAccount("root:x:0:0::/:", {"ana", 1, 2, "/", "/bin/sh"}),
            "root:x:0:0::/:\nana:x:1:2::/:/bin/sh\n");
  EXPECT_EQ(WithGroup("root:x:0:", {"ana", 7}), "root:x:0:\nana:x:7:\n");
}

// Others write these files: an attacker may have made the root.
TEST(FindAccount, FindsNoNameThatWouldSpoilALine) {
  std::mt19937 random(1);
  constexpr absl::string_view kLetters("a:0\n#+-x\0\r1", 11);
  for (int round = 0; round < 20000; ++round) {
    std::string text;
    for (uint32_t i = random() % 60; i > 0; --i) {
      text.push_back(kLetters[random() % kLetters.size()]);
    }
    for (const uint32_t uid : {0u, 1u, 10u}) {
      const auto account = FindAccount(text, uid);
      if (!account) continue;
      EXPECT_EQ(account->uid, uid);
      const std::string line = WithAccount("", *account);
      EXPECT_EQ(line.find('\n'), line.size() - 1);
      EXPECT_EQ(line.find('\0'), std::string::npos);
      EXPECT_EQ(FindAccount(line, uid), account);
    }
  }
}

}  // namespace
}  // namespace sbx::idmap
