// SPDX-License-Identifier: Apache-2.0

#include "sandbox/cgroup/scope.h"

#include <limits.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "sandbox/sys/host_program.h"
#include "sandbox/sys/path.h"
#include "sandbox/sys/status.h"

namespace sbx::cgroup {
namespace {

constexpr absl::Duration kPatience = absl::Seconds(5);
constexpr char kBusAddress[] = "DBUS_SESSION_BUS_ADDRESS";
constexpr char kRuntimeDirectory[] = "XDG_RUNTIME_DIR";

bool Exists(const std::string& path) { return access(path.c_str(), F_OK) == 0; }

std::string Variable(const char* name) {
  const char* value = getenv(name);
  return value == nullptr ? "" : value;
}

// Where a login puts what belongs to the user; su and cron forget to say it.
std::string RuntimeDirectory() {
  const std::string told = Variable(kRuntimeDirectory);
  return told.empty() ? absl::StrCat("/run/user/", geteuid()) : told;
}

std::vector<std::string> WhereTheBusIs() {
  std::vector<std::string> told = {
      absl::StrCat(kRuntimeDirectory, "=", RuntimeDirectory())};
  const std::string address = Variable(kBusAddress);
  if (!address.empty()) {
    told.push_back(absl::StrCat(kBusAddress, "=", address));
  }
  return told;
}

absl::StatusOr<std::string> FindScopeProgram() {
  char self[PATH_MAX];
  const ssize_t size = readlink("/proc/self/exe", self, sizeof(self));
  if (size < 0) return sys::CallFailed("readlink", "/proc/self/exe");
  const std::string beside =
      sys::ParentOf(std::string(self, static_cast<size_t>(size)));
  const std::string places[] = {
      absl::StrCat(beside, "/", kScopeProgram),
      absl::StrCat(sys::ParentOf(beside), "/libexec/sbx/", kScopeProgram)};
  for (const std::string& place : places) {
    if (access(place.c_str(), X_OK) == 0) return place;
  }
  return sys::ErrnoStatus(
      ENOENT,
      absl::StrCat("the program that asks systemd, ", sys::Quoted(places[0])));
}

}  // namespace

bool HasSystemd() {
  // sd_booted(3).
  if (!Exists("/run/systemd/system")) return false;
  return geteuid() == 0 || !Variable(kBusAddress).empty() ||
         Exists(RuntimeDirectory() + "/bus");
}

absl::Status EnterScope(const std::string& slice,
                        const std::string& description) {
  SBX_ASSIGN_OR_RETURN(const std::string path, FindScopeProgram());
  SBX_ASSIGN_OR_RETURN(
      sys::HostProgram program,
      sys::HostProgram::Start(
          path, {absl::StrCat(getpid()), slice, description}, WhereTheBusIs()));
  return program.FinishWithin(kPatience).status();
}

}  // namespace sbx::cgroup
