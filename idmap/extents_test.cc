// SPDX-License-Identifier: Apache-2.0

#include "idmap/extents.h"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <random>
#include <set>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "testing/status.h"

namespace sbx::idmap {
namespace {

using test::Says;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Optional;

constexpr uint32_t kMost = 4294967295;

TEST(MapText, HasALineForEachExtent) {
  EXPECT_EQ(MapText({{0, 1000, 1}, {1, 100000, 65536}}),
            "0 1000 1\n1 100000 65536\n");
}

TEST(CheckExtents, TakesWhatTheKernelTakes) {
  EXPECT_OK(CheckExtents({{0, 0, kMost}}));
  EXPECT_OK(CheckExtents({{4294967294, 4294967294, 1}}));
  EXPECT_OK(CheckExtents({{0, 10, 5}, {5, 5, 5}, {10, 0, 5}}));
}

TEST(CheckExtents, RefusesWhatTheKernelRefuses) {
  EXPECT_THAT(CheckExtents({}), Says("no ids"));
  EXPECT_THAT(CheckExtents({{0, 0, 0}}), Says("0:0:0 are none"));
  EXPECT_THAT(CheckExtents({{4294967295, 0, 1}}), Says("past 4294967294"));
  EXPECT_THAT(CheckExtents({{0, 1, kMost}}), Says("past 4294967294"));
  EXPECT_THAT(CheckExtents({{1, 0, kMost}}), Says("past 4294967294"));
  EXPECT_THAT(CheckExtents({{0, 10, 5}, {4, 20, 1}}), Says("overlap inside"));
  EXPECT_THAT(CheckExtents({{4, 20, 1}, {0, 10, 5}}), Says("overlap inside"));
  EXPECT_THAT(CheckExtents({{0, 10, 5}, {5, 14, 1}}), Says("overlap outside"));
}

TEST(CheckExtents, RefusesMoreThanTheKernelTakes) {
  std::vector<Extent> extents;
  for (uint32_t i = 0; i < 340; ++i) extents.push_back({2 * i, 2 * i, 1});
  EXPECT_OK(CheckExtents(extents));
  extents.push_back({2000, 2000, 1});
  EXPECT_THAT(CheckExtents(extents), Says("341 extents"));
  extents.clear();
  // Fewer, but with numbers that fill more than a page.
  for (uint32_t i = 0; i < 200; ++i) {
    extents.push_back({4000000000u + i, 4000001000u - 2 * i, 1});
  }
  EXPECT_THAT(CheckExtents(extents), Says("4095 bytes"));
}

TEST(Without, LeavesWhatIsNotTaken) {
  const std::vector<Range> ranges = {{10, 10}};
  EXPECT_THAT(Without(ranges, {0, 10}), ElementsAre(Range{10, 10}));
  EXPECT_THAT(Without(ranges, {20, 5}), ElementsAre(Range{10, 10}));
  EXPECT_THAT(Without(ranges, {0, 11}), ElementsAre(Range{11, 9}));
  EXPECT_THAT(Without(ranges, {19, 9}), ElementsAre(Range{10, 9}));
  EXPECT_THAT(Without(ranges, {14, 2}),
              ElementsAre(Range{10, 4}, Range{16, 4}));
  EXPECT_THAT(Without(ranges, {10, 10}), IsEmpty());
  EXPECT_THAT(Without({{0, kMost}}, {0, kMost}), IsEmpty());
  EXPECT_THAT(Without({{0, kMost}}, {4294967294, 1}),
              ElementsAre(Range{0, 4294967294}));
}

TEST(FillAround, PutsRootFirstWhenTheCommandIsRoot) {
  EXPECT_THAT(FillAround({0, 1000, 1}, {{100000, 65536}}),
              ElementsAre(Extent{0, 1000, 1}, Extent{1, 100000, 65536}));
}

TEST(FillAround, GoesAroundTheCommandsId) {
  EXPECT_THAT(FillAround({1000, 1000, 1}, {{100000, 65536}}),
              ElementsAre(Extent{0, 100000, 1000}, Extent{1000, 1000, 1},
                          Extent{1001, 101000, 64536}));
}

TEST(FillAround, LeavesAGapBeforeAHighId) {
  EXPECT_THAT(FillAround({70000, 1000, 1}, {{100000, 10}}),
              ElementsAre(Extent{0, 100000, 10}, Extent{70000, 1000, 1}));
}

TEST(FillAround, MeetsTheCommandsIdAtTheSeam) {
  EXPECT_THAT(FillAround({10, 1000, 1}, {{100000, 10}, {200000, 5}}),
              ElementsAre(Extent{0, 100000, 10}, Extent{10, 1000, 1},
                          Extent{11, 200000, 5}));
}

TEST(FillAround, JoinsNeighboursInTheOrderGiven) {
  EXPECT_THAT(
      FillAround({0, 1000, 1}, {{300000, 5}, {100000, 10}, {100010, 10}}),
      ElementsAre(Extent{0, 1000, 1}, Extent{1, 300000, 5},
                  Extent{6, 100000, 20}));
}

TEST(FillAround, CountsEachIdOnce) {
  EXPECT_THAT(
      FillAround({0, 7, 1}, {{100, 10}, {105, 10}, {100, 10}, {95, 30}}),
      ElementsAre(Extent{0, 7, 1}, Extent{1, 100, 15}, Extent{16, 95, 5},
                  Extent{21, 115, 10}));
}

TEST(FillAround, MapsTheCallersIdOnlyToTheCommand) {
  EXPECT_THAT(
      FillAround({0, 1000, 1}, {{998, 5}}),
      ElementsAre(Extent{0, 1000, 1}, Extent{1, 998, 2}, Extent{3, 1001, 2}));
}

TEST(FillAround, KeepsTheCallersIdApartFromItsNeighbours) {
  EXPECT_THAT(FillAround({0, 1000, 1}, {{1001, 5}}),
              ElementsAre(Extent{0, 1000, 1}, Extent{1, 1001, 5}));
}

TEST(FillAround, StopsAtTheLastId) {
  EXPECT_THAT(
      FillAround({0, 5, 1}, {{0, kMost}}),
      ElementsAre(Extent{0, 5, 1}, Extent{1, 0, 5}, Extent{6, 6, 4294967289}));
}

// Whatever ranges an administrator has written.
TEST(FillAround, AlwaysMakesAMapThatTheKernelTakes) {
  std::mt19937 random(1);
  // Small numbers meet and overlap; some lie at the very end.
  const auto id = [&] {
    const uint32_t small = static_cast<uint32_t>(random() % 40);
    return random() % 4 == 0 ? 4294967294u - small : small;
  };
  for (int round = 0; round < 2000; ++round) {
    const Extent own = {id(), id(), 1};
    std::vector<Range> ranges;
    for (uint32_t i = random() % 6; i > 0; --i) {
      const uint32_t first = id();
      const uint32_t room = 4294967295u - first;
      ranges.push_back(
          {first, 1 + static_cast<uint32_t>(random()) % std::min(room, 20u)});
    }
    const std::vector<Extent> extents = FillAround(own, ranges);
    EXPECT_OK(CheckExtents(extents));
    EXPECT_THAT(OutsideOf(extents, own.inside), Optional(own.outside));
    EXPECT_EQ(Isolated(extents, own.outside), extents);
    // Each id of each range, and nobody else's.
    std::set<uint32_t> wanted = {own.outside}, found;
    for (const Range& range : ranges) {
      for (uint32_t i = 0; i < range.count; ++i) wanted.insert(range.first + i);
    }
    for (const Extent& extent : extents) {
      for (uint32_t i = 0; i < extent.count; ++i) {
        found.insert(extent.outside + i);
      }
    }
    EXPECT_EQ(found, wanted);
  }
}

TEST(Isolated, GivesTheIdAnExtentOfItsOwn) {
  EXPECT_THAT(Isolated({{0, 998, 5}, {50, 2000, 5}}, 1000),
              ElementsAre(Extent{0, 998, 2}, Extent{2, 1000, 1},
                          Extent{3, 1001, 2}, Extent{50, 2000, 5}));
  EXPECT_THAT(Isolated({{7, 1000, 1}}, 1000), ElementsAre(Extent{7, 1000, 1}));
}

TEST(OutsideOf, IsTheOtherWayRoundOfInsideOf) {
  const std::vector<Extent> extents = {{0, 1000, 1}, {10, 100000, 5}};
  EXPECT_THAT(OutsideOf(extents, 14), Optional(100004u));
  EXPECT_THAT(InsideOf(extents, 100004), Optional(14u));
  EXPECT_EQ(OutsideOf(extents, 15), std::nullopt);
  EXPECT_EQ(OutsideOf(extents, 9), std::nullopt);
  EXPECT_EQ(InsideOf(extents, 100005), std::nullopt);
}

}  // namespace
}  // namespace sbx::idmap
