// SPDX-License-Identifier: Apache-2.0

#include "tools/sbx/refusals.h"

#include <linux/audit.h>

#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "policy/seccomp/numbers.h"

namespace sbx::tools {
namespace {

std::vector<std::string> ArgumentsOf(const Refusal& refusal) {
  std::vector<std::string> texts;
  size_t shown = 0;
  for (const std::optional<uint64_t>& argument : refusal.arguments) {
    texts.push_back(argument ? absl::StrCat("0x", absl::Hex(*argument)) : "_");
    if (argument) shown = texts.size();
  }
  texts.resize(shown);
  return texts;
}

}  // namespace

std::string RefusalText(const Refusal& refusal) {
  return absl::StrCat(
      policy::seccomp::NameOf(refusal.architecture, refusal.call),
      refusal.architecture == AUDIT_ARCH_I386 ? " of i386" : "", "(",
      absl::StrJoin(ArgumentsOf(refusal), ", "), ")");
}

}  // namespace sbx::tools
