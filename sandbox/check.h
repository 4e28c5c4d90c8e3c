// SPDX-License-Identifier: Apache-2.0

#ifndef SBX_SANDBOX_CHECK_H_
#define SBX_SANDBOX_CHECK_H_

#include "absl/status/status.h"
#include "sandbox/spec.h"

namespace sbx {

// Refuses a Spec that contradicts itself, in a sentence.  Asks nobody.
absl::Status Check(const Spec& spec);

}  // namespace sbx

#endif  // SBX_SANDBOX_CHECK_H_
