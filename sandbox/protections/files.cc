// SPDX-License-Identifier: Apache-2.0
//
// What a command sees of the host.

#include <algorithm>
#include <variant>

#include "absl/strings/string_view.h"
#include "sandbox/protections/rows.h"
#include "sandbox/sys/landlock.h"
#include "sandbox/sys/path.h"

namespace sbx::protections {
namespace {

using cgroup::DeviceLimit;
using cgroup::DeviceVerdict;

// --- Namespaces ----------------------------------------------------------

bool LacksNamespaces(const Circumstances& in) {
  return in.plan.namespaces != sys::kAllNamespaces;
}

constexpr Form kNamespaces[] = {
    {Confined, Kept::kNot, "{mode}", "none", "{mode_reason}"},
    {SharesNetwork, Kept::kWeaker, "--net=host", "{namespaces}",
     "the network is the host's"},
    {LacksNamespaces, Kept::kWeaker, kByDefault, "{namespaces}",
     "the others are the caller's"},
};

// --- Files ---------------------------------------------------------------

constexpr absl::string_view kByMounting = "--cap=SYS_ADMIN";
constexpr absl::string_view kMounting = "CAP_SYS_ADMIN changes mounts";

bool IsLandlock(const Circumstances& in) {
  return in.plan.mode == Mode::kLandlock;
}

bool MayChangeAttributes(const Circumstances& in) {
  return Confined(in) &&
         !HasFilter(in, policy::seccomp::BuiltIn::kNoAttributes);
}

bool MayChangeAttributesUnheard(const Circumstances& in) {
  return MayChangeAttributes(in) && ReportsRefusals(in);
}

bool LacksRightOverDevices(const Circumstances& in) {
  return Confined(in) && (in.plan.kept_rights & sys::kMayCommandDevice) == 0;
}

// A mount of the root's own keeps it from all changes, or from none.
bool LacksLandlockAndMount(const Circumstances& in) {
  return LacksLandlock(in) && in.plan.chroot.access == fs::Access::kReadWrite;
}

constexpr Form kFiles[] = {
    {LacksLandlockAndMount, Kept::kWeaker, kLessLandlock,
     "all in the root can change that its mode lets root change", kOldLandlock},
    {MayMount, Kept::kWeaker, kByMounting,
     "what is read-only can be made writable", kMounting},
};

constexpr Form kHiddenFiles[] = {
    {MayMount, Kept::kWeaker, kByMounting, "can be uncovered", kMounting},
    {IsLandlock, Kept::kWeaker, "{mode}",
     "can be found, with their sizes, but not opened or listed",
     "nothing can be mounted over them"},
};

constexpr absl::string_view kAllAttributes =
    "modes, owners and times of every file of the user's can be changed";

constexpr Form kAttributes[] = {
    {MayChangeAttributesUnheard, Kept::kNot, "--seccomp-log", kAllAttributes,
     "the filter lets all through"},
    {MayChangeAttributes, Kept::kNot, "--attributes", kAllAttributes,
     "Landlock does not know them"},
    {Confined, Kept::kWeaker, "{mode}",
     "times of every file of the user's can be set to the present",
     "Landlock does not know them, and the filter lets that through"},
};

bool LooksForNoSecrets(const Circumstances& in) {
  return in.plan.login_secrets == LoginSecrets::kShown;
}

bool ExposesSecrets(const Circumstances& in) {
  return !in.plan.exposed.empty();
}

constexpr Form kSecrets[] = {
    {LooksForNoSecrets, Kept::kNot, "{mode}",
     "those that lie in what is given can be read", "none are looked for"},
    {MayMount, Kept::kWeaker, kByMounting, "can be uncovered", kMounting},
    {ExposesSecrets, Kept::kWeaker, "--expose", "are hidden, but for {exposed}",
     "that was to be shown"},
};

// --- Devices -------------------------------------------------------------

bool SharesDevices(const Circumstances& in) {
  return std::ranges::any_of(in.plan.files.steps, [](const fs::Item& item) {
    const auto* bind = std::get_if<fs::Bind>(&item.operation);
    return bind != nullptr && bind->devices == fs::Devices::kUsable;
  });
}

constexpr Form kDevices[] = {
    {LacksLandlock, Kept::kNot, kLessLandlock,
     "all that are in the root can be opened", kOldLandlock},
    {LacksRightOverDevices, Kept::kWeaker, kLessLandlock,
     "those among the files that are given can be opened and commanded too, as "
     "their permissions allow",
     kOldLandlock},
    {Confined, Kept::kWeaker, "{mode}",
     "those among the files that are given can be opened too, as their "
     "permissions allow",
     "Landlock does not tell devices from files"},
    {SharesDevices, Kept::kWeaker, kByDefault,
     "those in what is shared with its devices can be opened too",
     "they were shared with it"},
};

template <DeviceVerdict verdict>
bool Tried(const Circumstances& in) {
  return in.report != nullptr && in.report->devices == verdict;
}

template <DeviceLimit limit>
bool Asked(const Circumstances& in) {
  return in.plan.cgroup.device_limit == limit;
}

bool IsToBeTried(const Circumstances& in) {
  return in.report == nullptr && Asked<DeviceLimit::kPrefer>(in);
}

constexpr absl::string_view kPreferred = "--device-limit=prefer";

constexpr Form kDeviceLimit[] = {
    {Asked<DeviceLimit::kOff>, Kept::kNotAskedFor, kByDefault,
     "the list of nodes alone keeps others away",
     "--device-limit asks for a cgroup besides"},
    {Asked<DeviceLimit::kRequire>, Kept::kFully, "--device-limit=require"},
    {IsToBeTried, Kept::kWeaker, kPreferred,
     "it does, or the report says that it does not",
     "only trying it, as the sandbox starts, shows it"},
    {Tried<DeviceVerdict::kOpen>, Kept::kNot, kPreferred,
     "the list of nodes alone keeps others away",
     "another one could be opened, for nobody has closed them for this user"},
    {Tried<DeviceVerdict::kUnknown>, Kept::kWeaker, kPreferred,
     "perhaps it does", "there was none that could be tried"},
    {Tried<DeviceVerdict::kNotTried>, Kept::kNot, kPreferred,
     "the list of nodes alone keeps others away", "{shortfall}"},
    {Asked<DeviceLimit::kPrefer>, Kept::kFully, kPreferred},
};

// --- Settings of the kernel, descriptors --------------------------------

bool MayUncoverSettings(const Circumstances& in) {
  return in.plan.files.inside.has_host_root && MayMount(in);
}

constexpr Form kKernelSettings[] = {
    {MayUncoverSettings, Kept::kWeaker, kByMounting,
     "what covers them can be taken away",
     "CAP_SYS_ADMIN changes mounts, and the host's root is a user inside"},
};

bool KeepsAllDescriptors(const Circumstances& in) {
  return in.plan.inheritance == Inheritance::kAll;
}

bool KeepsDescriptors(const Circumstances& in) {
  return !in.plan.descriptors.empty();
}

constexpr Form kDescriptors[] = {
    {KeepsAllDescriptors, Kept::kNot, kByDefault,
     "all that the caller passes on", "none are closed"},
    {KeepsDescriptors, Kept::kWeaker, "--keep-fd", "0, 1, 2 and {descriptors}",
     "that was to be kept"},
};

constexpr Row kRows[] = {
    {Protection::kNamespaces, "namespaces of its own",
     "user, mount, pid, ipc, uts, network, cgroup", kNamespaces},
    {Protection::kFiles, "files", "only what is given as writable can change",
     kFiles},
    {Protection::kHiddenFiles, "hidden files",
     "only an empty one in their place can be seen", kHiddenFiles},
    {Protection::kAttributes, "attributes",
     "modes, owners and times can be changed only where the file can",
     kAttributes},
    {Protection::kSecrets, "stores of secrets", "are hidden", kSecrets},
    {Protection::kDevices, "devices",
     "only those that are listed can be opened", kDevices},
    {Protection::kDeviceLimit, "devices closed by a cgroup",
     "it refuses those that are not listed", kDeviceLimit},
    {Protection::kKernelSettings, "kernel settings",
     "cannot be changed in /proc and /sys", kKernelSettings},
    {Protection::kDescriptors, "open descriptors", "0, 1 and 2", kDescriptors},
};

}  // namespace

absl::Span<const Row> FileRows() { return kRows; }

}  // namespace sbx::protections
