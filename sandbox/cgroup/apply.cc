// SPDX-License-Identifier: Apache-2.0

#include "sandbox/cgroup/apply.h"

#include <unistd.h>

#include "absl/strings/str_cat.h"
#include "sandbox/cgroup/device_filter.h"
#include "sandbox/cgroup/device_probe.h"
#include "sandbox/cgroup/hierarchy.h"
#include "sandbox/cgroup/scope.h"
#include "sandbox/sys/status.h"

namespace sbx::cgroup {

namespace {

// The program is the better one: it takes the sandbox alone.
DeviceFilter FindDeviceFilter() {
  const auto place = ReadPlace();
  if (place.ok() && access(place->Directory().c_str(), W_OK) == 0 &&
      CanLoadDevicePrograms()) {
    return DeviceFilter::kProgram;
  }
  return HasOldDevices() ? DeviceFilter::kOldController : DeviceFilter::kNone;
}

absl::Status MakeLeaf(const Plan& plan, const std::string& description,
                      Cgroup& cgroup) {
  if (plan.route == Route::kNone) return absl::OkStatus();
  if (plan.route == Route::kSystemd) {
    SBX_RETURN_IF_ERROR(EnterScope(plan.slice, description));
  }
  SBX_ASSIGN_OR_RETURN(const Place place, ReadPlace());
  SBX_ASSIGN_OR_RETURN(cgroup.trunk,
                       Trunk::Make(place.Directory(), plan.settings));
  SBX_ASSIGN_OR_RETURN(cgroup.leaf, Leaf::Make(cgroup.trunk, plan.settings));
  return absl::OkStatus();
}

absl::Status CloseDevices(const Plan& plan, Cgroup& cgroup) {
  if (plan.device_filter == DeviceFilter::kProgram) {
    return FilterDevices(plan.devices, cgroup.leaf.inside());
  }
  if (plan.device_filter == DeviceFilter::kOldController) {
    SBX_ASSIGN_OR_RETURN(cgroup.old_devices, OldDevices::Enter(plan.devices));
  }
  return absl::OkStatus();
}

absl::Status NotClosed(DeviceVerdict verdict) {
  if (verdict == DeviceVerdict::kUnknown) {
    return absl::FailedPreconditionError(
        "nothing here shows whether devices are closed: there is none in /dev "
        "that this account may open and the command may not");
  }
  return absl::FailedPreconditionError(absl::StrCat(
      "devices are not closed: this account can open some that the sandbox "
      "does not list; an administrator closes them for all that it runs with "
      "a file /etc/systemd/system/user-",
      geteuid(),
      ".slice.d/devices.conf of two lines, [Slice] and DevicePolicy=closed"));
}

absl::Status LimitDevices(const Plan& plan, Cgroup& cgroup) {
  if (plan.device_limit == DeviceLimit::kOff) return absl::OkStatus();
  const bool required = plan.device_limit == DeviceLimit::kRequire;
  const absl::Status closed = CloseDevices(plan, cgroup);
  if (required) SBX_RETURN_IF_ERROR(closed);
  SBX_ASSIGN_OR_RETURN(cgroup.devices,
                       TryDevices(plan.devices, cgroup.leaf.inside()));
  if (required && cgroup.devices != DeviceVerdict::kClosed) {
    return NotClosed(cgroup.devices);
  }
  return absl::OkStatus();
}

}  // namespace

Facts ReadFacts(const Spec& spec) {
  Facts facts;
  if (spec.device_limit != DeviceLimit::kOff) {
    facts.device_filter = FindDeviceFilter();
  }
  const bool wants_cgroup =
      IsAskedFor(spec) || facts.device_filter == DeviceFilter::kProgram;
  facts.has_systemd =
      wants_cgroup && spec.route == Route::kAuto && HasSystemd();
  return facts;
}

absl::StatusOr<Cgroup> MakeCgroup(const Plan& plan,
                                  const std::string& description) {
  Cgroup cgroup;
  SBX_RETURN_IF_ERROR(MakeLeaf(plan, description, cgroup));
  SBX_RETURN_IF_ERROR(LimitDevices(plan, cgroup));
  return cgroup;
}

absl::Status Cgroup::Remove() {
  SBX_RETURN_IF_ERROR(leaf.Remove());
  SBX_RETURN_IF_ERROR(trunk.Leave());
  return old_devices.Leave();
}

}  // namespace sbx::cgroup
