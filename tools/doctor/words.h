// SPDX-License-Identifier: Apache-2.0

#ifndef SBX_TOOLS_DOCTOR_WORDS_H_
#define SBX_TOOLS_DOCTOR_WORDS_H_

#include <string>
#include <vector>

#include "tools/doctor/checks.h"

namespace sbx::doctor {

// Where it was examined.
struct Host {
  std::string version = {};
  std::string kernel = {};
  unsigned uid = 0;
};

// Whether the default sandbox works.
bool IsWell(const std::vector<Finding>& findings);

// A line for each finding, with the reason and, after an arrow, what would
// change it.
std::string Text(const Host& host, const std::vector<Finding>& findings);

// The same as one JSON object and a newline.
std::string JsonText(const Host& host, const std::vector<Finding>& findings);

}  // namespace sbx::doctor

#endif  // SBX_TOOLS_DOCTOR_WORDS_H_
