// SPDX-License-Identifier: Apache-2.0
//
// A parser of text that is not ours, and what must hold whatever the text is.
// Each target is a file that defines kTarget; fuzz.bzl makes a test and a
// fuzzer of it.

#ifndef SBX_TESTING_FUZZ_TARGET_H_
#define SBX_TESTING_FUZZ_TARGET_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace sbx::test {

struct Target {
  // Texts that reach most of the parser; mutations start from them.
  std::vector<std::string> seeds = {};
  // Requires what must hold of any text.
  void (*check)(absl::string_view text) = nullptr;
};

extern const Target kTarget;

// Ends the program with `sentence` if what must hold does not.
void Require(bool holds, absl::string_view sentence);

// Requires that `message`, of a refusal, is something to say: a line without
// what would write to a terminal.
void RequireSentence(absl::string_view message);

}  // namespace sbx::test

#endif  // SBX_TESTING_FUZZ_TARGET_H_
