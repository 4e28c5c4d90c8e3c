// SPDX-License-Identifier: Apache-2.0

#include "testing/fuzz/target.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <string>

#include "absl/strings/ascii.h"

namespace sbx::test {

void Require(bool holds, absl::string_view sentence) {
  if (holds) return;
  std::fprintf(stderr, "does not hold: %s\n", std::string(sentence).c_str());
  std::abort();
}

void RequireSentence(absl::string_view message) {
  Require(!message.empty(), "a refusal says why");
  Require(std::none_of(message.begin(), message.end(),
                       [](char letter) { return absl::ascii_iscntrl(letter); }),
          "a refusal is one line that writes nothing to a terminal");
}

}  // namespace sbx::test
