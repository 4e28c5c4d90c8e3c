// SPDX-License-Identifier: Apache-2.0
//
// Out of a chroot(2).  The kernel makes no user namespace for a process whose
// root directory is not the root of its mount namespace, for with the
// capabilities that it has there it could leave it (user_namespaces(7)).  A
// privileged process can have a mount namespace whose root is its root
// directory, from which the rest of the host has gone.

#ifndef SBX_SANDBOX_SYS_CHROOT_H_
#define SBX_SANDBOX_SYS_CHROOT_H_

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace sbx::sys {

// Whether this process is in a chroot.  Needs CAP_SYS_CHROOT and CAP_SYS_ADMIN.
absl::StatusOr<bool> InChroot();

// Gives this process a mount namespace of its own whose root is its root
// directory.  Nothing changes for anybody else.  Needs the same.
absl::Status BecomeRootOfNamespace();

}  // namespace sbx::sys

#endif  // SBX_SANDBOX_SYS_CHROOT_H_
