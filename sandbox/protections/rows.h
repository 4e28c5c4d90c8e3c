// SPDX-License-Identifier: Apache-2.0
//
// The table itself.  The forms of a protection stand in a row with a condition
// each, and the first whose condition holds is the one that there is; if there
// is none, it is the strongest.

#ifndef SBX_SANDBOX_PROTECTIONS_ROWS_H_
#define SBX_SANDBOX_PROTECTIONS_ROWS_H_

#include "absl/functional/function_ref.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "sandbox/plan.h"
#include "sandbox/protections/protection.h"
#include "sandbox/report.h"

namespace sbx::protections {

// What a condition asks.
struct Circumstances {
  // What is going to be done, or was.
  const Plan& plan;
  // Unset: it has not run yet.
  const Report* report = nullptr;
};

// What is in braces, such as "{profile}", stands for something that only the
// sandbox can tell; see words.h.
struct Form {
  bool (*holds)(const Circumstances& in);
  Kept state = Kept::kWeaker;
  // The option that asks for it.
  absl::string_view asked = kByDefault;
  // Empty: the strongest form.
  absl::string_view obtained = {};
  absl::string_view why = {};
};

struct Row {
  Protection protection;
  absl::string_view name;
  absl::string_view wanted;
  absl::Span<const Form> forms;
};

// Each in the order of the enum, one after the other.
absl::Span<const Row> FileRows();
absl::Span<const Row> NeighbourRows();
absl::Span<const Row> RightRows();
absl::Span<const Row> LimitRows();

// What asks for a form that an older Landlock makes do with.
inline constexpr absl::string_view kLessLandlock = "--landlock=prefer";
// Why there is no other.
inline constexpr absl::string_view kOldLandlock =
    "the kernel has {landlock}, and ABI {abi_wanted} (Linux 6.12) is needed";

// --- Conditions of several rows -----------------------------------------

// Landlock and filters alone, for there are no namespaces.
bool Confined(const Circumstances& in);
// The root alone keeps files, for there is no Landlock either.
bool LacksLandlock(const Circumstances& in);
bool LacksPidNamespace(const Circumstances& in);
// Process 1 keeps signals inside, for Landlock is too old to.
bool IsBrokered(const Circumstances& in);
bool SharesNetwork(const Circumstances& in);
// The /proc of outside that is shown in place of one of its own; null: none is.
const fs::Item* OuterProc(const Circumstances& in);
// What is mounted can be taken away, or made writable.
bool MayMount(const Circumstances& in);
// Calls that a profile would refuse are let through.
bool ReportsRefusals(const Circumstances& in);
// A filter that was compiled with sbx is like that.
bool HasBuiltIn(
    const Circumstances& in,
    absl::FunctionRef<bool(const policy::BuiltInFilter& filter)> condition);
// This one is loaded, and refuses what it is to refuse.
bool HasFilter(const Circumstances& in, policy::seccomp::BuiltIn profile);

}  // namespace sbx::protections

#endif  // SBX_SANDBOX_PROTECTIONS_ROWS_H_
