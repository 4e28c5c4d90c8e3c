// SPDX-License-Identifier: Apache-2.0
//
// Landlock (landlock(7)), as far as sbx uses it.  The constants are here, for
// older headers lack them.

#ifndef SBX_SANDBOX_SYS_LANDLOCK_H_
#define SBX_SANDBOX_SYS_LANDLOCK_H_

#include <cstdint>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "sandbox/sys/fd.h"

namespace sbx::sys {

// What this process and its children may reach only among themselves
// (linux/landlock.h: LANDLOCK_SCOPE_…).
inline constexpr uint64_t kScopeAbstractSockets = uint64_t{1} << 0;
inline constexpr uint64_t kScopeSignals = uint64_t{1} << 1;

// The first ABIs that can divide these (landlock(7)):
// Linux 5.19, 6.2, 6.7, 6.10 and 6.12.
inline constexpr int kMovesAbi = 2;
inline constexpr int kTruncationAbi = 3;
inline constexpr int kTcpAbi = 4;
inline constexpr int kDevicesAbi = 5;
inline constexpr int kScopesAbi = 6;

// Rights over files (LANDLOCK_ACCESS_FS_…), all that kScopesAbi knows.
inline constexpr uint64_t kMayExecute = uint64_t{1} << 0;
inline constexpr uint64_t kMayWriteFile = uint64_t{1} << 1;
inline constexpr uint64_t kMayReadFile = uint64_t{1} << 2;
inline constexpr uint64_t kMayReadDirectory = uint64_t{1} << 3;
inline constexpr uint64_t kMayMakeCharacterDevice = uint64_t{1} << 6;
inline constexpr uint64_t kMayMakeBlockDevice = uint64_t{1} << 11;
inline constexpr uint64_t kMayMove = uint64_t{1} << 13;
inline constexpr uint64_t kMayTruncate = uint64_t{1} << 14;
inline constexpr uint64_t kMayCommandDevice = uint64_t{1} << 15;
inline constexpr uint64_t kFileRights = (uint64_t{1} << 16) - 1;

// Those that a rule about anything but a directory can give.
inline constexpr uint64_t kRightsOfAFile = kMayExecute | kMayWriteFile |
                                           kMayReadFile | kMayTruncate |
                                           kMayCommandDevice;

// Those that `abi` knows; none for 0.
uint64_t FileRightsOf(int abi);

// Rights over TCP ports (LANDLOCK_ACCESS_NET_…), both that there are.
inline constexpr uint64_t kTcpRights = 3;

// Returns the ABI of this kernel; 0 where Landlock is not there or switched
// off.
int LandlockAbi();

// What a domain takes away from those who are in it, but for what its rules
// give back.
struct Handled {
  // kMay….
  uint64_t files = 0;
  uint64_t tcp = 0;
  // kScope….
  uint64_t scopes = 0;
};

// A domain before anybody is in it.
class Ruleset {
 public:
  static absl::StatusOr<Ruleset> New(const Handled& handled);

  // Gives `rights` over what `place`, an O_PATH descriptor even, stands for and
  // over all below it.
  absl::Status Allow(const Fd& place, uint64_t rights) const;

  // Puts this process into the domain, for good.  Needs no_new_privs or
  // CAP_SYS_ADMIN.
  absl::Status Enter() const;

 private:
  explicit Ruleset(Fd fd) : fd_(std::move(fd)) {}

  Fd fd_;
};

// Puts this process into a domain that gives nothing back but its rights over
// files, and those everywhere.  For whoever is in another domain that handles
// files, this one handles kMayMove: every domain takes it otherwise.
absl::Status Restrict(const Handled& handled);

}  // namespace sbx::sys

#endif  // SBX_SANDBOX_SYS_LANDLOCK_H_
