// SPDX-License-Identifier: Apache-2.0
//
// Which filters of system calls a sandbox gets.

#ifndef SBX_POLICY_FILTERS_H_
#define SBX_POLICY_FILTERS_H_

#include <sys/types.h>

#include <cstddef>
#include <string>
#include <variant>
#include <vector>

#include "absl/status/statusor.h"
#include "policy/facts.h"
#include "policy/seccomp/groups.h"
#include "policy/seccomp/program.h"
#include "policy/spec.h"
#include "sandbox/sys/capabilities.h"

namespace sbx::policy {

// A filter that was compiled with sbx.
struct BuiltInFilter {
  seccomp::BuiltIn profile = seccomp::BuiltIn::kDefault;
  seccomp::Grants grants = seccomp::kNothing;
  bool operator==(const BuiltInFilter&) const = default;
};

using Filter = std::variant<BuiltInFilter, seccomp::Program>;

struct Filters {
  // Each call has to pass all of them.
  std::vector<Filter> all = {};
  // How many of them, the last ones, were given as programs.
  size_t given = 0;
  // System calls in the profile's file that nobody here knows; they stay
  // refused.
  std::vector<std::string> unknown = {};
  bool operator==(const Filters&) const = default;
};

// Plans the filters of `spec`: its profile, and what was given as programs.  A
// profile from a file stands on what sbx promises under any profile.
absl::StatusOr<Filters> PlanFilters(const Spec& spec, const Facts& facts,
                                    seccomp::Grants grants,
                                    CapabilitySet bounding);

// The instructions of `filter`; they live as long as it does.
seccomp::Instructions InstructionsOf(const Filter& filter);

// The processes of sbx that a filter of the command's knows by number.
struct Supervisors {
  pid_t sbx = -1;
  pid_t process_one = -1;
};

// `filter` with those numbers in place of what stands for them.
seccomp::Program WithNumbers(const Filter& filter,
                             const Supervisors& supervisors);

// All of `filters` in one program that reports what they refuse; see
// seccomp::Reporting.
absl::StatusOr<seccomp::Program> ReportingProgram(const Filters& filters,
                                                  int channel);

}  // namespace sbx::policy

#endif  // SBX_POLICY_FILTERS_H_
