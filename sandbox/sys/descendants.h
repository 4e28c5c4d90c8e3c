// SPDX-License-Identifier: Apache-2.0
//
// All that a process starts, and ends again without a pid namespace.

#ifndef SBX_SANDBOX_SYS_DESCENDANTS_H_
#define SBX_SANDBOX_SYS_DESCENDANTS_H_

#include <sys/types.h>

#include <set>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "sandbox/sys/fd.h"
#include "sandbox/sys/process_table.h"

namespace sbx::sys {

// Whatever this process starts from now on, in whatever session and by however
// many forks, ended when this goes out of scope.  Orphans become this process's
// children (PR_SET_CHILD_SUBREAPER).
class Descendants {
 public:
  // Of nobody.
  Descendants() = default;

  // A scope of Landlock's, which nobody who is born in it can leave, divides
  // them from all other processes: one kill(2) of "all that may be signalled"
  // reaches all of them at once and nobody else, and no fork outruns it.  Needs
  // no_new_privs.
  static absl::StatusOr<Descendants> KeepByScope();

  // The same without such a scope, if they are all in sessions of their own and
  // none of them can make a process group while they are being ended.  A signal
  // to a group reaches all of it at once, and no fork outruns that; so group by
  // group they are fewer, until none is left.  Needs /proc.
  static absl::StatusOr<Descendants> KeepByGroups();

  Descendants(Descendants&& other) noexcept { *this = std::move(other); }
  Descendants& operator=(Descendants&& other) noexcept;
  ~Descendants() { End(); }

  bool kept() const { return by_ != By::kNobody; }

  // Kills them, and reaps them.
  void End();

  // What it has open, which is to stay so.
  std::vector<int> held() const;

 private:
  enum class By { kNobody, kScope, kGroups };
  // Whether this process has other children, who have been there before.
  enum class Kept { kAlone, kBesideOthers };

  void EndScope() const;
  void EndGroups() const;
  std::set<pid_t> Ours() const;
  void KillGroupOf(pid_t pid) const;
  void KillAllBelow() const;

  By by_ = By::kNobody;
  Kept kept_ = Kept::kAlone;
  // By groups: the list of this process's children, those of before, and who
  // descends from whom.
  Fd children_ = {};
  std::set<pid_t> others_ = {};
  ProcessTable processes_ = {};
};

}  // namespace sbx::sys

#endif  // SBX_SANDBOX_SYS_DESCENDANTS_H_
