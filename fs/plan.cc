// SPDX-License-Identifier: Apache-2.0

#include "fs/plan.h"

#include <iterator>

#include "absl/algorithm/container.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "fs/dev.h"
#include "sandbox/sys/path.h"
#include "sandbox/sys/status.h"

namespace sbx::fs {
namespace {

// "/.." is the root too, and a mount on it would never be seen.
bool IsRoot(absl::string_view path) { return sys::Lexical(path) == "/"; }

// Only a share or a tmpfs can be the root itself.
bool CanBeRoot(const Operation& operation) {
  return std::holds_alternative<Bind>(operation) ||
         std::holds_alternative<Tmpfs>(operation);
}

bool MakesRoot(const Operation& operation) {
  return IsRoot(InsideOf(operation)) && CanBeRoot(operation);
}

// The first operation starts the root, and so there must be something to it.
bool StartsRoot(const Spec& spec) {
  if (spec.items.empty()) return false;
  const Operation& first = spec.items[0].operation;
  if (spec.placement == Placement::kCareful) return IsRoot(InsideOf(first));
  const Bind* bind = std::get_if<Bind>(&first);
  return MakesRoot(first) && (bind == nullptr || bind->source != Absent::kSkip);
}

absl::Status CheckPlace(const Operation& operation, bool first,
                        Placement placement) {
  const std::string& inside = InsideOf(operation);
  if (inside.empty() || inside[0] != '/') {
    return absl::InvalidArgumentError(absl::StrCat(
        "the destination ", sys::Quoted(inside), " is not an absolute path"));
  }
  if (inside.find('\0') != std::string::npos) {
    return absl::InvalidArgumentError("a destination holds a NUL byte");
  }
  if (placement == Placement::kAnywhere) return absl::OkStatus();
  if (IsRoot(inside) && !(first && CanBeRoot(operation))) {
    return absl::InvalidArgumentError(
        "the root \"/\" can only be the destination of the first operation, "
        "and only of a share or a tmpfs");
  }
  return absl::OkStatus();
}

// Covers a store of secrets below a share, but for the parts that are shown.
void HideBelow(const std::string& share, const Secret& secret, Plan& plan) {
  const std::string inside = sys::Absolute(share, secret.host);
  if (secret.parts.empty()) {
    plan.steps.push_back(
        {.operation = Hide{.inside = inside, .destination = Absent::kSkip},
         .reason = std::string(secret.reason)});
    return;
  }
  plan.steps.push_back(
      {.operation = Tmpfs{.inside = inside, .destination = Absent::kSkip},
       .reason = std::string(secret.reason)});
  for (const Shown& part : secret.parts) {
    plan.steps.push_back(
        {.operation = Bind{.host = part.host,
                           .inside = sys::Absolute(inside, part.below)},
         .reason = "shown all the same"});
  }
}

// Whether the root is to be the host's, with everything below it.
bool IsHostRoot(const Operation& operation) {
  const Bind* bind = std::get_if<Bind>(&operation);
  // Not by "..", which may come after a symbolic link.
  return bind != nullptr && !bind->descriptor &&
         absl::StartsWith(bind->host, "/") &&
         sys::Components(bind->host).empty() && IsRoot(bind->inside);
}

// How many descriptors it takes to have what `operation` needs of the host.
size_t PiecesOf(const Operation& operation) {
  return std::holds_alternative<Dev>(operation) ? std::size(kDevices) + 1 : 1;
}

// A limit on open files may be as low as this allows for.
constexpr size_t kMostPieces = 128;

bool ChangesMount(const Item& step) {
  return std::holds_alternative<ReadOnly>(step.operation);
}

// Whether `step` needs the host's root as it is, which cannot be taken before:
// both name what is open by the /proc there, and an overlay keeps what is
// written in a mount that would be read-only.
bool NeedsHostAsItIs(const Item& step) {
  return std::holds_alternative<Overlay>(step.operation) ||
         std::holds_alternative<Mode>(step.operation);
}

Assembly AssemblyOf(const std::vector<Item>& steps, const Facts& facts,
                    const Inside& inside) {
  // What is in a detached tree cannot be changed by itself (mount_setattr(2)).
  if (!facts.assembles_detached || absl::c_any_of(steps, ChangesMount)) {
    return Assembly::kInBase;
  }
  if (!inside.has_own_mounts || !IsHostRoot(steps[0].operation) ||
      absl::c_any_of(steps, NeedsHostAsItIs)) {
    return Assembly::kDetached;
  }
  size_t pieces = 0;
  for (const Item& step : steps) pieces += PiecesOf(step.operation);
  return pieces <= kMostPieces ? Assembly::kInPlace : Assembly::kDetached;
}

}  // namespace

absl::StatusOr<Plan> PlanRoot(const Spec& spec, const Facts& facts,
                              const Inside& inside) {
  Plan plan = {.placement = spec.placement,
               .cwd = spec.cwd,
               .other_cwds = spec.other_cwds,
               .terminal = facts.terminal,
               .inside = inside};
  if (!StartsRoot(spec)) {
    plan.steps.push_back({.operation = Tmpfs{.inside = "/"},
                          .reason = "the root itself, empty"});
  }
  for (size_t i = 0; i < spec.items.size(); ++i) {
    const Item& item = spec.items[i];
    SBX_RETURN_IF_ERROR(CheckPlace(item.operation, i == 0, spec.placement));
    plan.steps.push_back(item);
    const auto source = facts.sources.find(i);
    if (source != facts.sources.end()) {
      std::get<Bind>(plan.steps.back().operation).identity = source->second;
    }
    const auto exposed = facts.exposed.find(i);
    if (exposed == facts.exposed.end()) continue;
    for (const Secret& secret : exposed->second) {
      HideBelow(InsideOf(item.operation), secret, plan);
    }
  }
  plan.assembly = AssemblyOf(plan.steps, facts, inside);
  return plan;
}

}  // namespace sbx::fs
