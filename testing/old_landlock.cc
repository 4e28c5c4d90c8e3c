// SPDX-License-Identifier: Apache-2.0
//
// old_landlock ABI COMMAND…
//
// Runs COMMAND as on a kernel whose Landlock has that ABI, as far as it is
// asked which one it has; 0 is a kernel without.

#include <errno.h>
#include <sys/syscall.h>

#include <cstdlib>

#include "testing/stopping.h"

int main(int argc, char** argv) {
  if (argc < 3) return 125;
  const int abi = std::atoi(argv[1]);
  const auto answer = [abi](pid_t,
                            const auto& arguments) -> std::optional<int> {
    constexpr uint64_t kAskVersion = 1;
    if (abi == 0) return -ENOSYS;
    if (arguments[2] == kAskVersion) return abi;
    return {};
  };
  return sbx::test::RunAnswering(SYS_landlock_create_ruleset, answer, argv + 2);
}
