// SPDX-License-Identifier: Apache-2.0
//
// Matchers for absl::Status and absl::StatusOr:
//
//   EXPECT_OK(Apply(plan));
//   ASSERT_OK_AND_ASSIGN(const Plan plan, PlanRoot(spec, facts));
//   EXPECT_THAT(PlanRoot(spec, facts), IsOkAndHolds(ElementsAre(share)));
//   EXPECT_THAT(WriteFile(path, "new"), FailsWith(EROFS));
//   EXPECT_THAT(Check(spec), Says("--root and --mode=landlock"));
//   EXPECT_THAT(Check(spec), AllOf(FailsWith(EPERM),
//   Says(EndsWith("denied"))));

#ifndef SBX_TESTING_STATUS_H_
#define SBX_TESTING_STATUS_H_

#include <string.h>

#include <string>
#include <type_traits>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "sandbox/sys/status.h"

namespace sbx::test {

inline const absl::Status& StatusOf(const absl::Status& status) {
  return status;
}
template <typename T>
const absl::Status& StatusOf(const absl::StatusOr<T>& result) {
  return result.status();
}

// "EROFS", or "no errno" for 0.
inline std::string NameOfErrno(int error) {
  if (error == 0) return "no errno";
  const char* name = strerrorname_np(error);
  return name == nullptr ? absl::StrCat("errno ", error) : name;
}

MATCHER(IsOk, negation ? "is a failure" : "is OK") {
  *result_listener << "which is " << StatusOf(arg);
  return arg.ok();
}

MATCHER_P(
    IsOkAndHolds, inner,
    absl::StrCat(
        negation ? "is a failure or holds no value that "
                 : "is OK and holds a value that ",
        ::testing::DescribeMatcher<typename std::decay_t<arg_type>::value_type>(
            inner))) {
  if (arg.ok()) {
    return ::testing::ExplainMatchResult(inner, *arg, result_listener);
  }
  *result_listener << "which is " << StatusOf(arg);
  return false;
}

// Matches a failure that carries the errno `error`.
MATCHER_P(FailsWith, error,
          absl::StrCat(negation ? "does not fail with " : "fails with ",
                       NameOfErrno(error))) {
  const absl::Status& status = StatusOf(arg);
  *result_listener << "which is " << status << " with "
                   << NameOfErrno(sys::ErrnoOf(status));
  return !status.ok() && sys::ErrnoOf(status) == error;
}

MATCHER_P(SaysWhat, inner,
          absl::StrCat("is a failure whose words ",
                       ::testing::DescribeMatcher<std::string>(inner,
                                                               negation))) {
  const absl::Status& status = StatusOf(arg);
  *result_listener << "which is " << status;
  return !status.ok() &&
         ::testing::Matches(inner)(std::string(status.message()));
}

// Matches a failure whose words contain `what`, or match it if it is a matcher.
template <typename What>
auto Says(const What& what) {
  if constexpr (std::is_convertible_v<What, std::string>) {
    return SaysWhat(::testing::Matcher<std::string>(
        ::testing::HasSubstr(std::string(what))));
  } else {
    return SaysWhat(::testing::Matcher<std::string>(what));
  }
}

}  // namespace sbx::test

#define EXPECT_OK(expression) \
  EXPECT_THAT(::sbx::test::StatusOf(expression), ::sbx::test::IsOk())
#define ASSERT_OK(expression) \
  ASSERT_THAT(::sbx::test::StatusOf(expression), ::sbx::test::IsOk())

// Declares or assigns `left` from the StatusOr `expression`, which has to be
// OK.
#define ASSERT_OK_AND_ASSIGN(left, expression) \
  ASSERT_OK_AND_ASSIGN_(SBX_CONCAT(sbx_status_or_, __LINE__), left, expression)
#define ASSERT_OK_AND_ASSIGN_(result, left, expression) \
  auto result = (expression);                           \
  ASSERT_OK(result);                                    \
  left = *std::move(result)

#endif  // SBX_TESTING_STATUS_H_
