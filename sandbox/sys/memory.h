// SPDX-License-Identifier: Apache-2.0

#ifndef SBX_SANDBOX_SYS_MEMORY_H_
#define SBX_SANDBOX_SYS_MEMORY_H_

#include <poll.h>

#include "absl/types/span.h"
#include "sandbox/sys/fd.h"

namespace sbx::sys {

// Waits as poll(2) does, for at most `patience` milliseconds, -1 for ever.  If
// the wait turns out to be long, it gives back the pages of this program's own
// code and constants meanwhile; they come back from its file as they are
// needed.  A command that ends at once does not pay for that.
int PollLeanly(absl::Span<pollfd> sources, int patience);

// Waits a short time for the end of a process, for whoever will wait by other
// means; gives the same pages back if that is not enough.
void WaitShortly(const Fd& pidfd);

}  // namespace sbx::sys

#endif  // SBX_SANDBOX_SYS_MEMORY_H_
