// SPDX-License-Identifier: Apache-2.0

#ifndef SBX_SANDBOX_ENVIRONMENT_H_
#define SBX_SANDBOX_ENVIRONMENT_H_

#include <string>
#include <vector>

#include "idmap/plan.h"
#include "sandbox/spec.h"

namespace sbx {

// Returns the variables ("NAME=VALUE") that the command gets: those that
// `spec` starts from, out of `callers` or for `login`, PWD, and the edits in
// their order.
std::vector<std::string> PlanEnvironment(
    const Spec& spec, const std::vector<std::string>& callers,
    const idmap::Login& login);

}  // namespace sbx

#endif  // SBX_SANDBOX_ENVIRONMENT_H_
