// SPDX-License-Identifier: Apache-2.0

#include "sandbox/refusals.h"

#include "policy/seccomp/interpreter.h"
#include "sandbox/sys/seccomp.h"
#include "sandbox/sys/status.h"

namespace sbx {
namespace {

Refusal RefusalOf(const seccomp_data& call,
                  const policy::seccomp::Program& filter) {
  const uint32_t read =
      policy::seccomp::Evaluate(filter.instructions, call).arguments_read;
  Refusal refusal = {.architecture = call.arch, .call = call.nr};
  for (size_t i = 0; i < refusal.arguments.size(); ++i) {
    if ((read >> i & 1) != 0) refusal.arguments[i] = call.args[i];
  }
  return refusal;
}

}  // namespace

absl::Status Refusals::Take() {
  SBX_ASSIGN_OR_RETURN(const auto call, sys::ReceiveCall(listener_));
  if (!call) return absl::OkStatus();
  ++counts_[RefusalOf(call->data, filter_)];
  return sys::LetThrough(listener_, *call);
}

std::vector<CountedRefusal> Refusals::Counted() const {
  std::vector<CountedRefusal> all;
  for (const auto& [refusal, count] : counts_) all.push_back({refusal, count});
  return all;
}

}  // namespace sbx
