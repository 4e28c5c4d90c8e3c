// SPDX-License-Identifier: Apache-2.0

#include "tools/sbx/values.h"

#include <fcntl.h>

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "sandbox/sys/fd.h"
#include "testing/status.h"

namespace sbx::tools {
namespace {

using test::IsOkAndHolds;
using test::Says;
using ::testing::Eq;
using ::testing::HasSubstr;

TEST(SplitAtColons, TakesAColonBehindABackslashForAPart) {
  const struct {
    std::string value;
    std::vector<std::string> parts;
  } rows[] = {
      {"", {""}},
      {"a", {"a"}},
      {"a:b", {"a", "b"}},
      {"a:b:c", {"a", "b", "c"}},
      {":", {"", ""}},
      {"a:", {"a", ""}},
      {":b", {"", "b"}},
      {R"(a\:b)", {"a:b"}},
      {R"(a\:b:c)", {"a:b", "c"}},
      {R"(a\\:b)", {R"(a\)", "b"}},
      {R"(a\\\:b)", {R"(a\:b)"}},
      // A backslash before anything else is one.
      {R"(a\b)", {R"(a\b)"}},
      {R"(a\)", {R"(a\)"}},
      {R"(a:\)", {"a", R"(\)"}},
      {"a\n:\xff", {"a\n", "\xff"}},
  };
  for (const auto& row : rows) {
    EXPECT_EQ(SplitAtColons(row.value), row.parts) << row.value;
  }
}

TEST(ParseInside, TakesAbsolutePathsAsTheyAre) {
  for (const std::string path : {"/", "/a", "/a/../b", "/a\n\xff", "/a:b"}) {
    EXPECT_THAT(ParseInside(path), IsOkAndHolds(path));
  }
  for (const std::string path : {"", "a", "./a", "../a", "~/a"}) {
    EXPECT_THAT(ParseInside(path),
                Says(Eq(absl::StrCat("\"", path,
                                     "\" is not an absolute path, as paths "
                                     "inside have to be"))));
  }
}

TEST(ParsePlaces, TakesSourceAndPerhapsDestination) {
  const struct {
    std::string value;
    Places places;
  } rows[] = {
      {"/usr", {"/usr", "/usr"}},
      {"/usr:/mnt", {"/usr", "/mnt"}},
      {"src", {"/home/ana/src", "/home/ana/src"}},
      {"src:/src", {"/home/ana/src", "/src"}},
      {".", {"/home/ana", "/home/ana"}},
      {"..", {"/home/ana/..", "/home/ana/.."}},
      {R"(/a\:b:/c\:d)", {"/a:b", "/c:d"}},
      {"/a\n\xff", {"/a\n\xff", "/a\n\xff"}},
      {"a=b", {"/home/ana/a=b", "/home/ana/a=b"}},
  };
  for (const auto& row : rows) {
    EXPECT_THAT(ParsePlaces(row.value, "/home/ana"), IsOkAndHolds(row.places))
        << row.value;
  }
}

TEST(ParsePlaces, RefusesWhatIsNotTwoPaths) {
  for (const std::string value : {"", ":", ":/a", "/a:/b:/c"}) {
    EXPECT_THAT(ParsePlaces(value, "/home/ana"),
                Says(Eq(absl::StrCat("\"", value,
                                     "\" is not SRC[:DEST] (a colon in a path "
                                     "is written \\:)"))));
  }
  for (const std::string value : {"/a:", "/a:b", "/a:./b"}) {
    EXPECT_THAT(ParsePlaces(value, "/home/ana"),
                Says("is not an absolute path"))
        << value;
  }
}

TEST(ParseTmpfs, TakesSizeAndMode) {
  const struct {
    std::string value;
    fs::Tmpfs tmpfs;
  } rows[] = {
      {"/t", {.inside = "/t"}},
      {"/t:size=64M", {.inside = "/t", .size = 64 << 20}},
      {"/t:mode=1777", {.inside = "/t", .mode = 01777}},
      {"/t:mode=0", {.inside = "/t", .mode = 0}},
      {"/t:mode=7777,size=1", {.inside = "/t", .mode = 07777, .size = 1}},
      {R"(/a\:b:size=1)", {.inside = "/a:b", .size = 1}},
  };
  for (const auto& row : rows) {
    EXPECT_THAT(ParseTmpfs(row.value), IsOkAndHolds(row.tmpfs)) << row.value;
  }
}

TEST(ParseTmpfs, RefusesWhatItDoesNotKnow) {
  const struct {
    std::string value;
    std::string words;
  } rows[] = {
      {"", "\"\" is not an absolute path"},
      {"t", "\"t\" is not an absolute path"},
      {"t:size=1", "\"t\" is not an absolute path"},
      {"/t:", "\"/t:\" is not DEST[:size=SIZE,mode=MODE]"},
      {"/t:size=1,", "is not DEST[:size=SIZE,mode=MODE]"},
      {"/t:uid=0", "is not DEST[:size=SIZE,mode=MODE]"},
      {"/t:size=1:mode=1", "is not DEST[:size=SIZE,mode=MODE]"},
      {"/t:size", "\"\" is not a size"},
      {"/t:size=", "\"\" is not a size"},
      {"/t:size=x", "\"x\" is not a size"},
      {"/t:size=50%", "\"50%\" is not a size"},
      // To the kernel this is no limit at all.
      {"/t:size=0", "\"0\" is not a size above zero"},
      {"/t:size=0K", "\"0K\" is not a size above zero"},
      {"/t:mode=", "\"\" is not an octal mode up to 7777"},
      {"/t:mode=8", "\"8\" is not an octal mode up to 7777"},
      {"/t:mode=rwx", "\"rwx\" is not an octal mode up to 7777"},
      {"/t:mode=-1", "\"-1\" is not an octal mode up to 7777"},
      {"/t:mode=10000", "\"10000\" is not an octal mode up to 7777"},
      {"/t:mode=77777777777777777777", "is not an octal mode up to 7777"},
  };
  for (const auto& row : rows) {
    EXPECT_THAT(ParseTmpfs(row.value), Says(row.words)) << row.value;
  }
}

TEST(ParseDirectory, TakesAMode) {
  EXPECT_THAT(ParseDirectory("/d"),
              IsOkAndHolds(fs::Directory{.inside = "/d"}));
  EXPECT_THAT(ParseDirectory("/d:mode=0700"),
              IsOkAndHolds(fs::Directory{.inside = "/d", .mode = 0700}));
  EXPECT_THAT(ParseDirectory("/d:size=1"),
              Says(Eq("\"/d:size=1\" is not PATH[:mode=MODE]")));
  EXPECT_THAT(ParseDirectory("d"), Says("is not an absolute path"));
}

TEST(ParseFile, TakesADestinationAndAnOpenDescriptor) {
  EXPECT_THAT(ParseFile("/f:0"),
              IsOkAndHolds(fs::File{.inside = "/f", .content = 0}));
  EXPECT_THAT(ParseFile(R"(/a\:b:2)"),
              IsOkAndHolds(fs::File{.inside = "/a:b", .content = 2}));
  for (const std::string value : {"", "/f", "/f:0:1"}) {
    EXPECT_THAT(ParseFile(value), Says("is not DEST:DESCRIPTOR")) << value;
  }
  EXPECT_THAT(ParseFile("f:0"), Says("is not an absolute path"));
  EXPECT_THAT(ParseFile("/f:x"),
              Says("is not the number of a file descriptor"));
}

TEST(ParseSymlink, TakesAnyTarget) {
  EXPECT_THAT(ParseSymlink("usr/bin:/bin"),
              IsOkAndHolds(fs::Symlink{.target = "usr/bin", .inside = "/bin"}));
  EXPECT_THAT(ParseSymlink(R"(../a\:b:/c)"),
              IsOkAndHolds(fs::Symlink{.target = "../a:b", .inside = "/c"}));
  for (const std::string value : {"", "/a", ":/a", "a:/b:c"}) {
    EXPECT_THAT(ParseSymlink(value), Says("is not TARGET:DEST")) << value;
  }
  EXPECT_THAT(ParseSymlink("a:b"), Says("\"b\" is not an absolute path"));
}

TEST(ParseTime, TakesSecondsUnlessAUnitSaysOtherwise) {
  const struct {
    std::string value;
    absl::Duration time;
  } rows[] = {
      {"90", absl::Seconds(90)},
      {"1.5", absl::Milliseconds(1500)},
      {"1.5s", absl::Milliseconds(1500)},
      {"250ms", absl::Milliseconds(250)},
      {"2m", absl::Minutes(2)},
      {"1h30m", absl::Minutes(90)},
      {"1d", absl::Hours(24)},
      {"0.5d", absl::Hours(12)},
      {"0", absl::ZeroDuration()},
      {"0s", absl::ZeroDuration()},
  };
  for (const auto& row : rows) {
    EXPECT_THAT(ParseTime(row.value), IsOkAndHolds(row.time)) << row.value;
  }
}

TEST(ParseTime, RefusesEverythingElse) {
  for (const std::string value : {"",
                                  ".",
                                  "s",
                                  "d",
                                  "-1",
                                  "-1s",
                                  "-1d",
                                  "+1s",
                                  "+1d",
                                  " 1d",
                                  "1 s",
                                  "1 d",
                                  "1e3",
                                  "1e3d",
                                  "0x10d",
                                  "inf",
                                  "infd",
                                  "nand",
                                  "1y",
                                  "1.2.3",
                                  "10,5",
                                  "soon",
                                  "9999999999999999999999s",
                                  "9999999999999999999999d",
                                  "1s\n"}) {
    EXPECT_THAT(ParseTime(value),
                Says("is not a time, such as 90 (seconds), 1.5s, 2m, 1h30m or "
                     "1d"))
        << value;
  }
}

TEST(ParseDescriptor, TakesTheNumberOfAnOpenOne) {
  const sys::Fd file(open("/dev/null", O_RDONLY | O_CLOEXEC));
  EXPECT_THAT(ParseDescriptor("0"), IsOkAndHolds(0));
  EXPECT_THAT(ParseDescriptor(absl::StrCat(file.get())),
              IsOkAndHolds(file.get()));
}

TEST(ParseDescriptor, RefusesWhatIsNotOpen) {
  int closed = -1;
  {
    const sys::Fd file(open("/dev/null", O_RDONLY | O_CLOEXEC));
    closed = file.get();
  }
  EXPECT_THAT(ParseDescriptor(absl::StrCat(closed)),
              Says(Eq(absl::StrCat("descriptor ", closed, " is not open"))));
  EXPECT_THAT(ParseDescriptor("2147483647"), Says("is not open"));
  // One more would wrap to a number that may be open.
  for (const std::string value :
       {"", "-1", "x", "1.0", "2147483648", "4294967296"}) {
    EXPECT_THAT(
        ParseDescriptor(value),
        Says(Eq(absl::StrCat("\"", value,
                             "\" is not the number of a file descriptor"))));
  }
}

TEST(ParseYesNo, TakesNothingForYes) {
  EXPECT_THAT(ParseYesNo("yes"), IsOkAndHolds(true));
  EXPECT_THAT(ParseYesNo(""), IsOkAndHolds(true));
  EXPECT_THAT(ParseYesNo("no"), IsOkAndHolds(false));
  for (const std::string value : {"Yes", "y", "true", "1", "0", "off", "no "}) {
    EXPECT_THAT(ParseYesNo(value),
                Says(Eq(absl::StrCat("\"", value, "\" is not yes or no"))));
  }
}

TEST(Values, AreQuotedInComplaints) {
  const std::string value = "a\n\xff\x1b[31m";
  const std::string quoted = R"("a\n\xff\x1b[31m")";
  EXPECT_THAT(ParseInside(value), Says(HasSubstr(quoted)));
  EXPECT_THAT(ParseTime(value), Says(HasSubstr(quoted)));
  EXPECT_THAT(ParseYesNo(value), Says(HasSubstr(quoted)));
  EXPECT_THAT(ParseDescriptor(value), Says(HasSubstr(quoted)));
  EXPECT_THAT(ParseFile(value), Says(HasSubstr(quoted)));
  EXPECT_THAT(ParseTmpfs("/t:" + value),
              Says(HasSubstr(R"("/t:a\n\xff\x1b[31m")")));
}

}  // namespace
}  // namespace sbx::tools
