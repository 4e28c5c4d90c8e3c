// SPDX-License-Identifier: Apache-2.0

#include "sandbox/cgroup/plan.h"

#include <utility>

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

// ---- Devices.

constexpr char kNeedsFilter[] = "--device=/dev/kvm:r needs a filter of devices";

Facts WithFilter(DeviceFilter filter, DeviceRule rule) {
  return {.device_filter = filter, .devices = {std::move(rule)}};
}

TEST(PlanCgroupTest, DevicesAreLookedAtWithoutACgroup) {
  const auto plan = PlanCgroup({.device_limit = DeviceLimit::kPrefer},
                               WithFilter(DeviceFilter::kNone, {}));
  EXPECT_EQ(plan->route, Route::kNone);
  EXPECT_FALSE(plan->IsEmpty());
  EXPECT_TRUE(PlanCgroup({}, {})->IsEmpty());
}

TEST(PlanCgroupTest, AFilterOfDevicesNeedsACgroup) {
  const Facts facts = WithFilter(DeviceFilter::kProgram, {});
  Spec spec = {.device_limit = DeviceLimit::kPrefer};
  EXPECT_EQ(PlanCgroup(spec, facts)->route, Route::kDirect);
  spec.route = Route::kNone;
  const auto plan = PlanCgroup(spec, facts);
  EXPECT_EQ(plan->route, Route::kNone);
  EXPECT_EQ(plan->device_filter, DeviceFilter::kNone);
  // That of version 1 is another hierarchy.
  EXPECT_EQ(PlanCgroup({.device_limit = DeviceLimit::kPrefer},
                       WithFilter(DeviceFilter::kOldController, {}))
                ->route,
            Route::kNone);
}

TEST(PlanCgroupTest, APartOfADeviceNeedsAFilter) {
  const DeviceRule rule = {.name = "/dev/kvm", .write = false};
  const Spec spec = {.device_limit = DeviceLimit::kRequire};
  EXPECT_THAT(PlanCgroup(spec, WithFilter(DeviceFilter::kNone, rule)),
              Says(HasSubstr(kNeedsFilter)));
  EXPECT_TRUE(PlanCgroup(spec, WithFilter(DeviceFilter::kProgram, rule)).ok());
}

}  // namespace
}  // namespace sbx::cgroup
