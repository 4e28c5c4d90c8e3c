// SPDX-License-Identifier: Apache-2.0
//
// Runs a part of a kernel test in namespaces of its own, where it may mount.

#ifndef SBX_TESTING_NAMESPACES_H_
#define SBX_TESTING_NAMESPACES_H_

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"

namespace sbx::test {

// Runs `work` in a child with user, mount, pid and ipc namespaces of its own,
// in which it has every capability, as the same user as outside, and returns
// what it returned, words and errno.  An EXPECT that fails in there fails here
// too.  The child is process 1, and ends with whatever it has started.
absl::Status InOwnNamespaces(absl::FunctionRef<absl::Status()> work);

}  // namespace sbx::test

#endif  // SBX_TESTING_NAMESPACES_H_
