// SPDX-License-Identifier: Apache-2.0

#include "policy/limits.h"

#include <sys/resource.h>

#include <string>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "testing/status.h"

namespace sbx::policy {
namespace {

using test::IsOkAndHolds;
using test::Says;
using ::testing::Eq;
using ::testing::StartsWith;

TEST(ParseLimit, KnowsEachLimitByItsName) {
  const struct {
    std::string name;
    int resource;
  } rows[] = {
      {"as", RLIMIT_AS},
      {"core", RLIMIT_CORE},
      {"cpu", RLIMIT_CPU},
      {"data", RLIMIT_DATA},
      {"fsize", RLIMIT_FSIZE},
      {"locks", RLIMIT_LOCKS},
      {"memlock", RLIMIT_MEMLOCK},
      {"msgqueue", RLIMIT_MSGQUEUE},
      {"nice", RLIMIT_NICE},
      {"nofile", RLIMIT_NOFILE},
      {"nproc", RLIMIT_NPROC},
      {"rss", RLIMIT_RSS},
      {"rtprio", RLIMIT_RTPRIO},
      {"rttime", RLIMIT_RTTIME},
      {"sigpending", RLIMIT_SIGPENDING},
      {"stack", RLIMIT_STACK},
  };
  EXPECT_EQ(std::size(rows), size_t{RLIM_NLIMITS});
  for (const auto& row : rows) {
    EXPECT_THAT(
        ParseLimit(absl::StrCat(row.name, "=7")),
        IsOkAndHolds(Limit{
            .resource = row.resource, .name = row.name, .soft = 7, .hard = 7}));
  }
}

TEST(ParseLimit, TakesASoftAndAHardValue) {
  const struct {
    std::string text;
    uint64_t soft;
    uint64_t hard;
  } rows[] = {
      {"nofile=256", 256, 256},
      {"nofile=256:1024", 256, 1024},
      {"nofile=1024:1024", 1024, 1024},
      {"NOFILE=0", 0, 0},
      {"nofile=1K:2M", 1024, 2 << 20},
      {"nofile=unlimited", RLIM_INFINITY, RLIM_INFINITY},
      {"nofile=64:unlimited", 64, RLIM_INFINITY},
  };
  for (const auto& row : rows) {
    EXPECT_THAT(ParseLimit(row.text),
                IsOkAndHolds(Limit{.resource = RLIMIT_NOFILE,
                                   .name = "nofile",
                                   .soft = row.soft,
                                   .hard = row.hard}))
        << row.text;
  }
}

TEST(ParseLimit, RefusesWhatCannotBeALimit) {
  const struct {
    std::string text;
    std::string words;
  } rows[] = {
      {"", R"("" is not NAME=SOFT[:HARD])"},
      {"nofile", R"("nofile" is not NAME=SOFT[:HARD])"},
      {"nofile=", R"("" is not a size)"},
      {"nofile=:5", R"("" is not a size)"},
      {"nofile=5:", R"("" is not a size)"},
      {"nofile=-1", R"("-1" is not a size)"},
      {"nofile=1:2:3", R"("2:3" is not a size)"},
      {"nofile=Unlimited", R"("Unlimited" is not a size)"},
      {"nofile=2:1", "the soft limit of nofile is above the hard one"},
      {"nofile=unlimited:5", "the soft limit of nofile is above the hard one"},
      {"=5", R"(there is no limit "")"},
      {"rlimit_as=5", R"(there is no limit "rlimit_as")"},
      {"a\x1bs=5", R"(there is no limit "a\x1bs")"},
  };
  for (const auto& row : rows) {
    EXPECT_THAT(ParseLimit(row.text), Says(StartsWith(row.words))) << row.text;
  }
  EXPECT_THAT(ParseLimit("files=5"),
              Says(Eq("there is no limit \"files\"; there are as, core, cpu, "
                      "data, fsize, locks, memlock, msgqueue, nice, nofile, "
                      "nproc, rss, rtprio, rttime, sigpending, stack")));
}

}  // namespace
}  // namespace sbx::policy
