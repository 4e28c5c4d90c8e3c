// SPDX-License-Identifier: Apache-2.0

#include "sandbox/cgroup/figures.h"

#include <stdlib.h>

#include <filesystem>
#include <fstream>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace sbx::cgroup {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class ReadFiguresTest : public ::testing::Test {
 protected:
  ReadFiguresTest() {
    char path[] = "/tmp/figures.XXXXXX";
    if (mkdtemp(path) == nullptr) abort();
    directory_ = path;
  }
  ~ReadFiguresTest() override { std::filesystem::remove_all(directory_); }

  void Write(const std::string& name, const std::string& text) {
    std::ofstream(directory_ + "/" + name) << text;
  }
  const std::string& directory() const { return directory_; }

 private:
  std::string directory_;
};

TEST_F(ReadFiguresTest, ReadsEveryFormOfFile) {
  Write("memory.peak", "4096\n");
  Write("memory.events", "low 0\nhigh 0\nmax 7\noom 1\noom_kill 2\n");
  Write("io.stat", "8:0 rbytes=10 wbytes=20 rios=1\n8:16 rbytes=5 wbytes=1\n");
  Write("cpu.pressure",
        "some avg10=0.00 avg60=0.00 avg300=0.00 total=33\n"
        "full avg10=0.00 avg60=0.00 avg300=0.00 total=11\n");
  EXPECT_THAT(
      ReadFigures(directory()),
      ElementsAre(Figure{"memory_peak_bytes", 4096},
                  Figure{"memory_limit_hits", 7},
                  Figure{"out_of_memory_kills", 2}, Figure{"io_read_bytes", 15},
                  Figure{"io_written_bytes", 21},
                  Figure{"cpu_pressure_microseconds", 33}));
}

// An old kernel has no memory.peak; a disk that was not used no line.
TEST_F(ReadFiguresTest, LeavesOutWhatIsNotCounted) {
  Write("io.stat", "");
  EXPECT_THAT(ReadFigures(directory()), IsEmpty());
}

TEST(FigureOfTest, IsZeroWithoutOne) {
  EXPECT_EQ(FigureOf({}, "pids_peak"), 0);
  EXPECT_EQ(FigureOf({{"pids_peak", 3}}, "pids_peak"), 3);
}

}  // namespace
}  // namespace sbx::cgroup
