// SPDX-License-Identifier: Apache-2.0
//
// Every attack, as data: where it is stopped, and where the same attack
// succeeds, without which a test would prove nothing.

#ifndef SBX_TESTING_ESCAPE_CASES_H_
#define SBX_TESTING_ESCAPE_CASES_H_

#include <ostream>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"

namespace sbx::escape {

// What the attacker has for his standard input and output.
enum class Streams { kPipes, kTerminal };

// An attack by a program (attack.h).  All lines are a shell's; what the
// variables are stands in surroundings.h.
struct Case {
  const char* name;
  const char* tries;
  const char* stopped_by;
  // The attack: its name and words.
  const char* attack;
  // What stops it: the words before `attacks`, and the errno that it gets.
  const char* in = "sbx --";
  const char* error = "EPERM";
  // Where it succeeds: other words before `attacks`, and perhaps another
  // attack that differs in nothing but what is promised.
  const char* succeeds_in = "";
  const char* succeeding = nullptr;
  // The errno that some kernels and hosts answer to everybody, sandbox or not.
  const char* closed_to_all = nullptr;
  Streams streams = Streams::kPipes;
  // Why plain sbx lets it through, if it does.
  const char* open_by_default = nullptr;
};

// How GoogleTest calls one.
inline void PrintTo(const Case& row, std::ostream* stream) {
  *stream << row.name;
}

absl::Span<const Case> Cases();

}  // namespace sbx::escape

#endif  // SBX_TESTING_ESCAPE_CASES_H_
