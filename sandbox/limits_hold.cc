// SPDX-License-Identifier: Apache-2.0

#include "sandbox/limits_hold.h"

#include <linux/capability.h>

#include <array>
#include <string>

#include "absl/strings/string_view.h"
#include "absl/strings/substitute.h"
#include "sandbox/sys/file.h"
#include "sandbox/sys/path.h"
#include "sandbox/sys/status.h"

namespace sbx {
namespace {

constexpr absl::string_view kCgroups = "/sys/fs/cgroup";

// The option of a limit; empty: there is none.
absl::string_view LimitOf(const Spec& spec) {
  if (!spec.cgroup.settings.empty()) return spec.cgroup.settings[0].option;
  const bool devices = spec.cgroup.device_limit != cgroup::DeviceLimit::kOff;
  return devices ? "device-limit" : "";
}

// clone3(2) makes a process in any cgroup that can be named, if its file
// permissions say so: whether the mount is read-only is not asked.  Where the
// file system has the option nsdelegate, nobody leaves a namespace so, but not
// everywhere it has.
bool MayMakeProcessesElsewhere(const Spec& spec) {
  return spec.policy.nesting == policy::Nesting::kAllowed ||
         spec.policy.profile == policy::Profile::kNone ||
         spec.policy.refusals == policy::Refusals::kReported;
}

// Without a name it is what it was called: mounting it will say what is wrong.
std::string PlaceOf(const fs::Item& item) {
  const fs::Bind* bind = std::get_if<fs::Bind>(&item.operation);
  if (bind == nullptr) return "";
  return sys::RealPath(bind->host).value_or(sys::Lexical(bind->host));
}

struct Way {
  bool is_open = false;
  // What it is, with $0 for the share and $1 for the option of the limit, and
  // what closes it.
  absl::string_view words;
};

// What may let the command lift or leave a limit by `host`, which it sees as
// `bind` says.
std::array<Way, 3> WaysOut(const Spec& spec, const fs::Bind& bind,
                           absl::string_view host) {
  return {{{bind.access == fs::Access::kReadWrite,
            "with $0 writable the command could lift the limit --$1; share "
            "less of it, or with --ro"},
           // It makes writable what is not (mount_setattr(2)).
           {spec.policy.capabilities.Has(CAP_SYS_ADMIN),
            "with CAP_SYS_ADMIN the command could make $0 writable and lift "
            "the limit --$1; share less of it, as with --root or --bare, or "
            "take the capability away"},
           {MayMakeProcessesElsewhere(spec) && bind.inside != host,
            "by $0 and clone3(2), which is not refused, the command could "
            "leave the limit --$1; share less of it, or at the same path"}}};
}

absl::Status CheckShare(const Spec& spec, const fs::Bind& bind,
                        absl::string_view host) {
  if (!sys::IsAtOrBelow(host, kCgroups) && !sys::IsAtOrBelow(kCgroups, host)) {
    return absl::OkStatus();
  }
  for (const Way& way : WaysOut(spec, bind, host)) {
    if (!way.is_open) continue;
    return absl::InvalidArgumentError(
        absl::Substitute(way.words, sys::Quoted(bind.host), LimitOf(spec)));
  }
  return absl::OkStatus();
}

}  // namespace

bool HasLimits(const Spec& spec) { return !LimitOf(spec).empty(); }

std::vector<std::string> PlacesOfShares(const Spec& spec) {
  std::vector<std::string> places;
  if (!HasLimits(spec)) return places;
  for (const fs::Item& item : spec.files.items) places.push_back(PlaceOf(item));
  return places;
}

absl::Status CheckLimitsHold(const Spec& spec,
                             const std::vector<std::string>& places) {
  for (size_t i = 0; i < places.size(); ++i) {
    const auto* bind = std::get_if<fs::Bind>(&spec.files.items[i].operation);
    if (bind != nullptr) {
      SBX_RETURN_IF_ERROR(CheckShare(spec, *bind, places[i]));
    }
  }
  return absl::OkStatus();
}

std::vector<fs::Item> CoversOfCgroups(const Spec& spec) {
  if (!HasLimits(spec) || !MayMakeProcessesElsewhere(spec)) return {};
  return {{.operation = fs::Hide{.inside = std::string(kCgroups),
                                 .destination = fs::Absent::kSkip},
           .reason = "a limit could be left there by clone3(2)"}};
}

}  // namespace sbx
