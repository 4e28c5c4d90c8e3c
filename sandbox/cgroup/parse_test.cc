// SPDX-License-Identifier: Apache-2.0

#include "sandbox/cgroup/parse.h"

#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "testing/status.h"

namespace sbx::cgroup {
namespace {

using test::Says;
using ::testing::ElementsAre;

using ::testing::HasSubstr;

TEST(ParseLimitTest, WritesWhatTheKernelReads) {
  const struct {
    std::string option, value, file, written;
  } rows[] = {
      {"memory", "4096", "memory.max", "4096"},
      {"memory", "1M", "memory.max", "1048576"},
      {"memory", "2G", "memory.max", "2147483648"},
      {"memory", "1T", "memory.max", "1099511627776"},
      {"memory", "5000", "memory.max", "4096"},
      {"memory", "max", "memory.max", "max"},
      {"swap", "0", "memory.swap.max", "0"},
      {"swap", "64M", "memory.swap.max", "67108864"},
      {"pids", "1", "pids.max", "1"},
      {"pids", "1K", "pids.max", "1024"},
      {"pids", "max", "pids.max", "max"},
      {"cpus", "1", "cpu.max", "100000 100000"},
      {"cpus", "1.5", "cpu.max", "150000 100000"},
      {"cpus", ".25", "cpu.max", "25000 100000"},
      {"cpus", "0.01", "cpu.max", "1000 100000"},
      {"cpus", "max", "cpu.max", "max 100000"},
      {"cpu-weight", "1", "cpu.weight", "1"},
      {"cpu-weight", "10000", "cpu.weight", "10000"},
      {"io-weight", "50", "io.weight", "default 50"},
      {"cpuset", "0", "cpuset.cpus", "0"},
      {"cpuset", "3,1,2,8", "cpuset.cpus", "1-3,8"},
      {"cpuset", "0-1,1-2", "cpuset.cpus", "0-2"},
  };
  for (const auto& row : rows) {
    const absl::StatusOr<Setting> setting = ParseLimit(row.option, row.value);
    ASSERT_TRUE(setting.ok()) << row.option << row.value << setting.status();
    EXPECT_EQ(setting->file, row.file);
    EXPECT_EQ(setting->value, row.written) << row.option << row.value;
  }
}

TEST(ParseLimitTest, RefusesWhatIsNoLimit) {
  const struct {
    std::string option, value, words;
  } rows[] = {
      {"memory", "0", "\"0\" is not at least a page"},
      {"memory", "-1", "\"-1\" is not"},
      {"memory", "", "\"\" is not"},
      {"memory", "1Q", "\"1Q\" is not"},
      {"memory", "1 M", "\"1 M\" is not"},
      {"memory", "99999999999999999999", "is not a size"},
      {"memory", "99999999T", "is not a size"},
      {"swap", "1", "at least a page"},
      {"pids", "0", "\"0\" is not above zero"},
      {"pids", "-5", "\"-5\" is not"},
      {"cpus", "0", "\"0\" is not 0.01 or above"},
      {"cpus", "0.001", "\"0.001\" is not 0.01 or above"},
      {"cpus", "-1", "\"-1\" is not a number of processors"},
      {"cpus", "nan", "\"nan\" is not a number of processors"},
      {"cpus", "1e2", "\"1e2\" is not a number of processors"},
      {"cpus", "", "\"\" is not a number of processors"},
      {"cpus", "99999", "\"99999\" is not a number of processors"},
      {"cpu-weight", "0", "\"0\" is not a weight from 1 to 10000"},
      {"cpu-weight", "10001", "\"10001\" is not a weight from 1 to 10000"},
      {"io-weight", "x", "\"x\" is not a weight from 1 to 10000"},
      {"cpuset", "", "\"\" is not a list of processors"},
      {"cpuset", "3-1", "\"3-1\" is not a list of processors"},
      {"cpuset", "0-", "\"0-\" is not a list of processors"},
      {"cpuset", "99999", "\"99999\" is not a list of processors"},
      {"tea", "1", "\"tea\" is not a limit"},
  };
  for (const auto& row : rows) {
    EXPECT_THAT(ParseLimit(row.option, row.value), Says(HasSubstr(row.words)))
        << row.option << "=" << row.value;
  }
}

TEST(WithImpliedTest, MemoryWithoutSwapHasNone) {
  const Setting memory = *ParseLimit("memory", "1M");
  EXPECT_THAT(WithImplied({memory}),
              ElementsAre(memory, *ParseLimit("swap", "0")));
}

TEST(WithImpliedTest, SwapThatIsAskedForStays) {
  const std::vector<Setting> asked = {*ParseLimit("memory", "1M"),
                                      *ParseLimit("swap", "2M")};
  EXPECT_EQ(WithImplied(asked), asked);
}

TEST(ParseSliceTest, AddsTheSuffix) {
  EXPECT_EQ(*ParseSlice("build"), "build.slice");
  EXPECT_EQ(*ParseSlice("ci-jobs.slice"), "ci-jobs.slice");
}

TEST(ParseSliceTest, RefusesWhatSystemdWould) {
  for (const char* const name :
       {"", ".slice", "a/b", "-a", "a-", "a--b", "a b", "a\nb", "ü"}) {
    EXPECT_THAT(ParseSlice(name), Says(HasSubstr("is not the name of a slice")))
        << name;
  }
}

}  // namespace
}  // namespace sbx::cgroup
