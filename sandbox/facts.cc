// SPDX-License-Identifier: Apache-2.0

#include "sandbox/facts.h"

#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <iterator>
#include <string>
#include <utility>
#include <vector>

#include "absl/algorithm/container.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "fs/secrets.h"
#include "sandbox/cgroup/apply.h"
#include "sandbox/chroot.h"
#include "sandbox/devices.h"
#include "sandbox/limits_hold.h"
#include "sandbox/sys/capabilities.h"
#include "sandbox/sys/chroot.h"
#include "sandbox/sys/file.h"
#include "sandbox/sys/landlock.h"
#include "sandbox/sys/path.h"
#include "sandbox/sys/ramfs.h"
#include "sandbox/sys/status.h"

namespace sbx {
namespace {

// Without privilege nothing can be done about a chroot, and making namespaces
// will say so.
absl::StatusOr<bool> InChrootThatCanBeLeft() {
  SBX_ASSIGN_OR_RETURN(const sys::CapabilitySet held,
                       sys::EffectiveCapabilities());
  if (!held.Has(CAP_SYS_CHROOT) || !held.Has(CAP_SYS_ADMIN)) return false;
  absl::StatusOr<bool> in_chroot = sys::InChroot();
  // The mounts are those of a namespace above, where these do not count.
  if (sys::ErrnoOf(in_chroot.status()) == EPERM) return false;
  return in_chroot;
}

bool Exists(const char* path) { return access(path, F_OK) == 0; }

// Whether the kernel makes user namespaces, as far as it says so.
bool CanMakeUserNamespaces() {
  if (!Exists("/proc/self/ns/user")) return false;
  const auto most = sys::ReadFile("/proc/sys/user/max_user_namespaces");
  return !most.ok() || !absl::StartsWith(*most, "0");
}

void ReadNamespaceFacts(const OwnNamespaces& wanted, Facts& facts) {
  if (wanted.user == Own::kIfPossible) {
    facts.user_namespaces = CanMakeUserNamespaces();
  }
  if (wanted.cgroup == Own::kIfPossible) {
    facts.cgroup_namespaces = Exists("/proc/self/ns/cgroup");
  }
}

// The kernel shows its settings as root's, but to whoever has another root.
bool RootIsHosts() {
  struct stat settings;
  return stat("/proc/sys", &settings) != 0 || settings.st_uid == 0;
}

// Those in the home directory that the user's entry names, where the
// environment names another.
std::vector<fs::Secret> SecretsOfLogin(const Spec& spec,
                                       const idmap::Facts& ids) {
  if (spec.login_secrets == LoginSecrets::kShown || !ids.caller) return {};
  const std::string home = sys::Lexical(ids.caller->home);
  if (fs::HaveSecretsBelow(home, spec.files.secrets)) return {};
  return fs::SecretsBelow(home);
}

// Whoever exposes what nothing hides has mistyped it, or thinks that it was
// safe.
absl::Status ShowExposed(const Spec& spec, fs::Spec& files) {
  for (const std::string& which : spec.exposed) {
    if (fs::Show(which, files.secrets)) continue;
    return absl::InvalidArgumentError(
        absl::StrCat("there is no store of secrets at, above or below ",
                     sys::Quoted(which), " to be shown"));
  }
  return absl::OkStatus();
}

absl::StatusOr<fs::Facts> ReadFileFacts(const Spec& spec,
                                        const idmap::Facts& ids) {
  std::vector<fs::Secret> more = SecretsOfLogin(spec, ids);
  // Most need no copy.
  if (more.empty() && spec.exposed.empty()) return fs::ReadFacts(spec.files);
  fs::Spec files = spec.files;
  absl::c_move(more, std::back_inserter(files.secrets));
  SBX_RETURN_IF_ERROR(ShowExposed(spec, files));
  return fs::ReadFacts(files);
}

absl::StatusOr<cgroup::Facts> ReadCgroupFacts(const Spec& spec,
                                              const fs::Facts& files) {
  cgroup::Facts facts = cgroup::ReadFacts(spec.cgroup);
  if (spec.cgroup.device_limit != cgroup::DeviceLimit::kOff) {
    SBX_ASSIGN_OR_RETURN(facts.devices, DevicesOf(spec.files, files.terminal));
  }
  return facts;
}

absl::Status ReadRootFacts(Facts& facts) {
  SBX_ASSIGN_OR_RETURN(facts.in_initial_ramfs, sys::InInitialRamfs());
  if (geteuid() != 0) return absl::OkStatus();
  facts.root_is_hosts = RootIsHosts();
  SBX_ASSIGN_OR_RETURN(facts.in_chroot, InChrootThatCanBeLeft());
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<Facts> ReadFacts(const Spec& spec, const Caller& caller) {
  Facts facts;
  absl::StatusOr<idmap::Facts> ids = idmap::ReadFacts(spec.ids);
  if (!ids.ok()) return sys::While("reading users and ids", ids.status());
  facts.ids = *std::move(ids);
  SBX_ASSIGN_OR_RETURN(facts.files, ReadFileFacts(spec, facts.ids));
  absl::StatusOr<policy::Facts> policy = policy::ReadFacts(spec.policy);
  if (!policy.ok()) {
    return sys::While("reading the system call profile", policy.status());
  }
  facts.policy = *std::move(policy);
  if (spec.network == Network::kHost || IsConfined(spec.mode)) {
    facts.landlock_abi = sys::LandlockAbi();
  }
  SBX_ASSIGN_OR_RETURN(facts.cgroup, ReadCgroupFacts(spec, facts.files));
  facts.places_of_shares = PlacesOfShares(spec);
  facts.environment = caller.environment;
  ReadNamespaceFacts(spec.own, facts);
  if (spec.mode == Mode::kChroot) {
    SBX_ASSIGN_OR_RETURN(facts.chroot,
                         ReadChrootFacts(spec.chroot, spec.descriptors));
  }
  // There no root is pivoted to, which alone a chroot is in the way of.
  if (IsConfined(spec.mode)) return facts;
  const absl::Status root = ReadRootFacts(facts);
  if (!root.ok()) return sys::While("looking at the root", root);
  return facts;
}

}  // namespace sbx
