// SPDX-License-Identifier: Apache-2.0

#include "policy/capabilities.h"

#include <linux/capability.h>
#include <linux/securebits.h>

#include <string>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "testing/status.h"

namespace sbx::policy {
namespace {

using test::IsOkAndHolds;
using test::Says;
using ::testing::ElementsAre;
using ::testing::Eq;
using ::testing::IsEmpty;

constexpr CapabilitySet kAll((uint64_t{1} << (CAP_LAST_CAP + 1)) - 1);
constexpr CapabilitySet kKill = CapabilitySet::Of(CAP_KILL);

// What a list makes of a default of CAP_KILL alone.
absl::StatusOr<CapabilitySet> Parsed(const std::string& text) {
  const absl::StatusOr<CapabilityList> list = ParseCapabilities(text);
  if (!list.ok()) return list.status();
  return list->From(kKill);
}

TEST(ParseCapabilities, TakesTheNamesOfTheKernel) {
  const struct {
    std::string text;
    CapabilitySet set;
  } rows[] = {
      {"none", {}},
      {"CAP_CHOWN", CapabilitySet::Of(CAP_CHOWN)},
      {"CHOWN", CapabilitySet::Of(CAP_CHOWN)},
      {"cap_net_raw", CapabilitySet::Of(CAP_NET_RAW)},
      {"Net_Raw", CapabilitySet::Of(CAP_NET_RAW)},
      {"NET_RAW,CAP_CHOWN", CapabilitySet::Of(CAP_NET_RAW, CAP_CHOWN)},
      {"chown,chown", CapabilitySet::Of(CAP_CHOWN)},
      {"checkpoint_restore", CapabilitySet::Of(CAP_CHECKPOINT_RESTORE)},
      {"ALL", kAll},
      {"all", kAll},
      {"chown,all", kAll},
  };
  for (const auto& row : rows) {
    EXPECT_THAT(Parsed(row.text), IsOkAndHolds(row.set)) << row.text;
  }
}

TEST(ParseCapabilities, ChangesTheDefaultIfTheListStartsWithASign) {
  const CapabilitySet chown = CapabilitySet::Of(CAP_CHOWN);
  const struct {
    std::string text;
    CapabilitySet set;
  } rows[] = {
      {"+chown", kKill | chown},
      {"-kill", {}},
      {"-chown", kKill},
      {"+chown,-kill", chown},
      {"+cap_chown,sys_time,-kill,-sys_time", chown},
      {"-kill,+kill", kKill},
      {"+chown,-chown", kKill},
      {"-ALL", {}},
      {"-ALL,chown", chown},
      {"+ALL", kAll},
      {"ALL,-kill", kAll & ~kKill},
      {"chown,+kill", chown | kKill},
      {"chown,-chown", {}},
      {"none,+chown", chown},
  };
  for (const auto& row : rows) {
    EXPECT_THAT(Parsed(row.text), IsOkAndHolds(row.set)) << row.text;
  }
}

TEST(CapabilityList, OfNothingIsTheDefault) {
  EXPECT_EQ(CapabilityList().From(kKill), kKill);
}

TEST(ParseCapabilities, RefusesWhatIsNoNameOfOne) {
  const struct {
    std::string text;
    std::string name;
    std::string meant;
  } rows[] = {
      {"", R"("")", ""},
      {"root", R"("root")", ""},
      {"0", R"("0")", ""},
      {"cap_5", R"("cap_5")", ""},
      {"cap_", R"("cap_")", ""},
      {"chown,", R"("")", ""},
      {"+", R"("")", ""},
      {"chown,none", R"("none")", ""},
      {"-none", R"("none")", ""},
      {"--chown", R"("-chown")", "is CHOWN meant? S"},
      {"chown, kill", R"(" kill")", "is KILL meant? S"},
      {"chown+kill", R"("chown+kill")", ""},
      {"chown=ep", R"("chown=ep")", ""},
      {"chown5", R"("chown5")", "is CHOWN meant? S"},
      {"chown\x1b", R"("chown\x1b")", "is CHOWN meant? S"},
      {"cap_setuit", R"("cap_setuit")", "is SETUID or SETGID meant? S"},
      {"admin", R"("admin")",
       "is NET_ADMIN or SYS_ADMIN or MAC_ADMIN meant? S"},
  };
  for (const auto& row : rows) {
    EXPECT_THAT(Parsed(row.text),
                Says(Eq(absl::StrCat("there is no capability ", row.name, "; ",
                                     row.meant.empty() ? "s" : row.meant,
                                     "ee capabilities(7)"))));
  }
}

TEST(CapabilityNames, AreThoseOfTheKernelInItsOrder) {
  EXPECT_EQ(CapabilityNames({}), "none");
  EXPECT_EQ(CapabilityNames(CapabilitySet::Of(CAP_NET_RAW, CAP_CHOWN)),
            "CAP_CHOWN,CAP_NET_RAW");
}

TEST(CapabilityNames, AreReadBackAsTheSameSet) {
  for (int number = 0; number <= CAP_LAST_CAP; ++number) {
    const CapabilitySet set = CapabilitySet::Of(number);
    EXPECT_THAT(Parsed(CapabilityNames(set)), IsOkAndHolds(set));
  }
  EXPECT_THAT(Parsed(CapabilityNames(kAll)), IsOkAndHolds(kAll));
}

TEST(SecurebitNames, AreThoseOfLibcap) {
  EXPECT_THAT(SecurebitNames(0), IsEmpty());
  EXPECT_THAT(SecurebitNames(SECBIT_KEEP_CAPS_LOCKED),
              ElementsAre("keep-caps-locked"));
  EXPECT_EQ(SecurebitNames(0xff).size(), 8u);
}

}  // namespace
}  // namespace sbx::policy
