// SPDX-License-Identifier: Apache-2.0
//
// What the command may do, as the user asks for it.

#ifndef SBX_POLICY_SPEC_H_
#define SBX_POLICY_SPEC_H_

#include <sys/resource.h>

#include <cstdint>
#include <string>
#include <vector>

#include "policy/seccomp/program.h"
#include "sandbox/sys/capabilities.h"

namespace sbx::policy {

using sys::CapabilitySet;

// One resource limit (setrlimit(2)).
struct Limit {
  // RLIMIT_…, and how users call it.
  int resource = 0;
  std::string name = {};
  uint64_t soft = RLIM_INFINITY;
  uint64_t hard = RLIM_INFINITY;
  bool operator==(const Limit&) const = default;
};

// Which system calls are let through.
enum class Profile {
  // policy/seccomp: what programs need, and nothing that only administrators
  // and attackers do.
  kDefault,
  // What a program needs that only computes.
  kStrict,
  // What a file in the format of the OCI runtime says.
  kFile,
  // All of them: weaker, and said wherever it is used.
  kNone,
};

// What becomes of a call that the profile refuses.
enum class Refusals {
  kAnswered,
  // It is let through and reported, which finds out what a profile has to
  // allow, and protects from nothing.
  kReported,
};

// Whether the command may make sandboxes of its own: user namespaces, mounts.
enum class Nesting { kRefused, kAllowed };

// A set of capabilities as somebody wrote it: a set of its own, or changes of
// what the default is.
struct CapabilityList {
  bool changes_default = true;
  CapabilitySet added = {};
  CapabilitySet removed = {};

  // Returns the set that is meant where `usual` is the default.
  constexpr CapabilitySet From(CapabilitySet usual) const {
    return ((changes_default ? usual : CapabilitySet()) & ~removed) | added;
  }
  bool operator==(const CapabilityList&) const = default;
};

// What user id 0 means to the kernel when programs start and users change.
enum class RootIs {
  // kRoot for a root that was given capabilities, else kNumber.
  kAsGiven,
  // A user id like any other, for good: the securebits say so and are locked.
  kNumber,
  // The user who has all capabilities, of those that were given.
  kRoot,
  // As kAsGiven, but whoever was given capabilities may change what the
  // securebits say, as they may everywhere.
  kUnlocked,
};

// Where the capabilities of the command come from.
enum class Held {
  kListed,
  // Whatever the sandbox's processes have anyway, the securebits too.  Only for
  // root, who would have them without a sandbox.
  kAnyway,
  // None, by whoever may not bound and lock them: no_new_privs alone keeps it
  // so.
  kGivenUp,
};

// Whether a command that shares the host's network may connect to the abstract
// sockets of programs outside, and send them signals.  Without namespaces:
// whether it may make sockets of services; signals stay inside in any case.
enum class Reach { kInside, kOutside };

// Whether the command may change modes, owners, times and extended attributes
// where no mount keeps it from those of any file of the user's.
enum class Attributes { kKept, kChangeable };

// What happens where there are no namespaces and Landlock is not all that it
// has to be in their place: an error, or what filters can do.
enum class LandlockNeed { kRequired, kPreferred };

struct Spec {
  // What the command may use; they count in its own namespaces only.
  CapabilitySet capabilities = {};
  // The other sets.  By default nothing can ever be had but these, and a user
  // other than root inherits them over execve(2) as ambient ones.
  CapabilityList bounding = {};
  CapabilityList inheritable = {};
  CapabilityList ambient = {};
  RootIs root = RootIs::kAsGiven;
  Held held = Held::kListed;
  Profile profile = Profile::kDefault;
  // kFile: which.
  std::string profile_file = {};
  // Further filters, of the user's own, loaded in this order after the profile.
  std::vector<seccomp::Program> filters = {};
  Refusals refusals = Refusals::kAnswered;
  Nesting nesting = Nesting::kRefused;
  Reach reach = Reach::kInside;
  Attributes attributes = Attributes::kKept;
  LandlockNeed landlock = LandlockNeed::kRequired;
  std::vector<Limit> limits = {};
  bool operator==(const Spec&) const = default;
};

}  // namespace sbx::policy

#endif  // SBX_POLICY_SPEC_H_
