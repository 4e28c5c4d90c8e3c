// SPDX-License-Identifier: Apache-2.0

#include "sandbox/try_mode.h"

#include <fcntl.h>
#include <unistd.h>

#include <optional>
#include <utility>

#include "absl/functional/function_ref.h"
#include "absl/strings/str_cat.h"
#include "idmap/apply.h"
#include "policy/apply.h"
#include "sandbox/handshake.h"
#include "sandbox/sys/file.h"
#include "sandbox/sys/landlock.h"
#include "sandbox/sys/mount.h"
#include "sandbox/sys/process.h"
#include "sandbox/sys/self.h"
#include "sandbox/sys/status.h"

namespace sbx {
namespace {

// Tries in a child, for what is done cannot be undone.
absl::Status InChild(const sys::Namespaces& namespaces,
                     absl::string_view making,
                     absl::FunctionRef<absl::Status()> attempt) {
  SBX_ASSIGN_OR_RETURN(auto ends, Channel::New());
  absl::StatusOr<sys::Child> child = sys::Fork(namespaces);
  if (!child.ok()) return sys::While(making, child.status());
  if (child->pid() == 0) {
    ends.first = Channel();
    const absl::Status status = attempt();
    if (!status.ok()) {
      (void)ends.second.Send({.word = Word::kFailed, .failure = status});
    }
    _exit(EXIT_SUCCESS);
  }
  ends.second = Channel();
  SBX_ASSIGN_OR_RETURN(const auto message, ends.first.Receive());
  SBX_RETURN_IF_ERROR(child->Wait().status());
  return message ? message->failure : absl::OkStatus();
}

// Some security modules let everybody make a user namespace and take all power
// from it; which shows here.
absl::Status UseNamespaces(uid_t uid, gid_t gid, FreshProc proc) {
  const idmap::Plan ids = {.uids = {{uid, uid, 1}}, .gids = {{gid, gid, 1}}};
  const absl::Status mapped = idmap::MapSelf(ids);
  if (!mapped.ok()) return sys::While("mapping ids", mapped);
  const auto build = [](const char* type) {
    const absl::Status made = sys::NewFilesystem(type, {}, {}).status();
    return made.ok() ? made : sys::While("building the root", made);
  };
  SBX_RETURN_IF_ERROR(build("tmpfs"));
  return proc == FreshProc::kNeeded ? build("proc") : absl::OkStatus();
}

absl::Status TryNamespaces(FreshProc proc) {
  const uid_t uid = geteuid();
  const gid_t gid = getegid();
  return InChild(sys::kAllNamespaces, "making namespaces",
                 [&] { return UseNamespaces(uid, gid, proc); });
}

absl::Status EnterScope() {
  SBX_RETURN_IF_ERROR(sys::ForbidNewPrivileges());
  const absl::Status confined =
      sys::Restrict({.files = sys::kMayMove, .scopes = sys::kScopeSignals});
  return confined.ok() ? confined : sys::While("confining files", confined);
}

// One process is asked by one other alone, and that may be an outer sandbox.
absl::Status AskAboutSignals() {
  SBX_RETURN_IF_ERROR(sys::ForbidNewPrivileges());
  const absl::Status asked = policy::AskAboutSignals().status();
  return asked.ok() ? asked : sys::While("keeping signals inside", asked);
}

absl::Status TryLandlock(policy::LandlockNeed need, int least) {
  const int abi = sys::LandlockAbi();
  if (abi >= sys::kScopesAbi) return TryInChild(EnterScope);
  const bool less_will_do = abi >= least;
  if (less_will_do && need == policy::LandlockNeed::kPreferred) {
    return TryInChild(AskAboutSignals);
  }
  return absl::FailedPreconditionError(
      absl::StrCat("Landlock has ABI ", abi, " here, and ", sys::kScopesAbi,
                   " (Linux 6.12) is needed",
                   less_will_do ? " unless there is --landlock=prefer" : ""));
}

// A root can do without Landlock.
constexpr int kNone = 0, kAny = 1;

absl::Status TryChroot(policy::LandlockNeed need) {
  SBX_RETURN_IF_ERROR(TryInChild([]() -> absl::Status {
    SBX_ASSIGN_OR_RETURN(const sys::Fd root,
                         sys::Open("/", O_PATH | O_DIRECTORY));
    const absl::Status changed = sys::ChangeRoot(root);
    return changed.ok() ? changed : sys::While("changing the root", changed);
  }));
  return TryLandlock(need, kNone);
}

}  // namespace

absl::Status TryInChild(absl::FunctionRef<absl::Status()> attempt) {
  return InChild({}, "starting a process", attempt);
}

absl::Status TryFreshProc() {
  if (!TryNamespaces(FreshProc::kNotNeeded).ok()) return absl::OkStatus();
  return TryNamespaces(FreshProc::kNeeded);
}

absl::Status TryMode(Mode mode, const Needs& needs) {
  switch (mode) {
    case Mode::kNamespace:
      return TryNamespaces(needs.proc);
    case Mode::kChroot:
      return TryChroot(needs.landlock);
    case Mode::kLandlock:
      return TryLandlock(needs.landlock, kAny);
  }
  return absl::OkStatus();
}

absl::StatusOr<Obtained> StrongestOf(absl::Span<const Mode> modes,
                                     const Needs& needs) {
  std::string reason;
  for (const Mode mode : modes) {
    const absl::Status tried = TryMode(mode, needs);
    if (tried.ok()) return Obtained{mode, std::move(reason)};
    absl::StrAppend(&reason, reason.empty() ? "" : "; ", "mode ", NameOf(mode),
                    " does not work here: ", tried.message());
  }
  return absl::FailedPreconditionError(reason);
}

}  // namespace sbx
