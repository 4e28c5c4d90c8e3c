// SPDX-License-Identifier: Apache-2.0
//
// What sbx can do here, found out by doing it.

#ifndef SBX_TOOLS_DOCTOR_CHECKS_H_
#define SBX_TOOLS_DOCTOR_CHECKS_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "sandbox/protections/protections.h"

namespace sbx::doctor {

// One thing that sbx does, and a trial of it: what follows the name of the
// program on a command line.  "{self}" stands for this program's path, and
// "{check}" for a command that does nothing and succeeds.
struct Check {
  // Empty: the protections say it all.
  absl::string_view name;
  // Those that hang on it.  How much there is of them is what the report of the
  // trial says.
  Protections protections;
  absl::string_view trial;
  // Tried if that fails.
  absl::string_view weaker_trial;
  // What is missing without the first one, if the second one works and the
  // report does not say it.
  absl::string_view weaker;
  // What would change it, unless sbx's own words say so.
  absl::string_view remedy;
};

// The check that the exit status is about.
inline constexpr absl::string_view kDefaultSandbox = "the default sandbox";

absl::Span<const Check> Checks();

// What came of it.
struct Finding {
  std::string name = {};
  Protections protections = 0;
  Kept state = Kept::kFully;
  // Why it does not work, in sbx's words; empty: it does.
  std::string why = {};
  std::string remedy = {};
  bool operator==(const Finding&) const = default;
};

// Does all checks, with the variables of `environment`, and looks for programs
// that only some sandboxes use.
std::vector<Finding> Examine(const std::vector<std::string>& environment);

// Takes the words of a sbx that has failed apart: the sentence, and the hint
// that may follow it.
Finding FailureOf(const Check& check, absl::string_view words);

// Finds in the report of a sbx that has not failed what is the least of the
// check's protections.
Finding FindingOf(const Check& check, const ProtectionRows& rows);

// The same where only the weaker trial has not failed, and `failure` is why.
Finding WeakerFindingOf(const Check& check, const ProtectionRows& rows,
                        Finding failure);

}  // namespace sbx::doctor

#endif  // SBX_TOOLS_DOCTOR_CHECKS_H_
