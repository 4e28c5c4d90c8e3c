// SPDX-License-Identifier: Apache-2.0

#include "idmap/subordinate.h"

#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace sbx::idmap {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

const Owner kAna = {.name = "ana", .uid = 1000};

TEST(RangesOf, FindsTheOwnersLinesByNameAndByNumber) {
  EXPECT_THAT(
      RangesOf(kAna,
               "bob:100000:65536\n"
               "ana:300000:10\n"
               "1000:200000:20\n"
               "anabel:1:1\n"
               "10000:1:1\n"
               "ana:165536:65536"),
      ElementsAre(Range{300000, 10}, Range{200000, 20}, Range{165536, 65536}));
}

TEST(RangesOf, ReadsNumbersAsShadowDoes) {
  const struct {
    std::string line;
    std::vector<Range> ranges;
  } rows[] = {
      {"ana:0x10:0x20", {{16, 32}}},
      // Octal.
      {"ana:010:10", {{8, 10}}},
      {"ana: 5:6", {{5, 6}}},
      // A third field is the last that counts.
      {"ana:5:6:7", {{5, 6}}},
      {"ana:5:6:", {{5, 6}}},
      // Cut off behind the last id there is.
      {"ana:4294967294:10", {{4294967294, 1}}},
      {"ana:4294967290:4294967295", {{4294967290, 5}}},
      {"ana:0:18446744073709551615", {{0, 4294967295}}},
  };
  for (const auto& row : rows) {
    EXPECT_EQ(RangesOf(kAna, row.line), row.ranges) << row.line;
  }
}

TEST(RangesOf, PassesOverWhatIsNoRange) {
  const std::string lines[] = {"",
                               "# ana:1:2",
                               "#ana:1:2",
                               "ana",
                               "ana:1",
                               "ana::2",
                               "ana:1:",
                               "ana:1:0",
                               "ana:x:2",
                               "ana:1:2x",
                               "ana:1 2:3",
                               " ana:1:2",
                               "ana :1:2",
                               ":1:2",
                               "ana:4294967295:1",
                               "ana:-1:2",
                               "Ana:1:2",
                               "ana:1:2\r",
                               "ana:1:" + std::string(1024, '0') + "2",
                               "ana:1:18446744073709551616"};
  for (const std::string& line : lines) {
    EXPECT_THAT(RangesOf(kAna, line), IsEmpty()) << line;
    EXPECT_THAT(RangesOf(kAna, line + "\nana:7:8\n"), ElementsAre(Range{7, 8}))
        << line;
  }
}

TEST(RangesOf, ReadsNoNumberPastANul) {
  EXPECT_THAT(RangesOf(kAna, std::string("ana:1:2\0 3", 10)), IsEmpty());
}

TEST(RangesOf, NeverRunsPastTheLastId) {
  std::mt19937 random(1);
  constexpr absl::string_view kLetters("ana:0123456789x\n-", 17);
  for (int round = 0; round < 20000; ++round) {
    std::string text = "ana:";
    for (uint32_t i = random() % 30; i > 0; --i) {
      text.push_back(kLetters[random() % kLetters.size()]);
    }
    for (const Range& range : RangesOf(kAna, text)) {
      EXPECT_GT(range.count, 0u) << text;
      EXPECT_LE(uint64_t{range.first} + range.count, 4294967295u) << text;
    }
  }
}

TEST(RangesPrinted, ReadsWhatGetsubidsPrints) {
  EXPECT_THAT(RangesPrinted("0: ana 100000 65536\n"
                            "1: ana 300000 10\n"),
              ElementsAre(Range{100000, 65536}, Range{300000, 10}));
}

TEST(RangesPrinted, PassesOverItsOtherWords) {
  EXPECT_THAT(RangesPrinted("Error opening libsubid_sss.so: no such file\n"
                            "Using files\n"
                            "0: ana 100000 x\n"
                            "0: ana 1 2 3\n"),
              IsEmpty());
}

TEST(SourcesOf, NamesTheSourcesOfTheDatabase) {
  constexpr absl::string_view kText =
      "# subid: nis\n"
      "passwd:\t files systemd # and more\n"
      "subid:\n"
      "SubID: sss files\n"
      "subid: files\n";
  EXPECT_THAT(SourcesOf("passwd", kText), ElementsAre("files", "systemd"));
  EXPECT_THAT(SourcesOf("subid", kText), ElementsAre("sss", "files"));
  EXPECT_THAT(SourcesOf("group", kText), IsEmpty());
  EXPECT_THAT(SourcesOf("subid", "subid: sss"), ElementsAre("sss"));
}

}  // namespace
}  // namespace sbx::idmap
