// SPDX-License-Identifier: Apache-2.0
//
// The cgroup of one sandbox, from before its first process to after its last.

#ifndef SBX_SANDBOX_CGROUP_LEAF_H_
#define SBX_SANDBOX_CGROUP_LEAF_H_

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "sandbox/cgroup/spec.h"
#include "sandbox/cgroup/trunk.h"
#include "sandbox/sys/fd.h"

namespace sbx::cgroup {

// Killed and removed when it goes out of scope.
class Leaf {
 public:
  Leaf() = default;
  Leaf(Leaf&& other) noexcept;
  Leaf& operator=(Leaf&& other) noexcept;
  ~Leaf();

  // Makes an empty one below `trunk`, sets what `settings` say, and reads it
  // back.  Removes those that other sandboxes have left there because they were
  // killed.
  static absl::StatusOr<Leaf> Make(const Trunk& trunk,
                                   absl::Span<const Setting> settings);

  const std::string& path() const { return path_; }
  // For CLONE_INTO_CGROUP, the cgroup in it where the sandbox begins; not open:
  // there is none.  The limits are above it: whoever mounts a cgroup file
  // system inside sees no more than that, and it is theirs, like all that this
  // user makes.  A limit of its own could be lifted there, for the kernel
  // guards the root of a cgroup namespace from that namespace alone, and not
  // from another that was made further down.
  const sys::Fd& inside() const { return inside_; }

  // Kills every process in it.
  absl::Status Kill() const;

  // Kills what is in it, waits for its end, and removes it.
  absl::Status Remove();

 private:
  absl::Status Set(const Setting& setting) const;
  absl::Status AwaitEmpty() const;
  std::string File(const std::string& name) const;

  std::string path_ = {};
  // Its lock, as long as the sandbox lives.
  sys::Fd lock_ = {};
  sys::Fd inside_ = {};
};

}  // namespace sbx::cgroup

#endif  // SBX_SANDBOX_CGROUP_LEAF_H_
