// SPDX-License-Identifier: Apache-2.0
//
// Whose priority for disks ioprio_set(2) changes.  <linux/ioprio.h> has these
// too, but names a parameter "class" since Linux 6.1.190, which is no C++.

#ifndef SBX_POLICY_SECCOMP_IOPRIO_H_
#define SBX_POLICY_SECCOMP_IOPRIO_H_

#include <cstdint>

namespace sbx::policy::seccomp {

inline constexpr uint64_t kIoprioWhoProcess = 1;
inline constexpr uint64_t kIoprioWhoPgrp = 2;

}  // namespace sbx::policy::seccomp

#endif  // SBX_POLICY_SECCOMP_IOPRIO_H_
