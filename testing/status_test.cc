// SPDX-License-Identifier: Apache-2.0

#include "testing/status.h"

#include <cerrno>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "gmock/gmock.h"
#include "gtest/gtest-spi.h"
#include "gtest/gtest.h"
#include "sandbox/sys/status.h"

namespace sbx::test {
namespace {

using ::testing::AllOf;
using ::testing::EndsWith;
using ::testing::Gt;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::Pointee;

absl::Status ReadOnly() { return sys::ErrnoStatus(EROFS, "write(\"/a\")"); }
absl::StatusOr<int> Seven() { return 7; }
absl::StatusOr<int> NoNumber() { return ReadOnly(); }

template <typename Value, typename Matcher>
std::string Explain(const Value& value, const Matcher& matcher) {
  ::testing::StringMatchResultListener listener;
  ::testing::ExplainMatchResult(matcher, value, &listener);
  return listener.str();
}

TEST(IsOk, TellsSuccessFromFailure) {
  EXPECT_OK(absl::OkStatus());
  EXPECT_OK(Seven());
  EXPECT_THAT(ReadOnly(), Not(IsOk()));
  EXPECT_THAT(NoNumber(), Not(IsOk()));
}

TEST(IsOk, ShowsTheFailure) {
  EXPECT_NONFATAL_FAILURE(EXPECT_OK(NoNumber()), "Read-only file system");
}

TEST(IsOkAndHolds, LooksAtTheValue) {
  EXPECT_THAT(Seven(), IsOkAndHolds(7));
  EXPECT_THAT(Seven(), IsOkAndHolds(Gt(6)));
  EXPECT_THAT(Seven(), Not(IsOkAndHolds(8)));
  EXPECT_THAT(NoNumber(), Not(IsOkAndHolds(7)));
}

TEST(IsOkAndHolds, LooksAtAValueThatCannotBeCopied) {
  const absl::StatusOr<std::unique_ptr<int>> value = std::make_unique<int>(7);
  EXPECT_THAT(value, IsOkAndHolds(Pointee(7)));
}

TEST(FailsWith, LooksAtTheErrnoAlone) {
  EXPECT_THAT(ReadOnly(), FailsWith(EROFS));
  EXPECT_THAT(NoNumber(), FailsWith(EROFS));
  EXPECT_THAT(ReadOnly(), Not(FailsWith(EPERM)));
  EXPECT_THAT(absl::OkStatus(), Not(FailsWith(0)));
  EXPECT_THAT(absl::InternalError("Read-only file system"),
              Not(FailsWith(EROFS)));
}

TEST(FailsWith, NamesTheErrno) {
  EXPECT_THAT(Explain(ReadOnly(), FailsWith(EPERM)), EndsWith("with EROFS"));
  EXPECT_EQ(::testing::DescribeMatcher<absl::Status>(FailsWith(EPERM)),
            "fails with EPERM");
}

TEST(Says, LooksAtTheWordsOfAFailure) {
  EXPECT_THAT(ReadOnly(), Says("/a"));
  EXPECT_THAT(NoNumber(), Says(EndsWith("Read-only file system")));
  EXPECT_THAT(ReadOnly(), AllOf(FailsWith(EROFS), Says(std::string("write"))));
  EXPECT_THAT(ReadOnly(), Not(Says("open")));
  EXPECT_THAT(absl::OkStatus(), Not(Says("")));
}

TEST(Says, ShowsTheWords) {
  EXPECT_THAT(Explain(ReadOnly(), Says("open")), HasSubstr("/a"));
}

TEST(AssertOkAndAssign, GivesTheValue) {
  ASSERT_OK_AND_ASSIGN(const int seven, Seven());
  EXPECT_EQ(seven, 7);
}

}  // namespace
}  // namespace sbx::test
