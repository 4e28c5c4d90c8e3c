// SPDX-License-Identifier: Apache-2.0
//
// old_landlock [--first] ABI COMMAND…
//
// Runs COMMAND as on a kernel whose Landlock has that ABI, as far as it is
// asked which one it has; 0 is a kernel without.  With --first only COMMAND
// itself finds an ABI, and what it starts can be traced.

#include <errno.h>
#include <sys/syscall.h>

#include <cstdlib>
#include <string_view>

#include "testing/stopping.h"

int main(int argc, char** argv) {
  using sbx::test::Asked, sbx::test::Whose;
  const bool first = argc > 1 && std::string_view(argv[1]) == "--first";
  char** words = argv + 1 + first;
  if (argc < 3 + first) return 125;
  const int abi = std::atoi(words[0]);
  constexpr int kCall = SYS_landlock_create_ruleset;
  constexpr uint32_t kAskVersion = 1;
  const auto answer = [abi](auto...) { return abi > 0 ? abi : -ENOSYS; };
  return sbx::test::RunAnswering(
      abi > 0 ? Asked{kCall, kAskVersion} : Asked{kCall},
      first ? Whose::kTheFirstOnes : Whose::kEverybodys, answer, words + 1);
}
