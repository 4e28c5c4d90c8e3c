// SPDX-License-Identifier: Apache-2.0
//
// The capability sets of this process (capabilities(7)), one call at a time.

#ifndef SBX_SANDBOX_SYS_CAPABILITIES_H_
#define SBX_SANDBOX_SYS_CAPABILITIES_H_

#include <linux/capability.h>

#include <cstdint>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace sbx::sys {

// A set of capabilities, by their numbers in linux/capability.h.
class CapabilitySet {
 public:
  constexpr CapabilitySet() = default;
  constexpr explicit CapabilitySet(uint64_t bits) : bits_(bits) {}
  template <typename... Numbers>
  static constexpr CapabilitySet Of(Numbers... numbers) {
    return CapabilitySet(((uint64_t{1} << numbers) | ... | 0));
  }

  // Those that the kernel's headers name.
  static constexpr CapabilitySet All() {
    return CapabilitySet((uint64_t{1} << (CAP_LAST_CAP + 1)) - 1);
  }

  constexpr bool Has(int number) const { return (bits_ >> number) & 1; }
  constexpr bool empty() const { return bits_ == 0; }
  constexpr uint64_t bits() const { return bits_; }
  constexpr CapabilitySet operator|(CapabilitySet other) const {
    return CapabilitySet(bits_ | other.bits_);
  }
  constexpr CapabilitySet operator&(CapabilitySet other) const {
    return CapabilitySet(bits_ & other.bits_);
  }
  constexpr CapabilitySet operator~() const { return CapabilitySet(~bits_); }
  bool operator==(const CapabilitySet&) const = default;

 private:
  uint64_t bits_ = 0;
};

// The five sets of a thread.
struct CapabilitySets {
  CapabilitySet effective = {};
  CapabilitySet permitted = {};
  CapabilitySet inheritable = {};
  CapabilitySet bounding = {};
  CapabilitySet ambient = {};
  bool operator==(const CapabilitySets&) const = default;
};

// Returns the effective set of this process.
absl::StatusOr<CapabilitySet> EffectiveCapabilities();

// Whether the file of this program has given it more than its caller has: a
// setuid or setgid bit, or capabilities.
absl::StatusOr<bool> FileGivesPrivileges();

// Takes everything but `kept` out of the bounding set.  Needs CAP_SETPCAP for
// each that goes.
absl::Status BoundCapabilities(CapabilitySet kept);
// Sets the effective, permitted and inheritable sets at once (capset(2)).
absl::Status SetCapabilities(const CapabilitySets& sets);
// Raises each of `raised` in the ambient set; each is to be permitted and
// inheritable already.
absl::Status RaiseAmbient(CapabilitySet raised);

// Sets how user id 0 and changes of user id work on capabilities, as
// linux/securebits.h has the bits.  Needs CAP_SETPCAP.
absl::Status SetSecurebits(unsigned bits);

}  // namespace sbx::sys

#endif  // SBX_SANDBOX_SYS_CAPABILITIES_H_
