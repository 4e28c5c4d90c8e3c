// SPDX-License-Identifier: Apache-2.0

#include "policy/facts.h"

#include <sys/utsname.h>

#include "sandbox/sys/file.h"
#include "sandbox/sys/status.h"

namespace sbx::policy {

absl::StatusOr<Facts> ReadFacts(const Spec& spec) {
  Facts facts;
  if (spec.profile == Profile::kFile) {
    SBX_ASSIGN_OR_RETURN(facts.profile, sys::ReadFile(spec.profile_file));
    utsname kernel;
    if (uname(&kernel) != 0) return sys::CallFailed("uname");
    facts.kernel = kernel.release;
  }
  return facts;
}

}  // namespace sbx::policy
