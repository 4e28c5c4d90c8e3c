// SPDX-License-Identifier: Apache-2.0

#include "tools/bwrap/complete.h"

#include <unistd.h>

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "sandbox/environment.h"
#include "sandbox/sys/capabilities.h"
#include "sandbox/sys/file.h"
#include "sandbox/sys/self.h"
#include "sandbox/sys/status.h"

namespace sbx::bwrap {
namespace {

// A program that runs this one again by the link that always leads to it names
// no front end, and means the one that it was started by.
constexpr absl::string_view kThisProgram = "/proc/self/exe";
constexpr char kName[] = "bwrap";

bool IsRoot() { return getuid() == 0; }

bool OwnPid(const Draft& draft) { return draft.spec.own.pid == Own::kYes; }

struct Contradiction {
  bool found;
  absl::string_view words;
};

void SetUser(const Draft& draft, Spec& spec) {
  spec.own.user = draft.user;
  // Nobody but root has any rights without one.
  if (!IsRoot() && !spec.joined.user) spec.own.user = Own::kYes;
  if (draft.uid || draft.gid) {
    spec.ids.user = idmap::UserIds{.uid = draft.uid.value_or(getuid()),
                                   .gid = draft.gid.value_or(getgid())};
  }
  const bool given = spec.own.user == Own::kNo || draft.maps_written;
  spec.ids.ids = given ? idmap::Ids::kGiven : idmap::Ids::kSelf;
  spec.ids.accounts = idmap::Accounts::kUnread;
  spec.ids_ready = draft.maps_written;
}

void SetLife(const Draft& draft, Spec& spec) {
  const bool needs_reaper =
      OwnPid(draft) || !spec.locks.empty() || !spec.held.empty();
  spec.process_one = draft.as_process_1 || !needs_reaper ? ProcessOne::kCommand
                                                         : ProcessOne::kReaper;
  spec.signals = Signals::kActOnSbx;
  spec.inheritance = Inheritance::kAll;
  if (draft.info || draft.status) spec.birth = Birth::kAnnounced;
  if (!spec.name && spec.command[0] == kThisProgram) spec.name = kName;
}

// Root keeps what it has, and gets no more in a user namespace of its own.
absl::Status SetRootsCapabilities(const Draft& draft, policy::Spec& policy) {
  if (draft.user == Own::kNo) {
    policy.held = policy::Held::kAnyway;
    return absl::OkStatus();
  }
  SBX_ASSIGN_OR_RETURN(const policy::CapabilitySet set, DefaultCapabilities());
  // execve(2) leaves others than root nothing.
  if (draft.uid.value_or(0) == 0) policy.capabilities = set;
  policy.bounding = {.changes_default = false, .added = set};
  return absl::OkStatus();
}

absl::Status SetCapabilities(const Draft& draft, policy::Spec& policy) {
  policy.profile = policy::Profile::kNone;
  // Callers share the network for an X server's or a bus's abstract socket.
  policy.reach = policy::Reach::kOutside;
  policy.root = policy::RootIs::kUnlocked;
  if (!draft.capabilities && IsRoot()) {
    return SetRootsCapabilities(draft, policy);
  }
  const policy::CapabilitySet set =
      draft.capabilities.value_or(policy::CapabilitySet());
  const policy::CapabilityList same = {.changes_default = false, .added = set};
  policy.capabilities = set;
  policy.bounding = policy.inheritable = policy.ambient = same;
  return absl::OkStatus();
}

absl::Status ReadFilter(int number, policy::Spec& policy) {
  const absl::StatusOr<std::string> text =
      sys::ReadAll(number, absl::StrCat("fd ", number));
  if (!text.ok()) return sys::While("Can't read seccomp data", text.status());
  if (text->size() % sizeof(sock_filter) != 0) {
    return absl::InvalidArgumentError(
        "Invalid seccomp data, must be multiple of 8");
  }
  absl::StatusOr<policy::seccomp::Program> program =
      policy::seccomp::ParseProgram(*text, "seccomp data");
  if (!program.ok()) return program.status();
  policy.filters.push_back(*std::move(program));
  return absl::OkStatus();
}

absl::Status ReadFilters(const Draft& draft, policy::Spec& policy) {
  if (draft.seccomp) return ReadFilter(*draft.seccomp, policy);
  for (const int number : draft.stacked_seccomp) {
    SBX_RETURN_IF_ERROR(ReadFilter(number, policy));
  }
  return absl::OkStatus();
}

std::string ValueOf(absl::string_view name,
                    const std::vector<std::string>& environment) {
  for (absl::string_view variable : environment) {
    if (absl::ConsumePrefix(&variable, absl::StrCat(name, "="))) {
      return std::string(variable);
    }
  }
  return "";
}

// Where the caller is, by the name that a shell gives it if that is one.
std::string Here(const std::string& pwd) {
  const auto named = sys::IdentityOf(pwd);
  const auto here = sys::IdentityOf(".");
  if (absl::StartsWith(pwd, "/") && named.ok() && here.ok() &&
      *named == *here) {
    return pwd;
  }
  return sys::CurrentDirectory().value_or("/");
}

void SetDirectory(const Draft& draft, const Caller& caller, Spec& spec) {
  const std::vector<std::string> environment =
      PlanEnvironment({.edits = spec.edits}, caller.environment, {});
  if (draft.cwd) {
    spec.files.cwd = *draft.cwd;
  } else {
    const std::string pwd = ValueOf("PWD", caller.environment);
    const std::string home = ValueOf("HOME", environment);
    spec.files.cwd = Here(pwd);
    if (!home.empty()) spec.files.other_cwds.push_back(home);
    spec.files.other_cwds.push_back("/");
  }
  spec.edits.push_back(SetVariable{.name = "PWD", .value = spec.files.cwd});
}

void SetFiles(const Draft& draft, Spec& spec) {
  spec.files.placement = fs::Placement::kAnywhere;
  if (OwnPid(draft) || spec.joined.pid) return;
  for (fs::Item& item : spec.files.items) {
    fs::Proc* proc = std::get_if<fs::Proc>(&item.operation);
    if (proc != nullptr) proc->processes = fs::Processes::kHosts;
  }
}

}  // namespace

absl::StatusOr<policy::CapabilitySet> DefaultCapabilities() {
  if (!IsRoot()) return policy::CapabilitySet();
  return sys::EffectiveCapabilities();
}

absl::Status CheckDraft(const Draft& draft) {
  const Spec& spec = draft.spec;
  const bool user = draft.user == Own::kYes || (!IsRoot() && !spec.joined.user);
  const bool no_user = !user && draft.user == Own::kNo && !spec.joined.user;
  const bool prevents =
      spec.user_namespaces == UserNamespacesInside::kPrevented;
  const Contradiction contradictions[] = {
      {draft.maps_written && draft.user != Own::kYes,
       "--userns-block-fd requires --unshare-user"},
      {draft.maps_written && !draft.info,
       "--userns-block-fd requires --info-fd"},
      {spec.joined.user && draft.user == Own::kYes,
       "--userns not compatible --unshare-user"},
      {spec.joined.user && draft.user == Own::kIfPossible,
       "--userns not compatible --unshare-user-try"},
      {prevents && draft.user != Own::kYes,
       "--disable-userns requires --unshare-user"},
      {prevents && draft.maps_written,
       "--disable-userns is not compatible with --userns-block-fd"},
      {no_user && draft.uid && *draft.uid != getuid(),
       "Specifying --uid requires --unshare-user or --userns"},
      {no_user && draft.gid && *draft.gid != getgid(),
       "Specifying --gid requires --unshare-user or --userns"},
      {spec.host_name && spec.own.uts != Own::kYes,
       "Specifying --hostname requires --unshare-uts"},
      {draft.as_process_1 && !OwnPid(draft),
       "Specifying --as-pid-1 requires --unshare-pid"},
      {draft.as_process_1 && !spec.locks.empty(),
       "Specifying --as-pid-1 and --lock-file is not permitted"},
  };
  for (const Contradiction& row : contradictions) {
    if (row.found) return absl::InvalidArgumentError(row.words);
  }
  return absl::OkStatus();
}

absl::StatusOr<Spec> Complete(const Draft& draft, const Caller& caller) {
  Spec spec = draft.spec;
  SetUser(draft, spec);
  SetLife(draft, spec);
  SBX_RETURN_IF_ERROR(SetCapabilities(draft, spec.policy));
  SBX_RETURN_IF_ERROR(ReadFilters(draft, spec.policy));
  SetDirectory(draft, caller, spec);
  SetFiles(draft, spec);
  return spec;
}

}  // namespace sbx::bwrap
