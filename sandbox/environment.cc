// SPDX-License-Identifier: Apache-2.0

#include "sandbox/environment.h"

#include <algorithm>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

namespace sbx {
namespace {

// What a login keeps of the caller's: how its terminal and its user speak.
constexpr absl::string_view kKept[] = {"COLORTERM", "LANG", "LANGUAGE",
                                       "NO_COLOR",  "TERM", "TZ"};
constexpr absl::string_view kKeptPrefix = "LC_";

constexpr absl::string_view kPath =
    "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

absl::string_view NameOf(absl::string_view variable) {
  return variable.substr(0, variable.find('='));
}

// The variables, in order; a name stands once.
class Variables {
 public:
  void Unset(absl::string_view name) {
    all_.erase(
        std::remove_if(all_.begin(), all_.end(),
                       [&](const std::string& v) { return NameOf(v) == name; }),
        all_.end());
  }
  void Set(absl::string_view name, absl::string_view value) {
    Unset(name);
    all_.push_back(absl::StrCat(name, "=", value));
  }
  void Keep(const std::string& variable) { all_.push_back(variable); }
  void Clear() { all_.clear(); }
  std::vector<std::string> Take() { return std::move(all_); }

 private:
  std::vector<std::string> all_;
};

bool IsKept(absl::string_view name) {
  return std::find(std::begin(kKept), std::end(kKept), name) !=
             std::end(kKept) ||
         absl::StartsWith(name, kKeptPrefix);
}

void StartLogin(const std::vector<std::string>& callers,
                const idmap::Login& login, Variables& variables) {
  for (const std::string& variable : callers) {
    if (IsKept(NameOf(variable))) variables.Keep(variable);
  }
  variables.Set("PATH", kPath);
  variables.Set("HOME", login.home);
  variables.Set("USER", login.name);
  variables.Set("LOGNAME", login.name);
  variables.Set("SHELL", login.shell);
}

void Edit(const EnvironmentEdit& edit, Variables& variables) {
  if (const auto* set = std::get_if<SetVariable>(&edit)) {
    variables.Set(set->name, set->value);
  } else if (const auto* unset = std::get_if<UnsetVariable>(&edit)) {
    variables.Unset(unset->name);
  } else {
    variables.Clear();
  }
}

}  // namespace

std::vector<std::string> PlanEnvironment(
    const Spec& spec, const std::vector<std::string>& callers,
    const idmap::Login& login) {
  Variables variables;
  if (spec.environment == Environment::kLogin) {
    StartLogin(callers, login, variables);
  } else {
    for (const std::string& variable : callers) variables.Keep(variable);
  }
  variables.Set("PWD", spec.files.cwd);
  for (const EnvironmentEdit& edit : spec.edits) Edit(edit, variables);
  return variables.Take();
}

}  // namespace sbx
