// SPDX-License-Identifier: Apache-2.0
//
// What an attacker's program tries, one small function each.  None of them
// knows whether it runs in a sandbox.

#ifndef SBX_TESTING_ESCAPE_ATTACK_H_
#define SBX_TESTING_ESCAPE_ATTACK_H_

#include <cerrno>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace sbx::escape {

using Words = std::vector<std::string>;

// How an attack went.
struct Outcome {
  // 0: the attacker has what he wanted.  Otherwise what the call said that he
  // needed for it.
  int error = 0;
};

// The outcome of a call that returned `result`.
inline Outcome Of(long result) { return {result < 0 ? errno : 0}; }

inline constexpr size_t kAnyWords = static_cast<size_t>(-1);

struct Attack {
  std::string_view name;
  // How many words it takes.
  size_t words;
  Outcome (*run)(const Words& words);
};

// By what they attack.
std::span<const Attack> AttacksOnFiles();
std::span<const Attack> AttacksOnMounts();
std::span<const Attack> AttacksOnProcesses();
std::span<const Attack> AttacksOnNetwork();
std::span<const Attack> AttacksOnTerminals();
std::span<const Attack> AttacksOnTheKernel();
std::span<const Attack> AttacksFromOutside();

int Number(const std::string& word);

inline constexpr int kCannotTry = 2;

// Ends the program: what the attack takes for granted is not there, and so
// nothing was tried.
[[noreturn]] void CannotTry(std::string_view what);

// What InChild does, for an attack of any type.
Outcome RunInChild(Outcome (*run)(const void*), const void* attack);

// Runs `attack` in a child, for what a process may always do to itself proves
// nothing.
template <typename Try>
Outcome InChild(Try attack) {
  return RunInChild(
      [](const void* it) { return (*static_cast<const Try*>(it))(); }, &attack);
}

}  // namespace sbx::escape

#endif  // SBX_TESTING_ESCAPE_ATTACK_H_
