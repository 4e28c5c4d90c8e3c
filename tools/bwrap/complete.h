// SPDX-License-Identifier: Apache-2.0

#ifndef SBX_TOOLS_BWRAP_COMPLETE_H_
#define SBX_TOOLS_BWRAP_COMPLETE_H_

#include "absl/status/statusor.h"
#include "sandbox/caller.h"
#include "sandbox/spec.h"
#include "tools/bwrap/draft.h"

namespace sbx::bwrap {

// What the command may do if no option says otherwise: for root what the caller
// may, and nothing for others.
absl::StatusOr<policy::CapabilitySet> DefaultCapabilities();

// Whether the whole of the command line makes sense; before anything is read.
absl::Status CheckDraft(const Draft& draft);

// Turns the command line into a Spec, with bubblewrap's defaults.
absl::StatusOr<Spec> Complete(const Draft& draft, const Caller& caller);

}  // namespace sbx::bwrap

#endif  // SBX_TOOLS_BWRAP_COMPLETE_H_
