// SPDX-License-Identifier: Apache-2.0

#include "sandbox/cgroup/hierarchy.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "testing/status.h"

namespace sbx::cgroup {
namespace {

using test::Says;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr char kUnified[] =
    "22 1 0:20 / / rw - ext4 /dev/vda rw\n"
    "31 22 0:28 / /sys/fs/cgroup rw,relatime - cgroup2 cgroup2 rw,nsdelegate\n";

TEST(ParsePlaceTest, FindsTheUnifiedHierarchy) {
  const auto place = ParsePlace("0::/user.slice/a.scope\n", kUnified);
  ASSERT_TRUE(place.ok()) << place.status();
  EXPECT_EQ(place->Directory(), "/sys/fs/cgroup/user.slice/a.scope");
}

TEST(ParsePlaceTest, FindsItBesideVersion1) {
  const auto place = ParsePlace(
      "4:memory:/job\n1:name=systemd:/\n0::/\n",
      "32 31 0:29 / /sys/fs/cgroup/cpu rw - cgroup cgroup rw,cpu\n"
      "41 31 0:38 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw\n");
  ASSERT_TRUE(place.ok()) << place.status();
  EXPECT_EQ(place->Directory(), "/sys/fs/cgroup/unified");
}

// As where a container without a cgroup namespace shows its own part.
TEST(ParsePlaceTest, TakesTheMountedPartAway) {
  const auto place = ParsePlace(
      "0::/docker/1/leaf\n",
      "31 22 0:28 /docker/1 /sys/fs/cgroup rw - cgroup2 cgroup2 rw\n");
  ASSERT_TRUE(place.ok()) << place.status();
  EXPECT_EQ(place->Directory(), "/sys/fs/cgroup/leaf");
}

TEST(ParsePlaceTest, SaysWhatIsMissing) {
  EXPECT_THAT(ParsePlace("4:memory:/\n", kUnified),
              Says(HasSubstr("no unified cgroup hierarchy")));
  EXPECT_THAT(ParsePlace("0::/\n", "22 1 0:20 / / rw - ext4 /dev/vda rw\n"),
              Says(HasSubstr("no mount here shows the cgroup \"/\"")));
  EXPECT_THAT(ParsePlace("0::/../a\n", kUnified),
              Says(HasSubstr("outside of this cgroup namespace")));
}

TEST(ParseOldPlaceTest, FindsTheController) {
  constexpr char kMounts[] =
      "33 31 0:30 / /sys/fs/cgroup/cpu rw - cgroup cgroup rw,cpu,cpuacct\n"
      "36 31 0:33 /job /sys/fs/cgroup/devices rw - cgroup cgroup rw,devices\n"
      "38 31 0:38 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw\n";
  const auto place = ParseOldPlace(
      "devices", "5:devices:/job/1\n2:cpu,cpuacct:/\n0::/\n", kMounts);
  ASSERT_TRUE(place.ok()) << place.status();
  EXPECT_EQ(place->Directory(), "/sys/fs/cgroup/devices/1");
  EXPECT_EQ(
      ParseOldPlace("cpuacct", "2:cpu,cpuacct:/a\n", kMounts)->Directory(),
      "/sys/fs/cgroup/cpu/a");
  EXPECT_THAT(ParseOldPlace("devices", "0::/\n", kMounts),
              Says(HasSubstr("no mount here shows the controller devices")));
}

TEST(OldControllersTest, NamesThem) {
  EXPECT_THAT(
      OldControllers("9:name=systemd:/\n4:memory:/a\n2:cpu,cpuacct:/\n0::/\n"),
      ElementsAre("memory", "cpu", "cpuacct"));
}

}  // namespace
}  // namespace sbx::cgroup
