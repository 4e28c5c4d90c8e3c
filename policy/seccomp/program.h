// SPDX-License-Identifier: Apache-2.0
//
// Filters as they are given to the kernel: programs of classic BPF.

#ifndef SBX_POLICY_SECCOMP_PROGRAM_H_
#define SBX_POLICY_SECCOMP_PROGRAM_H_

#include <linux/filter.h>

#include <cstddef>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"

namespace sbx::policy::seccomp {

using Instructions = absl::Span<const sock_filter>;

// The most that the kernel takes (BPF_MAXINSNS).
inline constexpr size_t kMostInstructions = BPF_MAXINSNS;

// A program that can be compared.
struct Program {
  std::vector<sock_filter> instructions = {};
};
bool operator==(const Program& a, const Program& b);

// Reads an array of sock_filter, as `seccomp_export_bpf` writes it.  A failure
// begins with `name`.
absl::StatusOr<Program> ParseProgram(absl::string_view bytes,
                                     absl::string_view name);

// Whether the kernel would take it: known instructions, jumps that stay inside,
// an answer at the end (seccomp(2)).
absl::Status CheckProgram(Instructions program, absl::string_view name);

}  // namespace sbx::policy::seccomp

#endif  // SBX_POLICY_SECCOMP_PROGRAM_H_
