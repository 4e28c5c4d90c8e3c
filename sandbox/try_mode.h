// SPDX-License-Identifier: Apache-2.0
//
// Which modes work here, found out by trying: no sysctl, no version and no
// security module says so as the kernel itself does.

#ifndef SBX_SANDBOX_TRY_MODE_H_
#define SBX_SANDBOX_TRY_MODE_H_

#include <string>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "policy/spec.h"
#include "sandbox/mode.h"

namespace sbx {

// Does `attempt` in a child, for what is done cannot be undone, and returns how
// it went.
absl::Status TryInChild(absl::FunctionRef<absl::Status()> attempt);

// Whether a /proc of the sandbox's own is part of it.
enum class FreshProc { kNeeded, kNotNeeded };

// What a sandbox needs of its mode.
struct Needs {
  FreshProc proc = FreshProc::kNeeded;
  policy::LandlockNeed landlock = policy::LandlockNeed::kRequired;
};

// Whether one can be mounted here.  OK too where there are no namespaces, which
// is for others to say.
absl::Status TryFreshProc();

// Does in a child what a sandbox of this mode does first and what is refused
// most: namespaces with capabilities that count, a /proc, chroot(2), a domain
// of Landlock's, a filter that asks.  A failure is that of a sandbox, by step
// and call.
absl::Status TryMode(Mode mode, const Needs& needs);

struct Obtained {
  Mode mode = Mode::kNamespace;
  // Why none that is stronger, a sentence each; empty if there is none.
  std::string reason = {};
};

// Returns the first of `modes` that works; if none does, why.
absl::StatusOr<Obtained> StrongestOf(absl::Span<const Mode> modes,
                                     const Needs& needs);

}  // namespace sbx

#endif  // SBX_SANDBOX_TRY_MODE_H_
