// SPDX-License-Identifier: Apache-2.0

#include "sandbox/sys/capabilities.h"

#include <sys/auxv.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>

#include "sandbox/sys/status.h"

namespace sbx::sys {
namespace {

constexpr int kCapabilities = 64;

__user_cap_header_struct Header() {
  return {.version = _LINUX_CAPABILITY_VERSION_3, .pid = 0};
}

absl::StatusOr<std::array<__user_cap_data_struct, 2>> ReadSets() {
  __user_cap_header_struct header = Header();
  std::array<__user_cap_data_struct, 2> halves = {};
  if (syscall(SYS_capget, &header, halves.data()) != 0) {
    return CallFailed("capget");
  }
  return halves;
}

uint32_t Half(CapabilitySet set, int half) {
  return static_cast<uint32_t>(set.bits() >> (32 * half));
}

// Whether this kernel has a capability with that number.
bool IsKnown(int number) {
  const int before = errno;
  const bool known =
      prctl(PR_CAPBSET_READ, number, 0, 0, 0) >= 0 || errno != EINVAL;
  errno = before;
  return known;
}

}  // namespace

absl::StatusOr<CapabilitySet> EffectiveCapabilities() {
  SBX_ASSIGN_OR_RETURN(const auto halves, ReadSets());
  return CapabilitySet(halves[0].effective |
                       (uint64_t{halves[1].effective} << 32));
}

absl::StatusOr<bool> FileGivesPrivileges() {
  // A change of security label has the kernel say so too, and alone it gives
  // no privileges.
  if (getauxval(AT_SECURE) == 0) return false;
  if (geteuid() != getuid() || getegid() != getgid()) return true;
  SBX_ASSIGN_OR_RETURN(const auto halves, ReadSets());
  return getuid() != 0 && (halves[0].permitted | halves[1].permitted) != 0;
}

absl::Status BoundCapabilities(CapabilitySet kept) {
  for (int number = 0; number < kCapabilities; ++number) {
    if (kept.Has(number)) continue;
    if (prctl(PR_CAPBSET_DROP, number, 0, 0, 0) == 0) continue;
    if (errno == EINVAL && !IsKnown(number)) return absl::OkStatus();
    return CallFailed("prctl", "PR_CAPBSET_DROP", number);
  }
  return absl::OkStatus();
}

absl::Status SetCapabilities(const CapabilitySets& sets) {
  __user_cap_header_struct header = Header();
  __user_cap_data_struct halves[2];
  for (int half = 0; half < 2; ++half) {
    halves[half] = {.effective = Half(sets.effective, half),
                    .permitted = Half(sets.permitted, half),
                    .inheritable = Half(sets.inheritable, half)};
  }
  if (syscall(SYS_capset, &header, halves) != 0) return CallFailed("capset");
  return absl::OkStatus();
}

absl::Status RaiseAmbient(CapabilitySet raised) {
  for (int number = 0; number < kCapabilities; ++number) {
    if (!raised.Has(number)) continue;
    if (prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, number, 0, 0) != 0) {
      return CallFailed("prctl", "PR_CAP_AMBIENT_RAISE", number);
    }
  }
  return absl::OkStatus();
}

absl::Status SetSecurebits(unsigned bits) {
  if (prctl(PR_SET_SECUREBITS, bits, 0, 0, 0) != 0) {
    return CallFailed("prctl", "PR_SET_SECUREBITS", bits);
  }
  return absl::OkStatus();
}

}  // namespace sbx::sys
