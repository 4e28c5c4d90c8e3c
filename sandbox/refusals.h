// SPDX-License-Identifier: Apache-2.0
//
// Calls that the profile would refuse, let through and counted.

#ifndef SBX_SANDBOX_REFUSALS_H_
#define SBX_SANDBOX_REFUSALS_H_

#include <linux/seccomp.h>

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "policy/seccomp/program.h"
#include "sandbox/sys/fd.h"

namespace sbx {

struct Refusal {
  // AUDIT_ARCH_…, and the number that the call has there.
  uint32_t architecture = 0;
  int call = 0;
  // Those that the profile looked at; others do not matter to it.
  std::array<std::optional<uint64_t>, 6> arguments = {};
  auto operator<=>(const Refusal&) const = default;
};

struct CountedRefusal {
  Refusal refusal = {};
  uint64_t count = 0;
  bool operator==(const CountedRefusal&) const = default;
};

class Refusals {
 public:
  // Nobody's.
  Refusals() = default;
  // Hears by `listener` of the calls that `filter` refuses.
  Refusals(sys::Fd listener, policy::seccomp::Program filter)
      : listener_(std::move(listener)), filter_(std::move(filter)) {}

  const sys::Fd& listener() const { return listener_; }

  // Takes the call that waits, notes it and lets it through.
  absl::Status Take();
  // Nobody is left who could make one.
  void Close() { listener_ = sys::Fd(); }

  std::vector<CountedRefusal> Counted() const;

 private:
  sys::Fd listener_ = {};
  policy::seccomp::Program filter_ = {};
  std::map<Refusal, uint64_t> counts_ = {};
};

}  // namespace sbx

#endif  // SBX_SANDBOX_REFUSALS_H_
