// SPDX-License-Identifier: Apache-2.0
//
// Turns groups into a classic BPF program.  Pure, and run when sbx is built.

#ifndef SBX_POLICY_SECCOMP_COMPILE_H_
#define SBX_POLICY_SECCOMP_COMPILE_H_

#include <linux/filter.h>

#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "policy/seccomp/groups.h"
#include "policy/seccomp/numbers.h"

namespace sbx::policy::seccomp {

// Compiles `table` as it is under `grants`.  All calls of another architecture
// answer ENOSYS.
//
// The program compares the architecture, searches the call's number by halves,
// and reads arguments only for calls that have rules.  So the kernel can answer
// every other call from its bitmap without running the program, and filling
// that bitmap, which runs the program for each number there is and is most of
// what installing a filter takes, stays short.  libseccomp compares with every
// number by itself, which takes four times the instructions and twice the time
// to install, and has no word for what is answered when no rule matches.
absl::StatusOr<std::vector<sock_filter>> Compile(const Table& table,
                                                 Grants grants,
                                                 Architecture architecture);

}  // namespace sbx::policy::seccomp

#endif  // SBX_POLICY_SECCOMP_COMPILE_H_
