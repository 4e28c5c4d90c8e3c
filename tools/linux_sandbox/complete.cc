// SPDX-License-Identifier: Apache-2.0

#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "sandbox/sys/capabilities.h"
#include "sandbox/sys/path.h"
#include "tools/linux_sandbox/options.h"

namespace sbx::linux_sandbox {
namespace {

constexpr uint32_t kNobody = 65534;
// Debian's and everybody's number for the group "tty".
constexpr uint32_t kTtyGroup = 5;

// Of a path below the root of a hermetic sandbox, what follows that root.
std::string InRoot(const std::string& root, const std::string& path) {
  const std::string inside =
      sys::Lexical(path).substr(sys::Lexical(root).size());
  return inside.empty() ? "/" : inside;
}

absl::Status CheckPlaces(const Draft& draft, const std::string& directory) {
  const std::string path = sys::Lexical(directory);
  for (const std::string& empty : draft.empty) {
    if (!sys::IsAtOrBelow(path, sys::Lexical(empty))) continue;
    return absl::InvalidArgumentError(absl::StrCat(
        "The sandbox working directory cannot be below a path where we mount "
        "tmpfs (you requested mounting ",
        directory, " in ", empty,
        "). Is your --output_base= below one of your --sandbox_tmpfs_path "
        "values?"));
  }
  if (draft.root && (sys::Lexical(*draft.root) == "/" ||
                     !sys::IsAtOrBelow(path, sys::Lexical(*draft.root)))) {
    return absl::InvalidArgumentError(
        absl::StrCat("The sandbox working directory (", directory,
                     ") must be below the sandbox root (", *draft.root, ")."));
  }
  return absl::OkStatus();
}

void Add(Spec& spec, fs::Operation operation) {
  spec.files.items.push_back({.operation = std::move(operation)});
}

fs::Bind Share(const std::string& host, const std::string& inside,
               fs::Access access) {
  return {.host = host,
          .inside = inside,
          .access = access,
          .devices = fs::Devices::kUsable};
}

// In the order in which linux-sandbox mounts them.
void AddMounts(const Draft& draft, const std::string& directory, Spec& spec) {
  for (const std::string& empty : draft.empty) {
    Add(spec, fs::Tmpfs{.inside = empty});
  }
  Add(spec, Share(directory, spec.files.cwd, fs::Access::kReadWrite));
  for (const Mount& mount : draft.mounts) {
    Add(spec, Share(mount.source, mount.target, fs::Access::kReadOnly));
  }
  for (const std::string& writable : draft.writable) {
    Add(spec, Share(writable, writable, fs::Access::kReadWrite));
  }
}

void AddHost(const Draft& draft, const std::string& directory, Spec& spec) {
  Add(spec, Share("/", "/", fs::Access::kReadOnly));
  spec.files.cwd = directory;
  AddMounts(draft, directory, spec);
  if (draft.terminals) {
    Add(spec, Share("/dev/pts", "/dev/pts", fs::Access::kReadWrite));
  }
  Add(spec, fs::Proc{});
}

// Mount points are made in the given root, which is read-only afterwards.
void AddRoot(const Draft& draft, const std::string& directory, Spec& spec) {
  spec.files.placement = fs::Placement::kAnywhere;
  Add(spec, Share(*draft.root, "/", fs::Access::kReadWrite));
  spec.files.cwd = InRoot(*draft.root, directory);
  Add(spec, fs::Dev{});
  AddMounts(draft, directory, spec);
  Add(spec, fs::Proc{});
  // A working directory that is the root stays writable.
  if (spec.files.cwd != "/") Add(spec, fs::ReadOnly{.inside = "/"});
}

void SetUser(const Draft& draft, Spec& spec) {
  spec.ids.ids = idmap::Ids::kSelf;
  spec.ids.accounts = idmap::Accounts::kUnread;
  if (draft.user == User::kRoot) {
    spec.ids.user = idmap::UserIds{.uid = 0, .gid = 0};
  } else if (draft.user == User::kNobody) {
    spec.ids.user = idmap::UserIds{.uid = kNobody, .gid = kNobody};
  }
}

void SetTerminalGroup(const Draft& draft, uint32_t uid, Spec& spec) {
  if (!draft.terminals) return;
  if (auto* ids = std::get_if<idmap::UserIds>(&spec.ids.user)) uid = ids->uid;
  spec.ids.user = idmap::UserIds{.uid = uid, .gid = kTtyGroup};
}

void SetTimes(const Draft& draft, Spec& spec) {
  // No limit is what a limit of nothing means too.
  if (draft.time_limit.value_or(0) > 0) {
    spec.time_limit = absl::Seconds(*draft.time_limit);
  }
  spec.grace = absl::Seconds(draft.grace.value_or(0));
  if (draft.interruptible) spec.interrupt = Interrupt::kEndsCommand;
}

}  // namespace

absl::StatusOr<Spec> Complete(const Draft& draft, const Surroundings& caller) {
  const std::string directory = draft.directory.value_or(caller.directory);
  const absl::Status checked = CheckPlaces(draft, directory);
  if (!checked.ok()) return checked;
  Spec spec = {
      .command = draft.command,
      .network = draft.network == 0 ? Network::kHost : Network::kNone,
      .loopback = draft.network == 'n' ? Loopback::kDown : Loopback::kUp};
  spec.own.cgroup = Own::kNo;
  spec.own.uts = draft.local_host ? Own::kYes : Own::kNo;
  if (draft.local_host) {
    spec.host_name = "localhost";
    spec.domain_name = "localdomain";
  }
  if (draft.persistent) spec.parent_death = ParentDeath::kIsIgnored;
  // What actions call is not known; what they may do with it is little.
  spec.policy.profile = policy::Profile::kNone;
  spec.policy.reach = policy::Reach::kOutside;
  SetUser(draft, spec);
  // As it is with linux-sandbox: execve(2) takes them from everybody else.
  if (draft.keep_capabilities && draft.user == User::kRoot) {
    spec.policy.capabilities = sys::CapabilitySet::All();
  }
  SetTerminalGroup(draft, caller.uid, spec);
  SetTimes(draft, spec);
  draft.root ? AddRoot(draft, directory, spec)
             : AddHost(draft, directory, spec);
  return spec;
}

}  // namespace sbx::linux_sandbox
