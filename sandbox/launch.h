// SPDX-License-Identifier: Apache-2.0
//
// The parent's side of a sandbox's birth.

#ifndef SBX_SANDBOX_LAUNCH_H_
#define SBX_SANDBOX_LAUNCH_H_

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "sandbox/caller.h"
#include "sandbox/cgroup/apply.h"
#include "sandbox/handshake.h"
#include "sandbox/newborn.h"
#include "sandbox/plan.h"
#include "sandbox/sys/descendants.h"
#include "sandbox/sys/process.h"
#include "sandbox/sys/self.h"

namespace sbx {

// A sandbox that has been started; it ends when this goes out of scope.
struct Sandbox {
  // Goes last.
  cgroup::Cgroup cgroup = {};
  // What process 1 leaves, should it be killed, where that ends nobody else.
  sys::Descendants descendants = {};
  Channel channel;
  sys::Child process_one = {};
  // The process that started sbx, if its end is to end the sandbox.
  sys::Fd parent = {};
  // Unset: signals act on sbx.
  sys::Fd signals = {};
  absl::Time started = absl::Now();
  // The same moment by a clock that nobody sets.
  absl::Duration started_since_boot = sys::SinceBoot();
};

// Starts what `plan` says, in `cgroup` if it says so, which goes on by itself
// from here.  All signals are blocked from now on, unless they are to act on
// sbx.
absl::StatusOr<Sandbox> Launch(const Plan& plan, const Caller& caller,
                               Announce announce, cgroup::Cgroup cgroup);

}  // namespace sbx

#endif  // SBX_SANDBOX_LAUNCH_H_
