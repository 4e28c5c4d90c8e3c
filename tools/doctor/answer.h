// SPDX-License-Identifier: Apache-2.0

#ifndef SBX_TOOLS_DOCTOR_ANSWER_H_
#define SBX_TOOLS_DOCTOR_ANSWER_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "sandbox/protections/protections.h"

namespace sbx::doctor {

// What a sbx that was run with --report=fd:1 has written.
struct Answer {
  // Its own words, as far as it had to say any.
  std::string words = {};
  // What its report says of protections, if there is one.
  ProtectionRows rows = {};
};

Answer AnswerOf(absl::string_view output);

}  // namespace sbx::doctor

#endif  // SBX_TOOLS_DOCTOR_ANSWER_H_
