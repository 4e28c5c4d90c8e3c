// SPDX-License-Identifier: Apache-2.0

#include "sandbox/sys/mount_table.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace sbx::sys {
namespace {

using ::testing::ElementsAre;

TEST(ParseMounts, ReadsWhatTheKernelWrites) {
  EXPECT_THAT(
      ParseMounts("24 1 8:1 / / rw,relatime - ext4 /dev/sda1 rw,discard\n"
                  "30 24 0:26 /user /sys/fs/cgroup rw shared:9 master:2 - "
                  "cgroup2 cgroup2 rw\n"
                  "31 24 8:1 /a\\040b /c\\134d rw - ext4 /dev/sda1 rw\n"),
      ElementsAre(MountRow{"/", "/", "ext4", "rw,discard"},
                  MountRow{"/user", "/sys/fs/cgroup", "cgroup2", "rw"},
                  MountRow{"/a b", "/c\\d", "ext4", "rw"}));
}

TEST(ParseMounts, LeavesOutWhatIsNoLine) {
  EXPECT_THAT(ParseMounts(""), ElementsAre());
  EXPECT_THAT(ParseMounts("24 1 8:1 / - ext4\n\n"), ElementsAre());
}

TEST(ReadMounts, HasWhereThisProcessIs) {
  const auto rows = ReadMounts();
  ASSERT_TRUE(rows.ok());
  EXPECT_THAT(*rows,
              ::testing::Contains(::testing::Field(&MountRow::type, "proc")));
}

}  // namespace
}  // namespace sbx::sys
