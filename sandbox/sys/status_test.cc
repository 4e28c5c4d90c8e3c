// SPDX-License-Identifier: Apache-2.0

#include "sandbox/sys/status.h"

#include <cerrno>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "testing/status.h"

namespace sbx::sys {
namespace {

using test::FailsWith;
using test::IsOk;
using test::IsOkAndHolds;
using test::Says;
using ::testing::AllOf;
using ::testing::Eq;
using ::testing::Not;

TEST(ErrnoStatus, ReadsAsASentenceAndCarriesItsErrno) {
  const absl::Status status = ErrnoStatus(EROFS, "writing \"/a\"");
  EXPECT_THAT(status, AllOf(FailsWith(EROFS),
                            Says(Eq("writing \"/a\": Read-only file system"))));
  EXPECT_EQ(status.code(), absl::ErrnoToStatusCode(EROFS));
}

TEST(ErrnoOf, IsZeroForWhatTheKernelDidNotSay) {
  EXPECT_EQ(ErrnoOf(absl::OkStatus()), 0);
  EXPECT_EQ(ErrnoOf(absl::InvalidArgumentError("no")), 0);
}

TEST(CallFailed, WordsTheCallAsItWasMade) {
  errno = ENOENT;
  EXPECT_THAT(CallFailed("move_mount"),
              AllOf(FailsWith(ENOENT), Says(Eq("move_mount(): No such file or "
                                               "directory"))));
  errno = EACCES;
  EXPECT_THAT(CallFailed("openat", -100, std::string("/home/a\nb"), 3u),
              AllOf(FailsWith(EACCES),
                    Says(Eq("openat(-100, \"/home/a\\nb\", 3): Permission "
                            "denied"))));
}

TEST(While, PutsWhatWasBeingDoneBeforeTheWordsAndKeepsTheErrno) {
  const absl::Status status =
      While("building the root", ErrnoStatus(EPERM, "fsmount()"));
  EXPECT_THAT(status, AllOf(FailsWith(EPERM),
                            Says(Eq("building the root: fsmount(): Operation "
                                    "not permitted"))));
  EXPECT_EQ(StepOf(status), "building the root");
}

TEST(While, OfTwoTheOutermostIsTheStep) {
  const absl::Status status =
      While("outside", While("inside", ErrnoStatus(EPERM, "call()")));
  EXPECT_THAT(status,
              Says(Eq("outside: inside: call(): Operation not permitted")));
  EXPECT_EQ(StepOf(status), "outside");
}

TEST(While, NeedsNoErrno) {
  const absl::Status status =
      While("mapping ids", absl::InvalidArgumentError("no such user"));
  EXPECT_THAT(status,
              AllOf(FailsWith(0), Says(Eq("mapping ids: no such user"))));
  EXPECT_EQ(StepOf(status), "mapping ids");
}

TEST(While, LeavesSuccessAlone) {
  EXPECT_THAT(While("building the root", absl::OkStatus()), IsOk());
}

TEST(Reported, IsTheFailureThatTheOtherProcessTold) {
  const absl::Status told =
      Reported("building the root", ENOENT, "whole words");
  EXPECT_THAT(told, AllOf(FailsWith(ENOENT), Says(Eq("whole words"))));
  EXPECT_EQ(StepOf(told), "building the root");
  EXPECT_EQ(told.code(), absl::StatusCode::kNotFound);
  EXPECT_THAT(Reported("step", 0, "words"), Not(IsOk()));
}

TEST(StepOf, IsEmptyWithoutOne) {
  EXPECT_EQ(StepOf(ErrnoStatus(EPERM, "call()")), "");
}

TEST(Quoted, LetsNothingThroughThatATerminalObeys) {
  const struct {
    std::string text;
    std::string quoted;
  } rows[] = {
      {"", R"("")"},
      {"/home/ana/src", R"("/home/ana/src")"},
      {"two words", R"("two words")"},
      {R"(a"b\c)", R"("a\"b\\c")"},
      {"a\nb\tc\r", R"("a\nb\tc\r")"},
      {"\x1b[31mred", R"("\x1b[31mred")"},
      {"\x7f", R"("\x7f")"},
      {std::string("a\0b", 3), R"("a\x00b")"},
      // UTF-8 stays: two, three and four bytes, the first and last of each.
      {"\xc2\xa0\xdf\xbf", "\"\xc2\xa0\xdf\xbf\""},
      {"\xe0\xa0\x80\xed\x9f\xbf\xee\x80\x80\xef\xbf\xbf",
       "\"\xe0\xa0\x80\xed\x9f\xbf\xee\x80\x80\xef\xbf\xbf\""},
      {"\xf0\x90\x80\x80\xf4\x8f\xbf\xbf",
       "\"\xf0\x90\x80\x80\xf4\x8f\xbf\xbf\""},
      // The control characters past ASCII, alone and in UTF-8: U+009B begins
      // what ESC [ begins.
      {"\x9b", R"("\x9b")"},
      {"\xc2\x80", R"("\xc2\x80")"},
      {"\xc2\x9b[31m", R"("\xc2\x9b[31m")"},
      {"\xc2\x9f", R"("\xc2\x9f")"},
      // What only looks like UTF-8: cut short, overlong, surrogates, too far.
      {"\xff", R"("\xff")"},
      {"\xe2\x82", R"("\xe2\x82")"},
      {"\xe2\x82/", R"("\xe2\x82/")"},
      {"\xc0\xaf", R"("\xc0\xaf")"},
      {"\xc1\xbf", R"("\xc1\xbf")"},
      {"\xe0\x9f\xbf", R"("\xe0\x9f\xbf")"},
      {"\xed\xa0\x80", R"("\xed\xa0\x80")"},
      {"\xf0\x8f\xbf\xbf", R"("\xf0\x8f\xbf\xbf")"},
      {"\xf4\x90\x80\x80", R"("\xf4\x90\x80\x80")"},
      {"\xf5\x80\x80\x80", R"("\xf5\x80\x80\x80")"},
  };
  for (const auto& row : rows) EXPECT_EQ(Quoted(row.text), row.quoted);
}

absl::Status Pass(const absl::Status& status) {
  SBX_RETURN_IF_ERROR(status);
  return absl::UnknownError("went on");
}

absl::StatusOr<int> OneMore(const absl::StatusOr<int>& number) {
  SBX_ASSIGN_OR_RETURN(const int value, number);
  return value + 1;
}

TEST(Macros, ReturnAFailureAsItIsAndGoOnOtherwise) {
  EXPECT_THAT(
      Pass(ErrnoStatus(EPERM, "call()")),
      AllOf(FailsWith(EPERM), Says(Eq("call(): Operation not permitted"))));
  EXPECT_THAT(Pass(absl::OkStatus()), Says(Eq("went on")));
  EXPECT_THAT(OneMore(ErrnoStatus(EPERM, "call()")), FailsWith(EPERM));
  EXPECT_THAT(OneMore(1), IsOkAndHolds(2));
}

}  // namespace
}  // namespace sbx::sys
