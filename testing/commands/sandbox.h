// SPDX-License-Identifier: Apache-2.0
//
// Words for tests that run the built sbx.

#ifndef SBX_TESTING_COMMANDS_SANDBOX_H_
#define SBX_TESTING_COMMANDS_SANDBOX_H_

#include <string>
#include <vector>

#include "testing/command.h"

namespace sbx::test {

using Words = std::vector<std::string>;

// `sbx OPTIONS -- COMMAND`.
inline CommandOptions Sbx(const Words& options, const Words& command) {
  CommandOptions all = {.argv = {"sbx"}};
  all.argv.insert(all.argv.end(), options.begin(), options.end());
  all.argv.push_back("--");
  all.argv.insert(all.argv.end(), command.begin(), command.end());
  return all;
}

// `sbx OPTIONS -- bash -c SCRIPT`.
inline CommandOptions SbxBash(const Words& options, const std::string& script) {
  return Sbx(options, {"bash", "-c", script});
}

// A shell outside, which starts sbx as its script says.
inline CommandOptions Bash(const std::string& script) {
  return {.argv = {"bash", "-c", script}};
}

// `first` with `env` before it, as in `env --block-signal=TERM sbx -- true`.
inline CommandOptions With(const Words& env, CommandOptions first) {
  first.argv.insert(first.argv.begin(), env.begin(), env.end());
  first.argv.insert(first.argv.begin(), "env");
  return first;
}

}  // namespace sbx::test

#endif  // SBX_TESTING_COMMANDS_SANDBOX_H_
