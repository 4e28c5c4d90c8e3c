// SPDX-License-Identifier: Apache-2.0
//
// The capabilities of a root that has to work as root: in a root file system
// of its own, where packages are installed and users change.  All of them
// count for the ids and the namespaces of the sandbox alone.

#ifndef SBX_POLICY_ROOT_CAPABILITIES_H_
#define SBX_POLICY_ROOT_CAPABILITIES_H_

#include <linux/capability.h>

#include "absl/strings/string_view.h"
#include "sandbox/sys/capabilities.h"

namespace sbx::policy {

struct CapabilityRow {
  int number;
  absl::string_view reason;
};

inline constexpr CapabilityRow kRootCapabilities[] = {
    {CAP_CHOWN, "packages own files by users of theirs"},
    {CAP_DAC_OVERRIDE, "root writes files of other users and modes"},
    {CAP_DAC_READ_SEARCH, "root reads files of other users and modes"},
    {CAP_FOWNER, "root changes modes and times of files of other users"},
    {CAP_FSETID, "set-id bits stay when root writes such files"},
    {CAP_KILL, "root stops the services of other users"},
    {CAP_SETGID, "su, login and services change groups"},
    {CAP_SETUID, "su, login and services change user"},
    {CAP_SETPCAP, "services drop from the bounding set before they run"},
    {CAP_SETFCAP, "packages give their programs file capabilities"},
    {CAP_NET_BIND_SERVICE, "services listen on low ports, of the sandbox"},
    {CAP_SYS_CHROOT, "installers and services shut themselves in"},
};

constexpr sys::CapabilitySet RootCapabilities() {
  sys::CapabilitySet set;
  for (const CapabilityRow& row : kRootCapabilities) {
    set = set | sys::CapabilitySet::Of(row.number);
  }
  return set;
}

}  // namespace sbx::policy

#endif  // SBX_POLICY_ROOT_CAPABILITIES_H_
