// SPDX-License-Identifier: Apache-2.0

#include "sandbox/sys/number.h"

#include <cstdint>
#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "testing/status.h"

namespace sbx::sys {
namespace {

using test::IsOkAndHolds;
using test::Says;
using ::testing::Eq;

TEST(ParseNumber, ReadsDecimalDigits) {
  EXPECT_THAT(ParseNumber("0"), IsOkAndHolds(0u));
  EXPECT_THAT(ParseNumber("007"), IsOkAndHolds(7u));
  EXPECT_THAT(ParseNumber("4096"), IsOkAndHolds(4096u));
  EXPECT_THAT(ParseNumber("18446744073709551615"), IsOkAndHolds(UINT64_MAX));
}

TEST(ParseNumber, RefusesEverythingElse) {
  for (const std::string text :
       {"", "-1", "+1", " 1", "1 ", "1\n", "0x10", "1e3", "1.0", "1,000", "1K",
        "18446744073709551616", "99999999999999999999999", "\xd9\xa3"}) {
    EXPECT_THAT(ParseNumber(text), Says("is not a number that can be counted"))
        << text;
  }
  EXPECT_THAT(ParseNumber("-1"),
              Says(Eq("\"-1\" is not a number that can be counted to")));
}

TEST(ParseSize, CountsInUnitsOf1024) {
  const struct {
    std::string text;
    uint64_t size;
  } rows[] = {
      {"0", 0},
      {"4096", 4096},
      {"1K", 1024},
      {"1k", 1024},
      {"64M", uint64_t{64} << 20},
      {"2g", uint64_t{2} << 30},
      {"3T", uint64_t{3} << 40},
      {"0T", 0},
      {"18446744073709551615", UINT64_MAX},
      {"16777215T", uint64_t{16777215} << 40},
      {"18014398509481983K", uint64_t{18014398509481983} << 10},
  };
  for (const auto& row : rows) {
    EXPECT_THAT(ParseSize(row.text), IsOkAndHolds(row.size)) << row.text;
  }
}

TEST(ParseSize, RefusesOtherUnitsAndWhatDoesNotFit) {
  for (const std::string text :
       {"", "K", "M1", "1KB", "1Ki", "1KK", "1B", "1P", "1 M", "-1M", "1.5G",
        "16777216T", "18014398509481984K", "18446744073709551616"}) {
    EXPECT_THAT(ParseSize(text), Says("is not a size")) << text;
  }
}

}  // namespace
}  // namespace sbx::sys
