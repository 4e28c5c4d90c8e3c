// SPDX-License-Identifier: Apache-2.0

#include "tools/doctor/answer.h"

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tools/sbx/report_json.h"

namespace sbx::doctor {
namespace {

using ::testing::IsEmpty;

TEST(AnswerOfTest, ReadsWhatTheReportWrites) {
  Plan plan;
  plan.network = Network::kHost;
  plan.command = {"a\n{\n"};
  const Answer answer = AnswerOf(tools::ReportJson(plan, {}, 0));
  EXPECT_EQ(answer.words, "");
  EXPECT_EQ(answer.rows, ProtectionsOf(plan, {}));
}

TEST(AnswerOfTest, TellsWordsFromTheReport) {
  const std::string words = "sbx: some limits did not hold: no {x}\n";
  const Answer answer =
      AnswerOf(absl::StrCat(words, tools::ReportJson({}, {}, 0)));
  EXPECT_EQ(answer.words, words);
  EXPECT_EQ(answer.rows, ProtectionsOf({}, {}));
}

TEST(AnswerOfTest, HasNoProtectionsOfASandboxThatWasNotMade) {
  const absl::Status failure = absl::InternalError("no");
  const Answer answer = AnswerOf(
      absl::StrCat("sbx: no\n", tools::FailureJson(nullptr, failure, 125)));
  EXPECT_EQ(answer.words, "sbx: no\n");
  EXPECT_THAT(answer.rows, IsEmpty());
}

TEST(AnswerOfTest, TakesWordsAlone) {
  EXPECT_EQ(AnswerOf("bwrap: no\n").words, "bwrap: no\n");
  EXPECT_EQ(AnswerOf("").words, "");
  EXPECT_THAT(AnswerOf("{\n broken").rows, IsEmpty());
}

}  // namespace
}  // namespace sbx::doctor
