// SPDX-License-Identifier: Apache-2.0
//
// What a sandbox protects, as one table: a row for each protection, with its
// strongest form, the other forms that it can have, and what each of those
// hangs on.
//
// `sbx --explain`, the report, `sbx doctor` and a table of docs/modes.md are
// made from it.

#ifndef SBX_SANDBOX_PROTECTIONS_PROTECTIONS_H_
#define SBX_SANDBOX_PROTECTIONS_PROTECTIONS_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "sandbox/plan.h"
#include "sandbox/protections/protection.h"
#include "sandbox/report.h"

namespace sbx {

// "kept", "weaker", "not kept" or "not asked for".
absl::string_view NameOf(Kept state);

// As users know it: "network", "system calls" and so on.
absl::string_view NameOf(Protection protection);
std::vector<absl::string_view> NamesOf(Protections protections);

// A row as it is for one sandbox.
struct ProtectionRow {
  Protection protection = Protection::kNamespaces;
  // The option that has decided, or kByDefault.
  std::string asked = {};
  // The strongest form, and the one that there is.
  std::string wanted = {};
  std::string obtained = {};
  Kept state = Kept::kFully;
  // Why it is no stronger one; empty if it is the strongest.
  std::string why = {};
  bool operator==(const ProtectionRow&) const = default;
};

// One for each protection, in order.
using ProtectionRows = std::vector<ProtectionRow>;

// Returns the rows as `plan` is going to keep them,
ProtectionRows ProtectionsOf(const Plan& plan);
// and as they were kept.
ProtectionRows ProtectionsOf(const Plan& plan, const Report& report);

// Returns what was done of `plan`, where less than all of it was accepted.
Plan DoneOf(const Plan& plan, const Report& report);

}  // namespace sbx

#endif  // SBX_SANDBOX_PROTECTIONS_PROTECTIONS_H_
