// SPDX-License-Identifier: Apache-2.0
//
// What /proc grants to the host's root whatever its capabilities are: covered
// when the host's root is a user of the sandbox, for the kernel asks there for
// the user id alone.  For everybody else file permissions refuse it already.
// What is read-only here is judged so in a chroot's own /proc too
// (sandbox/chroot.cc).

#ifndef SBX_FS_PROC_H_
#define SBX_FS_PROC_H_

#include "absl/strings/string_view.h"

namespace sbx::fs {

enum class ProcCover { kReadOnly, kHidden };

struct ProcRow {
  absl::string_view path;
  ProcCover cover;
  absl::string_view reason;
};

inline constexpr ProcRow kProcCovers[] = {
    {"bus", ProcCover::kReadOnly, "configuration of PCI devices"},
    {"fs", ProcCover::kReadOnly, "tuning of the host's file systems"},
    {"irq", ProcCover::kReadOnly, "which processor serves which interrupt"},
    {"sys", ProcCover::kReadOnly,
     "kernel settings; core_pattern alone runs any program as root"},
    {"sysrq-trigger", ProcCover::kReadOnly, "reboots the host"},
    {"acpi", ProcCover::kHidden, "power and wake-up of the host"},
    {"kcore", ProcCover::kHidden, "the host's memory"},
    {"keys", ProcCover::kHidden, "keyrings are not in any namespace"},
    {"latency_stats", ProcCover::kHidden, "what the host's programs do"},
    {"scsi", ProcCover::kHidden, "adds and removes the host's disks"},
    {"timer_list", ProcCover::kHidden, "what the host's programs do"},
};

}  // namespace sbx::fs

#endif  // SBX_FS_PROC_H_
