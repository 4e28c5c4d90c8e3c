// SPDX-License-Identifier: Apache-2.0

#include "tools/doctor/words.h"

#include <nlohmann/json.hpp>
#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace sbx::doctor {
namespace {

using ::testing::HasSubstr;

constexpr Protections kSome = SetOf(Protection::kFiles, Protection::kIds);

Finding Failure() {
  return {.name = "namespaces",
          .protections = kSome,
          .state = Kept::kNot,
          .why = "clone3(): Operation not permitted",
          .remedy = "allow them"};
}

Finding DefaultSandbox() {
  return {.name = std::string(kDefaultSandbox),
          .protections = SetOf(Protection::kNetwork)};
}

TEST(TextTest, SaysOneReasonOnce) {
  EXPECT_THAT(Text({}, {Failure(), Failure()}),
              HasSubstr("does not  namespaces: files, ids\n"
                        "          clone3(): Operation not permitted\n"
                        "          → allow them\n"
                        "does not  namespaces: files, ids\n\n"));
}

TEST(TextTest, SaysWhatWouldChangeIt) {
  EXPECT_EQ(Text({.version = "1", .kernel = "6.1", .uid = 7},
                 {Failure(), DefaultSandbox()}),
            "sbx 1 on Linux 6.1, as user 7\n\n"
            "does not  namespaces: files, ids\n"
            "          clone3(): Operation not permitted\n"
            "          → allow them\n"
            "works     the default sandbox: network\n"
            "\nThe default sandbox works.\n");
}

TEST(TextTest, NamesAProtectionOnce) {
  EXPECT_THAT(Text({}, {{.name = "ids",
                         .protections = SetOf(Protection::kIds),
                         .state = Kept::kWeaker}}),
              HasSubstr("weaker    ids\n"));
}

TEST(TextTest, IsWellOnlyIfTheDefaultSandboxWorks) {
  EXPECT_TRUE(IsWell({DefaultSandbox()}));
  EXPECT_FALSE(IsWell({{.name = "overlays"}}));
  Finding finding = DefaultSandbox();
  finding.state = Kept::kWeaker;
  EXPECT_FALSE(IsWell({finding}));
  EXPECT_THAT(Text({}, {finding}), HasSubstr("does not work here"));
}

TEST(JsonTextTest, HasTheSame) {
  const auto json = nlohmann::json::parse(
      JsonText({.version = "1", .kernel = "6.1", .uid = 7}, {Failure()}));
  EXPECT_EQ(json["default_sandbox_works"], false);
  EXPECT_EQ(json["checks"][0]["name"], "namespaces");
  EXPECT_EQ(json["checks"][0]["protections"], nlohmann::json({"files", "ids"}));
  EXPECT_EQ(json["checks"][0]["state"], "does not");
  EXPECT_EQ(json["checks"][0]["remedy"], "allow them");
}

}  // namespace
}  // namespace sbx::doctor
