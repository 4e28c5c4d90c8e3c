// SPDX-License-Identifier: Apache-2.0

#ifndef SBX_TOOLS_SBX_REFUSALS_H_
#define SBX_TOOLS_SBX_REFUSALS_H_

#include <string>

#include "sandbox/refusals.h"

namespace sbx::tools {

// "keyctl()"; "ioctl(_, 0x5412)" with the arguments that the profile looked at.
std::string RefusalText(const Refusal& refusal);

}  // namespace sbx::tools

#endif  // SBX_TOOLS_SBX_REFUSALS_H_
