// SPDX-License-Identifier: Apache-2.0

#include "tools/sbx/modes.h"

#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "testing/status.h"
#include "tools/sbx/options.h"

namespace sbx::tools {
namespace {

using test::IsOk;
using test::Says;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::UnorderedElementsAreArray;

TEST(OptionsByMode, HasARowForEachOptionAndNoOther) {
  std::vector<std::string> options, rows;
  for (const Section& section : Options()) {
    for (const Option& option : section.options) {
      options.emplace_back(option.name);
    }
  }
  for (const ModeRow& row : OptionsByMode()) rows.emplace_back(row.option);
  EXPECT_THAT(rows, UnorderedElementsAreArray(options));
}

TEST(OptionsByMode, SaysWhyAModeLacksAnOption) {
  for (const ModeRow& row : OptionsByMode()) {
    EXPECT_EQ(row.modes == kAllModes, row.reason.empty()) << row.option;
  }
}

TEST(CheckGiven, RefusesWhatTheModeHasNot) {
  EXPECT_THAT(CheckGiven(Mode::kLandlock, {"ro", "hostname"}),
              Says("--mode=landlock has no --hostname: the name is the host's, "
                   "without a uts namespace"));
  EXPECT_THAT(CheckGiven(Mode::kNamespace, {"attributes"}),
              Says(HasSubstr("--mode=namespace has no --attributes: ")));
}

TEST(CheckGiven, LetsThroughWhatTheModeHas) {
  EXPECT_THAT(CheckGiven(Mode::kLandlock, {"ro", "rw", "hide", "net"}), IsOk());
  EXPECT_THAT(CheckGiven(Mode::kNamespace, {"hostname", "tmpfs"}), IsOk());
}

// Whoever forgets the row has not thought about it.
TEST(CheckGiven, RefusesAnOptionWithoutARowInWeakerModes) {
  EXPECT_THAT(CheckGiven(Mode::kLandlock, {"brand-new"}), Not(IsOk()));
  EXPECT_THAT(CheckGiven(Mode::kNamespace, {"brand-new"}), IsOk());
}

}  // namespace
}  // namespace sbx::tools
