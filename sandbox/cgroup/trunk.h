// SPDX-License-Identifier: Apache-2.0
//
// What the cgroups of sandboxes hang on.

#ifndef SBX_SANDBOX_CGROUP_TRUNK_H_
#define SBX_SANDBOX_CGROUP_TRUNK_H_

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "sandbox/cgroup/spec.h"

namespace sbx::cgroup {

// A cgroup with controllers and without processes (the rule of "no internal
// processes"), below which leaves are made.
class Trunk {
 public:
  Trunk() = default;
  Trunk(Trunk&& other) noexcept;
  Trunk& operator=(Trunk&& other) noexcept;
  // Undoes what it did.
  ~Trunk() { (void)Leave(); }

  // Makes one of the cgroup `directory`, in which this process is: moves this
  // process into a leaf of its own, and enables the controllers that `settings`
  // need.  If others are in it too, the one above serves where that has them
  // enabled.
  static absl::StatusOr<Trunk> Make(const std::string& directory,
                                    absl::Span<const Setting> settings);

  const std::string& directory() const { return directory_; }

  // Back to where this process was, as it was.
  absl::Status Leave();

 private:
  // Moves this process into a leaf of its own.
  absl::Status StepAside();

  std::string directory_ = {};
  // The leaf that this process is in since; empty: where it was before.
  std::string own_leaf_ = {};
  // What is to be written to cgroup.subtree_control to undo it.
  std::string undo_ = {};
};

}  // namespace sbx::cgroup

#endif  // SBX_SANDBOX_CGROUP_TRUNK_H_
