// SPDX-License-Identifier: Apache-2.0

#include "sandbox/sys/process_table.h"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "sandbox/sys/process.h"
#include "testing/status.h"

namespace sbx::sys {
namespace {

using test::FailsWith;
using test::IsOk;
using ::testing::Contains;

class OpenDescendant : public ::testing::Test {
 protected:
  // A child that waits for its end.
  static Child Start() {
    auto child = Fork({});
    if (child.ok() && child->pid() == 0) {
      while (true) pause();
    }
    return *std::move(child);
  }

  const ProcessTable table_ = *ProcessTable::Open();
};

TEST_F(OpenDescendant, HoldsAChild) {
  const Child child = Start();
  const auto held = table_.OpenDescendant(child.pid());
  ASSERT_THAT(held, IsOk());
  EXPECT_THAT(SendSignal(*held, 0), IsOk());
  EXPECT_EQ(*PidOf(*held), child.pid());
}

TEST_F(OpenDescendant, HoldsAChildThatHasEndedAndIsNotWaitedFor) {
  Child child = Start();
  EXPECT_THAT(child.Kill(), IsOk());
  siginfo_t ended = {};
  waitid(P_PID, static_cast<id_t>(child.pid()), &ended, WEXITED | WNOWAIT);
  EXPECT_THAT(table_.OpenDescendant(child.pid()), IsOk());
}

TEST_F(OpenDescendant, HoldsNobodyElse) {
  for (const pid_t other : {getpid(), getppid(), 1}) {
    EXPECT_THAT(table_.OpenDescendant(other), FailsWith(EPERM)) << other;
  }
}

TEST_F(OpenDescendant, HoldsNobodyWhoIsGone) {
  Child child = Start();
  const pid_t pid = child.pid();
  EXPECT_THAT(child.Kill(), IsOk());
  EXPECT_THAT(child.Wait(), IsOk());
  EXPECT_THAT(table_.OpenDescendant(pid), FailsWith(ESRCH));
}

TEST_F(OpenDescendant, KnowsEverybodyAndTheirProcesses) {
  EXPECT_THAT(*table_.All(), Contains(getpid()));
  EXPECT_EQ(*table_.ProcessOf(gettid()), getpid());
}

}  // namespace
}  // namespace sbx::sys
