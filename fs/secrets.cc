// SPDX-License-Identifier: Apache-2.0

#include "fs/secrets.h"

#include <algorithm>
#include <iterator>

#include "absl/algorithm/container.h"
#include "sandbox/sys/path.h"

namespace sbx::fs {
namespace {

bool IsPath(absl::string_view which) {
  return !which.empty() && which[0] == '/';
}

// Shows of `secret` what `path` is, holds or belongs to; false: nothing.
bool ShowPath(const std::string& path, Secret& secret) {
  if (sys::IsAtOrBelow(secret.host, path)) {
    secret.visibility = Visibility::kShown;
    return true;
  }
  if (!sys::IsAtOrBelow(path, secret.host)) return false;
  const Shown part = {.host = path,
                      .below = path.substr(secret.host.size() + 1)};
  if (std::find(secret.parts.begin(), secret.parts.end(), part) ==
      secret.parts.end()) {
    secret.parts.push_back(part);
  }
  return true;
}

bool ShowName(absl::string_view name, Secret& secret) {
  if (secret.name != name) return false;
  secret.visibility = Visibility::kShown;
  return true;
}

}  // namespace

std::vector<Secret> SecretsBelow(const std::string& home) {
  std::vector<Secret> secrets;
  secrets.reserve(std::size(kSecrets));
  for (const SecretRow& row : kSecrets) {
    secrets.push_back({.name = row.name,
                       .host = sys::Absolute(home, row.path),
                       .reason = row.reason});
  }
  return secrets;
}

bool HaveSecretsBelow(const std::string& home,
                      const std::vector<Secret>& secrets) {
  const std::string first = sys::Absolute(home, kSecrets[0].path);
  return absl::c_any_of(
      secrets, [&](const Secret& secret) { return secret.host == first; });
}

bool Show(const std::string& which, std::vector<Secret>& secrets) {
  // A name may stand for a store that this caller has none of.
  bool found = !IsPath(which);
  for (Secret& secret : secrets) {
    found |= IsPath(which) ? ShowPath(which, secret) : ShowName(which, secret);
  }
  return found;
}

std::set<std::string> NamesOfSecrets() {
  std::set<std::string> names;
  for (const SecretRow& row : kSecrets) names.emplace(row.name);
  for (const SecretVariableRow& row : kSecretVariables) names.emplace(row.name);
  return names;
}

}  // namespace sbx::fs
