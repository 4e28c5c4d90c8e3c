// SPDX-License-Identifier: Apache-2.0
//
// A program on a host that answers one system call in another way.

#ifndef SBX_TESTING_STOPPING_H_
#define SBX_TESTING_STOPPING_H_

#include <sys/types.h>

#include <array>
#include <cstdint>
#include <functional>
#include <optional>

namespace sbx::test {

// What a process is about to ask, and what is returned in the kernel's place:
// a result, or minus an errno; std::nullopt: the kernel does it.
using Answer = std::function<std::optional<int>(
    pid_t pid, const std::array<uint64_t, 3>& arguments)>;

// The calls that are asked about: a number, and where it matters the third
// argument.
struct Asked {
  int call = -1;
  std::optional<uint32_t> third = {};
};

// Whose calls are answered.  A process that is traced can be traced by nobody
// else.
enum class Whose {
  kEverybodys,
  // Others hear ENOSYS.
  kTheFirstOnes,
};

// Runs the program in `words` and whatever it starts, has their calls answered,
// and returns the program's exit status, or 128 + N.  What it leaves stays, for
// others to find, and hears ENOSYS from then on.
int RunAnswering(const Asked& asked, Whose whose, const Answer& answer,
                 char** words);

}  // namespace sbx::test

#endif  // SBX_TESTING_STOPPING_H_
