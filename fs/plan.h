// SPDX-License-Identifier: Apache-2.0
//
// The steps that build the new root.

#ifndef SBX_FS_PLAN_H_
#define SBX_FS_PLAN_H_

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "absl/status/statusor.h"
#include "fs/facts.h"
#include "fs/spec.h"

namespace sbx::fs {

// What the namespaces and id maps mean for the file systems of the sandbox.
struct Inside {
  // The present mounts are nobody else's, and all of them lie at or below the
  // present root.
  bool has_own_mounts = false;
  // The host's root is a user inside: what /proc grants to root it grants here
  // too, so the parts that reach beyond the sandbox are covered.
  bool has_host_root = false;
  // The group "tty" (5) exists inside and can own terminals.
  bool has_tty_group = false;
  bool operator==(const Inside&) const = default;
};

// Where the new root is while it is built.  Nothing may lie over the present
// one meanwhile, nor over the new one: a walk that comes to a root by ".." goes
// on to what is mounted there, so that a source of the host would be looked for
// in the sandbox, and a destination inside on the host.
enum class Assembly {
  // In a base that nobody else can name, beside the present one.
  kInBase,
  // Nowhere: it is detached until it is complete (Linux 6.15).
  kDetached,
  // It is the present one, of which this namespace has a copy to itself, and
  // nothing has to be copied, entered or taken away.  What the operations need
  // of the host is taken before the first of them covers any of it.
  kInPlace,
};

struct Plan {
  // First to last; the first one makes the root itself.
  std::vector<Item> steps = {};
  Assembly assembly = Assembly::kInBase;
  Placement placement = Placement::kCareful;
  std::string cwd = "/";
  std::vector<std::string> other_cwds = {};
  // Bound to /dev/console by each Dev, so that ttyname(3) finds it; empty: not.
  std::string terminal = {};
  Inside inside = {};
  bool operator==(const Plan&) const = default;
};

// Plans the root that `spec` asks for, in the order given: a later operation
// covers an earlier one.  Reads nothing but its arguments.
absl::StatusOr<Plan> PlanRoot(const Spec& spec, const Facts& facts,
                              const Inside& inside);

}  // namespace sbx::fs

#endif  // SBX_FS_PLAN_H_
