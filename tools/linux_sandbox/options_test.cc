// SPDX-License-Identifier: Apache-2.0

#include "tools/linux_sandbox/options.h"

#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "sandbox/sys/status.h"
#include "testing/status.h"
#include "tools/linux_sandbox/statistics.h"

namespace sbx::linux_sandbox {
namespace {

using test::FailsWith;
using test::Says;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

absl::StatusOr<Draft> Read(const std::vector<std::string>& words) {
  Draft draft;
  SBX_RETURN_IF_ERROR(Parse(words, draft));
  return draft;
}

absl::StatusOr<Spec> SpecOf(const std::vector<std::string>& words) {
  SBX_ASSIGN_OR_RETURN(const Draft draft, Read(words));
  return Complete(draft, {.directory = "/here", .uid = 1000});
}

// Where each operation is, first to last.
std::vector<std::string> PlacesOf(const Spec& spec) {
  std::vector<std::string> places;
  for (const fs::Item& item : spec.files.items) {
    places.push_back(fs::InsideOf(item.operation));
  }
  return places;
}

TEST(Parse, RefusesPathsThatAreNotAbsolute) {
  for (const std::string name : {"-W", "-w", "-e", "-M", "-h", "-C"}) {
    EXPECT_THAT(
        Read({name, "a", "--", "true"}),
        Says("The " + name + " option must be used with absolute paths only."));
  }
}

TEST(Parse, TakesTheOptionThatIsOurOwn) {
  EXPECT_TRUE(Read({"--keep-capabilities", "--", "true"})->keep_capabilities);
  for (const std::string word : {"--keep", "--W", "--keep-capabilities=no"}) {
    EXPECT_THAT(Read({word, "--", "true"}),
                Says("Unrecognized argument: " + word));
  }
}

TEST(Complete, KeepsCapabilitiesOfRootAloneAndIfAsked) {
  const auto kept = [](std::vector<std::string> words) {
    words.insert(words.end(), {"--", "true"});
    return !SpecOf(words).value().policy.capabilities.empty();
  };
  EXPECT_TRUE(kept({"--keep-capabilities", "-R"}));
  EXPECT_FALSE(kept({"--keep-capabilities"}));
  EXPECT_FALSE(kept({"--keep-capabilities", "-U"}));
  EXPECT_FALSE(kept({"-R"}));
}

TEST(Parse, RefusesWhatMayBeGivenOnce) {
  for (const std::string name : {"-W", "-l", "-L", "-S", "-h", "-D"}) {
    EXPECT_FALSE(Read({name, "/a", name, "/b", "--", "true"}).ok()) << name;
  }
  EXPECT_FALSE(Read({"-T", "1", "-T", "2", "--", "true"}).ok());
  EXPECT_FALSE(Read({"-t", "1", "-t", "2", "--", "true"}).ok());
}

TEST(Parse, RefusesTimesThatAreNone) {
  for (const std::string value : {"x", "-1", "", "99999999999"}) {
    EXPECT_FALSE(Read({"-T", value, "--", "true"}).ok()) << value;
    EXPECT_FALSE(Read({"-t", value, "--", "true"}).ok()) << value;
  }
}

TEST(Parse, TakesATargetOnlyRightAfterItsSource) {
  EXPECT_THAT(Read({"-M", "/a", "-m", "/b", "-M", "/c", "--", "true"})->mounts,
              ElementsAre(Mount{"/a", "/b"}, Mount{"/c", "/c"}));
  const char kWords[] =
      "The -m option must be strictly preceded by an -M option.";
  EXPECT_THAT(Read({"-m", "/b", "--", "true"}), Says(kWords));
  EXPECT_THAT(Read({"-M", "/a", "-H", "-m", "/b", "--", "true"}), Says(kWords));
}

TEST(Parse, RefusesContradictions) {
  EXPECT_FALSE(Read({"-R", "-U", "--", "true"}).ok());
  EXPECT_FALSE(Read({"-n", "-N", "--", "true"}).ok());
}

TEST(Parse, RefusesWhatThereIsNot) {
  EXPECT_THAT(Read({"-Q", "--", "true"}), Says("Unrecognized argument: -Q"));
  EXPECT_THAT(Read({"-W"}), Says("The -W option requires an argument."));
  EXPECT_THAT(Read({"-H"}), Says("No command specified."));
  EXPECT_THAT(Read({"@/nope", "--", "true"}), FailsWith(ENOENT));
}

TEST(Parse, ReadsSeveralOptionsInAWordAndTheValueOfTheLast) {
  const absl::StatusOr<Draft> draft = Read({"-HT5", "--", "a", "-H", "@b"});
  ASSERT_OK(draft.status());
  EXPECT_TRUE(draft->local_host);
  EXPECT_EQ(draft->time_limit, 5);
  EXPECT_THAT(draft->command, ElementsAre("a", "-H", "@b"));
}

TEST(Parse, WritesDebugMessagesToStandardErrorWhereNoFileIsNamed) {
  const absl::StatusOr<Draft> draft = Read({"-D", "--", "true"});
  ASSERT_OK(draft.status());
  EXPECT_EQ(draft->debug, "/dev/stderr");
  EXPECT_THAT(draft->command, ElementsAre("true"));
  EXPECT_EQ(Read({"-D", "f", "--", "true"})->debug, "f");
}

TEST(Complete, ShowsTheHostReadOnlyAndMountsInTheirOrder) {
  const absl::StatusOr<Spec> spec =
      SpecOf({"-w", "/w", "-M", "/s", "-m", "/t", "-e", "/e", "--", "true"});
  ASSERT_OK(spec.status());
  EXPECT_THAT(PlacesOf(*spec),
              ElementsAre("/", "/e", "/here", "/t", "/w", "/proc"));
  EXPECT_EQ(std::get<fs::Bind>(spec->files.items[0].operation).access,
            fs::Access::kReadOnly);
  EXPECT_EQ(std::get<fs::Bind>(spec->files.items[3].operation).access,
            fs::Access::kReadOnly);
}

TEST(Complete, ShowsOnlyAHermeticRoot) {
  const absl::StatusOr<Spec> spec =
      SpecOf({"-h", "/r", "-W", "/r/w", "-M", "/usr", "--", "true"});
  ASSERT_OK(spec.status());
  EXPECT_EQ(spec->files.cwd, "/w");
  EXPECT_THAT(PlacesOf(*spec),
              ElementsAre("/", "/dev", "/w", "/usr", "/proc", "/"));
}

TEST(Complete, RefusesWorkingDirectoriesThatCannotBe) {
  EXPECT_THAT(SpecOf({"-W", "/a/b", "-e", "/a", "--", "true"}),
              Says(HasSubstr("cannot be below a path where we mount tmpfs")));
  EXPECT_FALSE(SpecOf({"-W", "/ab", "-h", "/a", "--", "true"}).ok());
  EXPECT_FALSE(SpecOf({"-W", "/a", "-h", "/", "--", "true"}).ok());
}

TEST(Complete, GivesNoCapabilities) {
  const absl::StatusOr<Spec> spec = SpecOf({"-R", "--", "true"});
  ASSERT_OK(spec.status());
  EXPECT_EQ(spec->policy.capabilities, policy::CapabilitySet());
  EXPECT_EQ(spec->ids.user, idmap::User(idmap::UserIds{.uid = 0, .gid = 0}));
}

// ResourceUsage is field 1 of the message; utime_usec its field 2, and so on.
TEST(Statistics, AreAMessageOfProtobuf) {
  rusage usage = {};
  usage.ru_utime = {.tv_sec = 1, .tv_usec = 300};
  usage.ru_nivcsw = 5;
  EXPECT_EQ(Statistics(usage),
            std::string("\x0a\x08\x08\x01\x10\xac\x02\x90\x01\x05"));
}

TEST(Statistics, LeaveOutWhatIsZero) {
  EXPECT_EQ(Statistics({}), std::string("\x0a\0", 2));
}

}  // namespace
}  // namespace sbx::linux_sandbox
