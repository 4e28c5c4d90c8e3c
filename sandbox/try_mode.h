// SPDX-License-Identifier: Apache-2.0
//
// Which modes work here, found out by trying: no sysctl, no version and no
// security module says so as the kernel itself does.

#ifndef SBX_SANDBOX_TRY_MODE_H_
#define SBX_SANDBOX_TRY_MODE_H_

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "sandbox/mode.h"

namespace sbx {

// Whether a /proc of the sandbox's own is part of it.
enum class FreshProc { kNeeded, kNotNeeded };

// Whether one can be mounted here.  OK too where there are no namespaces, which
// is for others to say.
absl::Status TryFreshProc();

// Does in a child what a sandbox of this mode does first and what is refused
// most: namespaces with capabilities that count, a /proc, chroot(2), a domain
// of Landlock's.  A failure is that of a sandbox, by step and call.
absl::Status TryMode(Mode mode, FreshProc proc = FreshProc::kNeeded);

struct Obtained {
  Mode mode = Mode::kNamespace;
  // Why none that is stronger, a sentence each; empty if there is none.
  std::string reason = {};
};

// Returns the first of `modes` that works; if none does, why.
absl::StatusOr<Obtained> StrongestOf(absl::Span<const Mode> modes,
                                     FreshProc proc = FreshProc::kNeeded);

}  // namespace sbx

#endif  // SBX_SANDBOX_TRY_MODE_H_
