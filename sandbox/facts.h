// SPDX-License-Identifier: Apache-2.0

#ifndef SBX_SANDBOX_FACTS_H_
#define SBX_SANDBOX_FACTS_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "fs/facts.h"
#include "idmap/facts.h"
#include "policy/facts.h"
#include "sandbox/caller.h"
#include "sandbox/cgroup/plan.h"
#include "sandbox/spec.h"

namespace sbx {

// What the host answered, all of it, before anything is decided.
struct Facts {
  idmap::Facts ids = {};
  fs::Facts files = {};
  policy::Facts policy = {};
  cgroup::Facts cgroup = {};
  std::vector<std::string> environment = {};
  // Landlock's, where it is wanted.
  int landlock_abi = 0;
  // Whether these can be made; only if they are wanted where possible.
  bool user_namespaces = false;
  bool cgroup_namespaces = false;
  // sbx is in a chroot, and privileged enough to leave it.
  bool in_chroot = false;
  bool in_initial_ramfs = false;
};

// Reads what `spec` needs and no more: reading is start-up time.
absl::StatusOr<Facts> ReadFacts(const Spec& spec, const Caller& caller);

}  // namespace sbx

#endif  // SBX_SANDBOX_FACTS_H_
