// SPDX-License-Identifier: Apache-2.0

#include "fs/secrets.h"

#include "sandbox/sys/path.h"

namespace sbx::fs {

std::vector<Secret> SecretsBelow(const std::string& home) {
  std::vector<Secret> secrets;
  for (const SecretRow& row : kSecrets) {
    secrets.push_back({.host = sys::Absolute(home, row.path),
                       .reason = std::string(row.reason)});
  }
  return secrets;
}

}  // namespace sbx::fs
