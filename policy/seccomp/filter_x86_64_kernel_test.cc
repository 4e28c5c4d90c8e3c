// SPDX-License-Identifier: Apache-2.0
//
// One x86_64 processor speaks three architectures, each with its own numbers:
// its own, i386 by int 0x80, and x32 by a bit in the number.  None goes round
// the filter.

#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>

#include "gtest/gtest.h"
#include "policy/seccomp/filtered_child.h"
#include "policy/seccomp/groups.h"

namespace sbx::policy::seccomp {
namespace {

// asm/unistd_32.h
constexpr int kI386Getpid = 20;
constexpr int kI386Unshare = 310;

constexpr long kX32 = 0x40000000;

// Makes the i386 call `number`, whose arguments are zero, from this 64-bit
// program.  Returns 0 or its errno.
int CallI386(int number) {
  int result = number;
  asm volatile("int $0x80"
               : "+a"(result)
               : "b"(0), "c"(0), "d"(0)
               : "memory", "r8", "r9", "r10", "r11");
  return result < 0 ? -result : 0;
}

TEST(DefaultFilter, RefusesI386Calls) {
  if (InChild([] { return CallI386(kI386Getpid); }) != 0) {
    GTEST_SKIP() << "this kernel has no i386 calls";
  }
  EXPECT_EQ(InFilteredChild(kNothing, [] { return CallI386(kI386Getpid); }),
            ENOSYS);
  EXPECT_EQ(InFilteredChild(kNested, [] { return CallI386(kI386Unshare); }),
            ENOSYS);
}

// Most kernels lack x32 and answer ENOSYS themselves; where one has it, this
// call would succeed.
TEST(DefaultFilter, RefusesX32Calls) {
  EXPECT_EQ(
      InFilteredChild(
          kNothing, [] { return ErrnoIfFailed(syscall(kX32 | SYS_getppid)); }),
      ENOSYS);
}

}  // namespace
}  // namespace sbx::policy::seccomp
