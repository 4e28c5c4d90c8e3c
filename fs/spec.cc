// SPDX-License-Identifier: Apache-2.0

#include "fs/spec.h"

namespace sbx::fs {

const std::string& InsideOf(const Operation& operation) {
  return std::visit(
      [](const auto& any) -> const std::string& { return any.inside; },
      operation);
}

}  // namespace sbx::fs
