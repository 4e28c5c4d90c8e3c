// SPDX-License-Identifier: Apache-2.0

#include "sandbox/facts.h"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <string>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "fs/secrets.h"
#include "sandbox/cgroup/apply.h"
#include "sandbox/devices.h"
#include "sandbox/sys/capabilities.h"
#include "sandbox/sys/chroot.h"
#include "sandbox/sys/file.h"
#include "sandbox/sys/landlock.h"
#include "sandbox/sys/path.h"
#include "sandbox/sys/status.h"

namespace sbx {
namespace {

// Without privilege nothing can be done about a chroot, and making namespaces
// will say so.
absl::StatusOr<bool> InChrootThatCanBeLeft() {
  if (geteuid() != 0) return false;
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

fs::Spec WithLoginSecrets(const Spec& spec, const idmap::Facts& ids) {
  fs::Spec files = spec.files;
  if (spec.login_secrets == LoginSecrets::kShown || !ids.caller) return files;
  const std::string home = sys::Lexical(ids.caller->home);
  for (fs::Secret& secret : fs::SecretsBelow(home)) {
    const auto known = std::find_if(
        files.secrets.begin(), files.secrets.end(),
        [&](const fs::Secret& other) { return other.host == secret.host; });
    // All of them are there, or none.
    if (known != files.secrets.end()) break;
    files.secrets.push_back(std::move(secret));
  }
  return files;
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

absl::StatusOr<cgroup::Facts> ReadCgroupFacts(const Spec& spec,
                                              const fs::Facts& files) {
  cgroup::Facts facts = cgroup::ReadFacts(spec.cgroup);
  if (spec.cgroup.device_limit != cgroup::DeviceLimit::kOff) {
    SBX_ASSIGN_OR_RETURN(facts.devices, DevicesOf(spec.files, files.terminal));
  }
  return facts;
}

}  // namespace

absl::StatusOr<Facts> ReadFacts(const Spec& spec, const Caller& caller) {
  Facts facts;
  absl::StatusOr<idmap::Facts> ids = idmap::ReadFacts(spec.ids);
  if (!ids.ok()) return sys::While("reading users and ids", ids.status());
  facts.ids = *std::move(ids);
  fs::Spec files = WithLoginSecrets(spec, facts.ids);
  SBX_RETURN_IF_ERROR(ShowExposed(spec, files));
  SBX_ASSIGN_OR_RETURN(facts.files, fs::ReadFacts(files));
  absl::StatusOr<policy::Facts> policy = policy::ReadFacts(spec.policy);
  if (!policy.ok()) {
    return sys::While("reading the system call profile", policy.status());
  }
  facts.policy = *std::move(policy);
  if (spec.network == Network::kHost || IsConfined(spec.mode)) {
    facts.landlock_abi = sys::LandlockAbi();
  }
  SBX_ASSIGN_OR_RETURN(facts.cgroup, ReadCgroupFacts(spec, facts.files));
  facts.environment = caller.environment;
  ReadNamespaceFacts(spec.own, facts);
  // There nothing is mounted, which alone a chroot is in the way of.
  if (IsConfined(spec.mode)) return facts;
  SBX_ASSIGN_OR_RETURN(facts.in_chroot, InChrootThatCanBeLeft());
  return facts;
}

}  // namespace sbx
