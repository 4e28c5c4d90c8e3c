// SPDX-License-Identifier: Apache-2.0

#include "sandbox/facts.h"

#include "sandbox/sys/status.h"

namespace sbx {

absl::StatusOr<Facts> ReadFacts(const Spec& spec, const Caller& caller) {
  Facts facts;
  SBX_ASSIGN_OR_RETURN(facts.ids, idmap::ReadFacts(spec.ids));
  facts.files = fs::ReadFacts(spec.files);
  facts.environment = caller.environment;
  return facts;
}

}  // namespace sbx
