// SPDX-License-Identifier: Apache-2.0

#include "sandbox/cgroup/plan.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "sandbox/cgroup/parse.h"
#include "testing/status.h"

namespace sbx::cgroup {
namespace {

using test::Says;
using ::testing::HasSubstr;

const Setting& Memory() {
  static const auto* const setting = new Setting(*ParseLimit("memory", "1M"));
  return *setting;
}

TEST(PlanCgroupTest, WithoutLimitsThereIsNone) {
  EXPECT_EQ(PlanCgroup({}, {.has_systemd = true})->route, Route::kNone);
}

TEST(PlanCgroupTest, SystemdIsAskedWhereThereIsOne) {
  const Spec spec = {.settings = {Memory()}};
  EXPECT_EQ(PlanCgroup(spec, {.has_systemd = true})->route, Route::kSystemd);
  EXPECT_EQ(PlanCgroup(spec, {.has_systemd = false})->route, Route::kDirect);
}

TEST(PlanCgroupTest, ARouteThatIsNamedIsTaken) {
  EXPECT_EQ(PlanCgroup({.route = Route::kDirect}, {.has_systemd = true})->route,
            Route::kDirect);
  EXPECT_EQ(PlanCgroup({.route = Route::kSystemd}, {})->route, Route::kSystemd);
}

TEST(PlanCgroupTest, LimitsNeedACgroup) {
  Spec spec = {.route = Route::kNone, .settings = {Memory()}};
  EXPECT_THAT(PlanCgroup(spec, {}), Says(HasSubstr("--memory needs a cgroup")));
  spec.shortfall = Shortfall::kIsAccepted;
  EXPECT_EQ(PlanCgroup(spec, {})->route, Route::kNone);
}

}  // namespace
}  // namespace sbx::cgroup
