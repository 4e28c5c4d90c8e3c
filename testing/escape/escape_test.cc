// SPDX-License-Identifier: Apache-2.0
//
// Each attack is stopped, by what is said to stop it; and the same attack
// succeeds where that is switched off, or else nothing would have been shown.

#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "testing/command.h"
#include "testing/escape/cases.h"
#include "testing/escape/surroundings.h"

namespace sbx::escape {
namespace {

using ::testing::AnyOf;
using ::testing::HasSubstr;
using ::testing::Matcher;
using ::testing::ValuesIn;

std::string StoppedBy(const char* error) {
  return absl::StrCat("stopped by ", error);
}

class Attack : public ::testing::TestWithParam<Case> {
 protected:
  // What the attacker says, with `in` around him.
  std::string Says(const char* in, const char* attack) {
    const test::CommandResult result = surroundings_.Run(
        absl::StrCat(in, " attacks ", attack), GetParam().streams);
    return result.out + result.err;
  }

 private:
  Surroundings surroundings_;
};

TEST_P(Attack, IsStopped) {
  const Case& row = GetParam();
  EXPECT_THAT(Says(row.in, row.attack), HasSubstr(StoppedBy(row.error)))
      << row.tries << " is stopped by " << row.stopped_by;
}

TEST_P(Attack, SucceedsOtherwise) {
  const Case& row = GetParam();
  Matcher<std::string> succeeds = HasSubstr("succeeded");
  if (row.closed_to_all != nullptr) {
    succeeds = AnyOf(succeeds, HasSubstr(StoppedBy(row.closed_to_all)));
  }
  EXPECT_THAT(
      Says(row.succeeds_in, row.succeeding ? row.succeeding : row.attack),
      succeeds);
}

INSTANTIATE_TEST_SUITE_P(
    Escape, Attack, ValuesIn(Cases().begin(), Cases().end()),
    [](const auto& test) {
      return absl::StrReplaceAll(test.param.name, {{"-", "_"}});
    });

}  // namespace
}  // namespace sbx::escape
