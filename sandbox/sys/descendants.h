// SPDX-License-Identifier: Apache-2.0
//
// All that a process starts, and ends again without a pid namespace.

#ifndef SBX_SANDBOX_SYS_DESCENDANTS_H_
#define SBX_SANDBOX_SYS_DESCENDANTS_H_

#include <utility>

#include "absl/status/statusor.h"

namespace sbx::sys {

// Whatever this process starts from now on, in whatever session and by however
// many forks, ended when this goes out of scope.
//
// Orphans become this process's children (PR_SET_CHILD_SUBREAPER), and a scope
// of Landlock's, which nobody who is born in it can leave, divides them from
// all other processes: one kill(2) of "all that may be signalled" reaches all
// of them at once and nobody else, and no fork outruns it.
class Descendants {
 public:
  // Of nobody.
  Descendants() = default;
  // Needs no_new_privs.
  static absl::StatusOr<Descendants> Keep();

  Descendants(Descendants&& other) noexcept
      : kept_(std::exchange(other.kept_, Kept::kNone)) {}
  Descendants& operator=(Descendants&& other) noexcept {
    End();
    kept_ = std::exchange(other.kept_, Kept::kNone);
    return *this;
  }
  ~Descendants() { End(); }

  bool kept() const { return kept_ != Kept::kNone; }

  // Kills them, and reaps them.
  void End();

 private:
  // kBesideOthers: this process has other children, who have been there before.
  enum class Kept { kNone, kAlone, kBesideOthers };

  explicit Descendants(Kept kept) : kept_(kept) {}

  Kept kept_ = Kept::kNone;
};

}  // namespace sbx::sys

#endif  // SBX_SANDBOX_SYS_DESCENDANTS_H_
