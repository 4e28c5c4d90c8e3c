// SPDX-License-Identifier: Apache-2.0

#ifndef SBX_SANDBOX_EXPLAIN_H_
#define SBX_SANDBOX_EXPLAIN_H_

#include <string>

#include "sandbox/plan.h"

namespace sbx {

// Says in words what `plan` does, in lines that a person reads top to bottom.
std::string Explain(const Plan& plan);

// Says which protections are not as strong as they could be and why, in the
// words of sbx's own options, and which nobody has asked for.
std::string ExplainWeakness(const Plan& plan);

}  // namespace sbx

#endif  // SBX_SANDBOX_EXPLAIN_H_
