// SPDX-License-Identifier: Apache-2.0

#include "sandbox/facts.h"

#include <utility>

#include "sandbox/sys/status.h"

namespace sbx {

absl::StatusOr<Facts> ReadFacts(const Spec& spec, const Caller& caller) {
  Facts facts;
  absl::StatusOr<idmap::Facts> ids = idmap::ReadFacts(spec.ids);
  if (!ids.ok()) return sys::While("reading users and ids", ids.status());
  facts.ids = *std::move(ids);
  facts.files = fs::ReadFacts(spec.files);
  facts.environment = caller.environment;
  return facts;
}

}  // namespace sbx
