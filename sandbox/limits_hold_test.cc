// SPDX-License-Identifier: Apache-2.0

#include "sandbox/limits_hold.h"

#include <linux/capability.h>

#include <filesystem>
#include <string>
#include <variant>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "testing/status.h"

namespace sbx {
namespace {

using test::Says;
using ::testing::ElementsAre;
using ::testing::Field;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::VariantWith;

// With a limit of memory.
Spec Sharing(const std::string& host) {
  return {.command = {"true"},
          .files = {.items = {{.operation = fs::Bind{host, host}}}},
          .cgroup = {.settings = {{.option = "memory"}}}};
}

fs::Bind& ShareOf(Spec& spec) {
  return std::get<fs::Bind>(spec.files.items[0].operation);
}

absl::Status Held(const Spec& spec) {
  return CheckLimitsHold(spec, PlacesOfShares(spec));
}

const std::string kShares[] = {"/", "/sys", "/sys/fs/cgroup"};

TEST(CheckLimitsHold, RefusesThoseThatTheCommandCouldLift) {
  for (const std::string& host : kShares) {
    Spec spec = Sharing(host);
    EXPECT_OK(Held(spec)) << host;
    ShareOf(spec).access = fs::Access::kReadWrite;
    EXPECT_THAT(Held(spec), Says(HasSubstr("could lift the limit --memory")))
        << host;
    spec.cgroup.settings.clear();
    EXPECT_OK(Held(spec)) << host;
  }
}

TEST(CheckLimitsHold, FollowsLinks) {
  std::filesystem::create_symlink("/sys", "link");
  Spec spec = Sharing(std::filesystem::absolute("link").string());
  ShareOf(spec).access = fs::Access::kReadWrite;
  EXPECT_THAT(Held(spec), Says(HasSubstr("could lift the limit")));
}

TEST(CheckLimitsHold, RefusesThoseThatTheCommandCouldMakeWritable) {
  for (const std::string& host : kShares) {
    Spec spec = Sharing(host);
    spec.policy.capabilities = policy::CapabilitySet::Of(CAP_SYS_ADMIN);
    EXPECT_THAT(Held(spec), Says(HasSubstr("and lift the limit --memory")))
        << host;
    spec.files.items.clear();
    EXPECT_OK(Held(spec)) << host;
  }
}

Spec Nested(const std::string& host) {
  Spec spec = Sharing(host);
  spec.policy.nesting = policy::Nesting::kAllowed;
  return spec;
}

TEST(CheckLimitsHold, RefusesThoseThatACloneCouldLeave) {
  Spec spec = Nested("/sys");
  EXPECT_OK(Held(spec));
  ShareOf(spec).inside = "/elsewhere";
  EXPECT_THAT(Held(spec), Says(HasSubstr("could leave the limit --memory")));
  spec.policy.nesting = policy::Nesting::kRefused;
  EXPECT_OK(Held(spec));
}

TEST(CoversOfCgroups, AreThereWhereACloneCouldLeaveALimit) {
  EXPECT_THAT(CoversOfCgroups(Sharing("/")), IsEmpty());
  const auto covered = ElementsAre(
      Field(&fs::Item::operation,
            VariantWith<fs::Hide>(Field(&fs::Hide::inside, "/sys/fs/cgroup"))));
  EXPECT_THAT(CoversOfCgroups(Nested("/")), covered);
  Spec spec = Sharing("/");
  spec.policy.profile = policy::Profile::kNone;
  EXPECT_THAT(CoversOfCgroups(spec), covered);
  spec.cgroup.settings.clear();
  EXPECT_THAT(CoversOfCgroups(spec), IsEmpty());
}

}  // namespace
}  // namespace sbx
