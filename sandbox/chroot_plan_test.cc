// SPDX-License-Identifier: Apache-2.0

#include "sandbox/chroot_plan.h"

#include "absl/status/status.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "testing/status.h"

namespace sbx {
namespace {

using test::IsOk;
using test::Says;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

Spec InRoot(fs::Access access) {
  Spec spec = {.mode = Mode::kChroot, .chroot = "/r"};
  spec.files.items.push_back(
      {.operation = fs::Bind{.host = "/", .inside = "/", .access = access}});
  return spec;
}

const KernelFiles kSettings = {
    .mount = "/proc", .writable = "/r/proc/sys", .reason = "settings"};

// Landlock of this ABI, and no privilege to mount.
Facts WithAbi(int abi) {
  Facts facts = {.landlock_abi = abi};
  facts.chroot.binding = absl::FailedPreconditionError("sbx lacks it");
  return facts;
}

TEST(PlanChroot, BindsTheRootOntoItselfWhereThatCanBe) {
  Facts facts = WithAbi(6);
  facts.chroot.kernel_files = {kSettings, kSettings};
  const ChrootPlan plain =
      PlanChroot(InRoot(fs::Access::kReadWrite), facts).value();
  EXPECT_EQ(plain.mount, Own::kNo);
  EXPECT_EQ(plain.no_mount_reason, "sbx lacks it");
  facts.chroot.binding = absl::OkStatus();
  const ChrootPlan bound =
      PlanChroot(InRoot(fs::Access::kReadOnly), facts).value();
  EXPECT_EQ(bound.directory, "/r");
  EXPECT_EQ(bound.mount, Own::kYes);
  EXPECT_EQ(bound.access, fs::Access::kReadOnly);
  EXPECT_THAT(bound.kernel_files, ElementsAre("/proc"));
}

TEST(PlanChroot, LeavesTheRestToLandlock) {
  Facts facts = WithAbi(1);
  facts.chroot.kernel_files = {kSettings};
  facts.chroot.directories = {7};
  EXPECT_THAT(PlanChroot(InRoot(fs::Access::kReadOnly), facts), IsOk());
}

TEST(PlanChroot, RefusesWhatNothingKeepsWithoutLandlock) {
  const Spec writable = InRoot(fs::Access::kReadWrite);
  Facts facts = WithAbi(0);
  EXPECT_THAT(PlanChroot(writable, facts), IsOk());
  EXPECT_THAT(PlanChroot(InRoot(fs::Access::kReadOnly), facts),
              Says(AllOf(HasSubstr("\"/r\" cannot be read-only"),
                         HasSubstr("(sbx lacks it)"))));
  facts.chroot.kernel_files = {kSettings};
  EXPECT_THAT(PlanChroot(writable, facts),
              Says(HasSubstr("\"/r/proc/sys\" can be written (settings)")));
  facts.chroot.binding = absl::OkStatus();
  EXPECT_THAT(PlanChroot(writable, facts), IsOk());
}

// No mount stands in a descriptor's way.
TEST(PlanChroot, RefusesDirectoriesLeftOpenWithoutLandlock) {
  Facts facts = WithAbi(0);
  facts.chroot.binding = absl::OkStatus();
  facts.chroot.directories = {7};
  EXPECT_THAT(PlanChroot(InRoot(fs::Access::kReadWrite), facts),
              Says(HasSubstr("descriptor 7 is a directory")));
}

TEST(PlanChroot, IsNothingInOtherModes) {
  EXPECT_EQ(PlanChroot({.mode = Mode::kLandlock}, WithAbi(6)).value(),
            ChrootPlan());
}

}  // namespace
}  // namespace sbx
