// SPDX-License-Identifier: Apache-2.0
//
// Runs a filter on paper: what would the kernel answer?

#ifndef SBX_POLICY_SECCOMP_INTERPRETER_H_
#define SBX_POLICY_SECCOMP_INTERPRETER_H_

#include <linux/filter.h>
#include <linux/seccomp.h>

#include <cstdint>

#include "absl/types/span.h"

namespace sbx::policy::seccomp {

struct Outcome {
  // A SECCOMP_RET_… value.
  uint32_t action = SECCOMP_RET_KILL_PROCESS;
  // Whether the filter looked at more than the number and the architecture.
  // Where it did, the kernel cannot answer from its bitmap.
  bool read_arguments = false;
  // Which arguments it looked at: bit 0 for the first.
  uint32_t arguments_read = 0;
  // How many instructions ran.
  int steps = 0;
};

// Runs `filter` on `call`.  A program that the kernel would not load, as far as
// this run meets it, kills the process.
Outcome Evaluate(absl::Span<const sock_filter> filter,
                 const seccomp_data& call);

}  // namespace sbx::policy::seccomp

#endif  // SBX_POLICY_SECCOMP_INTERPRETER_H_
