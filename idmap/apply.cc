// SPDX-License-Identifier: Apache-2.0

#include "idmap/apply.h"

#include <fcntl.h>
#include <linux/securebits.h>
#include <sched.h>
#include <unistd.h>

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "idmap/extents.h"
#include "sandbox/sys/capabilities.h"
#include "sandbox/sys/file.h"
#include "sandbox/sys/host_program.h"
#include "sandbox/sys/path.h"
#include "sandbox/sys/self.h"
#include "sandbox/sys/status.h"

namespace sbx::idmap {
namespace {

// Before the map of groups: a map of one's own group needs it, newgidmap(1)
// leaves it allowed where subordinate groups are mapped, and once the map is
// written nobody may forbid it (user_namespaces(7)).
absl::Status DenyGroups(const std::string& process) {
  return sys::WriteFile(process + "/setgroups", "deny");
}

absl::Status WriteMaps(const Plan& plan, const std::string& process) {
  SBX_RETURN_IF_ERROR(sys::WriteFile(process + "/gid_map", MapText(plan.gids)));
  return sys::WriteFile(process + "/uid_map", MapText(plan.uids));
}

absl::Status WriteBelow(const sys::Fd& proc, const std::string& path,
                        absl::string_view text) {
  SBX_ASSIGN_OR_RETURN(const sys::Fd file,
                       sys::OpenInRoot(proc, path, O_WRONLY));
  return sys::WriteAll(file, text, path);
}

std::vector<std::string> HelperArguments(pid_t child,
                                         const std::vector<Extent>& extents) {
  std::vector<std::string> arguments = {absl::StrCat(child)};
  for (const Extent& extent : extents) {
    for (const uint32_t number :
         {extent.inside, extent.outside, extent.count}) {
      arguments.push_back(absl::StrCat(number));
    }
  }
  return arguments;
}

// Side by side: each spends most of its time starting up.
absl::Status RunHelpers(const Plan& plan, pid_t child) {
  SBX_ASSIGN_OR_RETURN(sys::HostProgram users,
                       sys::HostProgram::Start(
                           plan.newuidmap, HelperArguments(child, plan.uids)));
  SBX_ASSIGN_OR_RETURN(sys::HostProgram groups,
                       sys::HostProgram::Start(
                           plan.newgidmap, HelperArguments(child, plan.gids)));
  SBX_RETURN_IF_ERROR(users.Finish().status());
  return groups.Finish().status();
}

// Changing from root to another user would take all capabilities from this
// process, which has the whole sandbox still to build (capabilities(7)).
absl::Status SetIdsKeepingCapabilities(const Plan& plan) {
  SBX_RETURN_IF_ERROR(sys::SetSecurebits(SECBIT_NO_SETUID_FIXUP));
  SBX_RETURN_IF_ERROR(sys::SetGroup(plan.gid));
  SBX_RETURN_IF_ERROR(sys::SetUser(plan.uid));
  return sys::SetSecurebits(SECUREBITS_DEFAULT);
}

}  // namespace

absl::Status MapSelf(const Plan& plan) {
  if (plan.writer != Writer::kChild) return absl::OkStatus();
  SBX_RETURN_IF_ERROR(DenyGroups("/proc/self"));
  return WriteMaps(plan, "/proc/self");
}

absl::Status MapChild(const Plan& plan, pid_t child) {
  if (plan.writer == Writer::kChild || plan.writer == Writer::kNobody) {
    return absl::OkStatus();
  }
  const std::string process = absl::StrCat("/proc/", child);
  if (plan.groups == GroupControl::kDenied) {
    SBX_RETURN_IF_ERROR(DenyGroups(process));
  }
  if (plan.writer == Writer::kParent) return WriteMaps(plan, process);
  return RunHelpers(plan, child);
}

absl::Status BecomeUser(const Plan& plan) {
  if (plan.user_switch == Switch::kNone) return absl::OkStatus();
  if (getuid() == plan.uid && geteuid() == plan.uid && getgid() == plan.gid &&
      getegid() == plan.gid) {
    return absl::OkStatus();
  }
  return SetIdsKeepingCapabilities(plan);
}

absl::Status AllowOneMoreNamespace(const sys::Fd& proc) {
  return WriteBelow(proc, "sys/user/max_user_namespaces", "1");
}

absl::Status EnterLastNamespace(const Plan& plan, const sys::Fd& proc) {
  if (unshare(CLONE_NEWUSER) != 0) {
    return sys::CallFailed("unshare", "CLONE_NEWUSER");
  }
  const Extent uid = {.inside = plan.uid, .outside = plan.uid, .count = 1};
  const Extent gid = {.inside = plan.gid, .outside = plan.gid, .count = 1};
  // The files of a process that cannot be traced are root's.
  SBX_RETURN_IF_ERROR(sys::SetDumpable(true));
  SBX_RETURN_IF_ERROR(WriteBelow(proc, "self/gid_map", MapText({gid})));
  SBX_RETURN_IF_ERROR(WriteBelow(proc, "self/uid_map", MapText({uid})));
  return sys::SetDumpable(false);
}

}  // namespace sbx::idmap
