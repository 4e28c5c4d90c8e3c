// SPDX-License-Identifier: Apache-2.0

#ifndef SBX_SANDBOX_FACTS_H_
#define SBX_SANDBOX_FACTS_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "fs/facts.h"
#include "idmap/facts.h"
#include "policy/facts.h"
#include "sandbox/caller.h"
#include "sandbox/cgroup/plan.h"
#include "sandbox/spec.h"

namespace sbx {

// A file system in the root of Mode::kChroot that speaks for the kernel, and of
// which this user is the owner.
struct KernelFiles {
  // Where it is mounted, in the root.
  std::string mount = {};
  // What of it can be written, and why that matters.
  std::string writable = {};
  std::string reason = {};
};

// About the root of Mode::kChroot.
struct ChrootFacts {
  // Whether it can be bound onto itself; if not, why.
  absl::Status binding = {};
  std::vector<KernelFiles> kernel_files = {};
  // Descriptors that the command gets and that are directories.
  std::vector<int> directories = {};
};

// What the host answered, all of it, before anything is decided.
struct Facts {
  idmap::Facts ids = {};
  fs::Facts files = {};
  policy::Facts policy = {};
  cgroup::Facts cgroup = {};
  // Of PlacesOfShares: where what is shared lies.
  std::vector<std::string> places_of_shares = {};
  std::vector<std::string> environment = {};
  // Landlock's, where it is wanted.
  int landlock_abi = 0;
  // Whether these can be made; only if they are wanted where possible.
  bool user_namespaces = false;
  bool cgroup_namespaces = false;
  // User id 0 here is the host's root, and not that of a container's user
  // namespace.
  bool root_is_hosts = true;
  // Only for Mode::kChroot.
  ChrootFacts chroot = {};
  // sbx is in a chroot, and privileged enough to leave it.
  bool in_chroot = false;
  bool in_initial_ramfs = false;
};

// Reads what `spec` needs and no more: reading is start-up time.
absl::StatusOr<Facts> ReadFacts(const Spec& spec, const Caller& caller);

}  // namespace sbx

#endif  // SBX_SANDBOX_FACTS_H_
