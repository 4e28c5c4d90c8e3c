// SPDX-License-Identifier: Apache-2.0
//
// Process 1 of the sandbox while the command runs.

#ifndef SBX_SANDBOX_INIT_H_
#define SBX_SANDBOX_INIT_H_

#include "absl/status/status.h"
#include "sandbox/handshake.h"
#include "sandbox/sys/process.h"

namespace sbx {

// Whether this process is in the process group of the command, and so a witness
// of what is sent to all of it.
enum class Witness { kYes, kNo };

// Gives every capability and descriptor away, reaps whatever ends, answers
// `parent`, and exits once `command` has ended, which ends all that is left.
// Exits too when `parent` is gone.  Returns only if that cannot be done.
absl::Status RunInit(sys::Child command, Witness witness,
                     const Channel& parent);

}  // namespace sbx

#endif  // SBX_SANDBOX_INIT_H_
