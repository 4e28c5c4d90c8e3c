// SPDX-License-Identifier: Apache-2.0
//
// The sandbox's first process, from its birth until the command runs.

#ifndef SBX_SANDBOX_CHILD_H_
#define SBX_SANDBOX_CHILD_H_

#include "sandbox/caller.h"
#include "sandbox/handshake.h"
#include "sandbox/plan.h"
#include "sandbox/sys/fd.h"

namespace sbx {

// Never returns: either the command runs, or the parent hears why it does not.
// `chroot` is the root of Mode::kChroot.
[[noreturn]] void RunChild(const Plan& plan, const Caller& caller,
                           sys::Fd chroot, Channel parent);

}  // namespace sbx

#endif  // SBX_SANDBOX_CHILD_H_
