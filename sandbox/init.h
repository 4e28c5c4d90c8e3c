// SPDX-License-Identifier: Apache-2.0
//
// Process 1 of the sandbox while the command runs.

#ifndef SBX_SANDBOX_INIT_H_
#define SBX_SANDBOX_INIT_H_

#include <vector>

#include "absl/status/status.h"
#include "sandbox/broker.h"
#include "sandbox/handshake.h"
#include "sandbox/plan.h"
#include "sandbox/sys/descendants.h"
#include "sandbox/sys/fd.h"
#include "sandbox/sys/process.h"

namespace sbx {

// Whether this process is in the process group of the command, and so a witness
// of what is sent to all of it.
enum class Witness { kYes, kNo };

// Gives every capability and descriptor away, reaps whatever ends, answers
// `parent`, and exits once `command` has ended, which ends all that is left.
// Exits too when `parent` is gone.  Returns only if that cannot be done.
// `descendants` are kept where there is no pid namespace to end them all, and
// `broker` where nothing else keeps their signals inside.
absl::Status RunInit(sys::Child command, Witness witness,
                     sys::Descendants descendants, Broker broker,
                     const Channel& parent);

// The same for a sandbox whose command is sent no signals: waits, and tells
// `parent` of the end of `command`.  If leftovers live on, so does this, until
// there are none.  Makes no system calls then but wait4(2), write(2) and exit,
// for it loads the command's own filters too.
// A command that waits on the other end of `waiting` is let go once nothing is
// to be gained by looking into this process.
absl::Status RunQuietInit(sys::Child command, const Plan& plan,
                          const std::vector<sys::Fd>& locks,
                          const Channel& waiting, const Channel& parent);

}  // namespace sbx

#endif  // SBX_SANDBOX_INIT_H_
