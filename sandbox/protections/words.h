// SPDX-License-Identifier: Apache-2.0

#ifndef SBX_SANDBOX_PROTECTIONS_WORDS_H_
#define SBX_SANDBOX_PROTECTIONS_WORDS_H_

#include <string>

#include "absl/strings/string_view.h"
#include "sandbox/protections/rows.h"

namespace sbx::protections {

// Returns `words` with what they have in braces as it is for this sandbox.
std::string Fill(absl::string_view words, const Circumstances& in);

}  // namespace sbx::protections

#endif  // SBX_SANDBOX_PROTECTIONS_WORDS_H_
