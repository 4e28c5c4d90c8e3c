// SPDX-License-Identifier: Apache-2.0

#ifndef SBX_SANDBOX_EXPLAIN_H_
#define SBX_SANDBOX_EXPLAIN_H_

#include <string>

#include "sandbox/plan.h"

namespace sbx {

// Says in words what `plan` does, in lines that a person reads top to bottom.
std::string Explain(const Plan& plan);

}  // namespace sbx

#endif  // SBX_SANDBOX_EXPLAIN_H_
