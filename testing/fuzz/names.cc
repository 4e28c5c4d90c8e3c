// SPDX-License-Identifier: Apache-2.0
//
// --cap and --rlimit.

#include <sys/resource.h>

#include "policy/capabilities.h"
#include "policy/limits.h"
#include "testing/fuzz/target.h"

namespace sbx::test {
namespace {

void CheckCapabilities(absl::string_view text) {
  const auto list = policy::ParseCapabilities(text);
  if (!list.ok()) return RequireSentence(list.status().message());
  const policy::CapabilitySet set = list->From({});
  const auto again = policy::ParseCapabilities(policy::CapabilityNames(set));
  Require(again.ok() && again->From({}) == set, "what is printed is read");
}

void CheckLimit(absl::string_view text) {
  const auto limit = policy::ParseLimit(text);
  if (!limit.ok()) return RequireSentence(limit.status().message());
  Require(limit->soft <= limit->hard, "the kernel takes the limit");
  Require(limit->resource >= 0 && limit->resource < RLIM_NLIMITS,
          "the kernel knows the resource");
}

void Check(absl::string_view text) {
  CheckCapabilities(text);
  CheckLimit(text);
}

}  // namespace

const Target kTarget = {
    .seeds = {"none", "ALL", "NET_RAW,CAP_CHOWN", "cap_sys_admin,kill",
              "ALL,-SYS_ADMIN", "+KILL,-CHOWN", "nofile=256:1024", "as=2G",
              "core=unlimited", "cpu=0:unlimited",
              "stack=18446744073709551615"},
    .check = Check};

}  // namespace sbx::test
