// SPDX-License-Identifier: Apache-2.0

#include "tools/sbx/defaults.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "absl/algorithm/container.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "fs/dev.h"
#include "fs/secrets.h"
#include "policy/root_capabilities.h"
#include "policy/seccomp/program.h"
#include "sandbox/sys/file.h"
#include "sandbox/sys/path.h"
#include "sandbox/sys/status.h"
#include "tools/sbx/modes.h"

namespace sbx::tools {
namespace {

// Where programs put what others are not to see or to find later.
struct PrivateRow {
  const char* path;
  mode_t mode;
  const char* reason;
};

constexpr PrivateRow kPrivate[] = {
    {"/tmp", 01777, "sockets and files of other programs are none of its own"},
    {"/var/tmp", 01777, "the same"},
    {"/run", 0755, "the sockets of the host's services are there"},
};

// Parts of the host's /run that are not services.
struct RunRow {
  const char* path;
  Network network;
  const char* reason;
};

constexpr RunRow kRun[] = {
    {"/run/current-system", Network::kNone, "the programs of NixOS"},
    {"/run/opengl-driver", Network::kNone, "the drivers of NixOS"},
    {"/run/systemd/resolve", Network::kHost,
     "where /etc/resolv.conf often leads"},
    {"/run/NetworkManager/resolv.conf", Network::kHost, "the same"},
    {"/run/resolvconf", Network::kHost, "the same"},
};

std::string Variable(const Caller& caller, absl::string_view name) {
  const std::string start = absl::StrCat(name, "=");
  for (absl::string_view variable : caller.environment) {
    if (absl::ConsumePrefix(&variable, start)) return std::string(variable);
  }
  return "";
}

void Add(fs::Spec& files, fs::Operation operation, absl::string_view reason) {
  files.items.push_back(
      {.operation = std::move(operation), .reason = std::string(reason)});
}

void AddProc(const Draft& draft, fs::Spec& files) {
  switch (draft.proc.value_or(ProcKind::kFresh)) {
    case ProcKind::kAuto:  // Somebody has chosen by now.
    case ProcKind::kFresh:
      return Add(files, fs::Proc{},
                 "the host's processes are none of its business");
    case ProcKind::kOuter:
      return Add(files, fs::Proc{.processes = fs::Processes::kHostsReadOnly},
                 draft.proc_reason);
    case ProcKind::kNone:
      return Add(files,
                 fs::Hide{.inside = "/proc", .destination = fs::Absent::kSkip},
                 "neither the host's processes nor its own");
  }
}

void AddKernelFiles(const Draft& draft, fs::Spec& files) {
  AddProc(draft, files);
  Add(files, fs::Dev{}, "the host's devices are not for it");
}

// Without mounts there is nothing to put in their place.
void HidePrivate(fs::Spec& files) {
  Add(files, fs::Dev{}, "the host's devices are not for it");
  for (const PrivateRow& row : kPrivate) {
    Add(files, fs::Hide{.inside = row.path, .destination = fs::Absent::kSkip},
        row.reason);
  }
}

void AddPrivate(const PrivateRow& row, fs::Spec& files) {
  Add(files,
      fs::Tmpfs{.inside = row.path,
                .mode = row.mode,
                .destination = fs::Absent::kSkip},
      row.reason);
}

void AddRun(const Spec& spec, const Caller& caller, fs::Spec& files) {
  for (const RunRow& row : kRun) {
    if (row.network == Network::kHost && spec.network == Network::kNone) {
      continue;
    }
    Add(files,
        fs::Bind{
            .host = row.path, .inside = row.path, .source = fs::Absent::kSkip},
        row.reason);
  }
  if (IsConfined(spec.mode)) return;
  const std::string own = Variable(caller, "XDG_RUNTIME_DIR");
  if (absl::StartsWith(own, "/run/")) {
    Add(files, fs::Directory{.inside = own, .mode = 0700},
        "an empty one, for XDG_RUNTIME_DIR");
  }
}

// Whether a share that was asked for shows the current directory already, as
// it was asked for.
bool IsShared(const Draft& draft) {
  return std::any_of(
      draft.items.begin(), draft.items.end(), [&](const fs::Item& item) {
        const auto* bind = std::get_if<fs::Bind>(&item.operation);
        return bind != nullptr &&
               sys::IsAtOrBelow(draft.here, sys::Lexical(bind->inside));
      });
}

// The host as it is, to be read.
void ShowHost(const Draft& draft, const Caller& caller, Spec& spec) {
  fs::Spec& files = spec.files;
  Add(files, fs::Bind{.host = "/", .inside = "/"},
      "the host's programs and files, to be read");
  if (IsConfined(spec.mode)) {
    HidePrivate(files);
  } else {
    AddKernelFiles(draft, files);
    for (const PrivateRow& row : kPrivate) AddPrivate(row, files);
  }
  AddRun(spec, caller, files);
  if (draft.here != "/" && !IsShared(draft)) {
    Add(files,
        fs::Bind{.host = draft.here,
                 .inside = draft.here,
                 .access = fs::Access::kReadWrite},
        "the current directory");
  }
  files.cwd = draft.here;
}

// Whether the accounts of the sandbox are the host's: its /etc/passwd is seen
// in its own place.
bool ShowsHostAccounts(const Draft& draft) {
  return std::any_of(
      draft.items.begin(), draft.items.end(), [](const fs::Item& item) {
        const auto* bind = std::get_if<fs::Bind>(&item.operation);
        return bind != nullptr && bind->host == bind->inside &&
               (bind->host == "/" || bind->host == "/etc");
      });
}

void ShowNothing(const Draft& draft, Spec& spec) {
  if (draft.proc.value_or(ProcKind::kNone) != ProcKind::kNone) {
    AddProc(draft, spec.files);
  }
  spec.ids.accounts = ShowsHostAccounts(draft) ? idmap::Accounts::kHost
                                               : idmap::Accounts::kNone;
  spec.environment = Environment::kLogin;
}

// A root file system of its own, with a root that works as root.
void ShowDirectory(const DirectoryRoot& root, const Draft& draft, Spec& spec) {
  fs::Spec& files = spec.files;
  const bool writable = root.access == fs::Access::kReadWrite;
  Add(files,
      fs::Bind{.host = root.directory,
               .inside = "/",
               .access = root.access,
               .mount_points = writable ? fs::MountPoints::kMayBeMade
                                        : fs::MountPoints::kMustExist},
      "");
  AddKernelFiles(draft, files);
  for (const PrivateRow& row : kPrivate) {
    if (row.path != absl::string_view("/var/tmp")) AddPrivate(row, files);
  }
  if (spec.network == Network::kHost) {
    Add(files,
        fs::Bind{.host = "/etc/resolv.conf",
                 .inside = "/etc/resolv.conf",
                 .source = fs::Absent::kSkip,
                 .destination = fs::Absent::kSkip},
        "the host's network is found by the host's name servers");
  }
  spec.ids.accounts = idmap::Accounts::kDirectory;
  spec.ids.root = root.directory;
  spec.environment = Environment::kLogin;
  if (std::holds_alternative<idmap::SameUser>(spec.ids.user)) {
    spec.ids.user = idmap::UserIds{0, 0};
  }
  if (!draft.groups && spec.ids.ids != idmap::Ids::kSelf) {
    spec.ids.groups = idmap::GroupControl::kAllowed;
  }
}

// What of a root file system only its own administrator should change.
constexpr struct {
  const char* path;
  const char* reason;
} kReadOnlyInChroot[] = {
    {"/dev", "the devices that somebody has put there"},
    {"/proc", "the container's, if it is there: settings of the kernel"},
    {"/sys", "the same"},
};

// The root file system without mounts: what there is in it.
void ShowChroot(const DirectoryRoot& root, Spec& spec) {
  fs::Spec& files = spec.files;
  spec.chroot = root.directory;
  Add(files, fs::Bind{.host = "/", .inside = "/", .access = root.access}, "");
  if (root.access == fs::Access::kReadWrite) {
    for (const auto& row : kReadOnlyInChroot) {
      Add(files,
          fs::Bind{.host = row.path,
                   .inside = row.path,
                   .source = fs::Absent::kSkip},
          row.reason);
    }
  }
  for (const fs::DeviceRow& row : fs::kDevices) {
    const std::string path = absl::StrCat("/dev/", row.name);
    Add(files,
        fs::Device{.host = path, .inside = path, .source = fs::Absent::kSkip},
        row.reason);
  }
  spec.ids.accounts = idmap::Accounts::kDirectory;
  spec.ids.root = root.directory;
  spec.environment = Environment::kLogin;
}

// What compiles and links is part of the machine, and no input.
constexpr struct {
  const char* path;
  const char* reason;
} kToolchain[] = {
    {"/usr", "programs, libraries and their headers"},
    {"/bin", "the same, or a link to it"},
    {"/sbin", "the same"},
    {"/lib", "the same"},
    {"/lib32", "the same"},
    {"/lib64", "the same"},
    {"/etc/alternatives", "where Debian's links to compilers lead"},
    {"/etc/ld.so.cache", "where libraries are"},
    {"/nix/store", "programs and libraries of Nix"},
};

// The same everywhere, whoever builds.
constexpr struct {
  const char* name;
  const char* value;
} kActionVariables[] = {{"PATH", "/usr/local/bin:/usr/bin:/bin"},
                        {"HOME", "/tmp"},
                        {"TMPDIR", "/tmp"},
                        {"LANG", "C.UTF-8"},
                        {"TZ", "UTC"}};

constexpr char kActionHost[] = "action";
constexpr absl::Duration kActionTime = absl::Hours(1);

void FixEnvironment(Spec& spec) {
  std::vector<EnvironmentEdit> edits = {ClearEnvironment{}};
  for (const auto& row : kActionVariables) {
    edits.push_back(SetVariable{.name = row.name, .value = row.value});
  }
  spec.edits.insert(spec.edits.begin(), edits.begin(), edits.end());
}

void ShowAction(const Draft& draft, Spec& spec) {
  fs::Spec& files = spec.files;
  for (const auto& row : kToolchain) {
    Add(files,
        fs::Bind{
            .host = row.path, .inside = row.path, .source = fs::Absent::kSkip},
        row.reason);
  }
  AddKernelFiles(draft, files);
  Add(files, fs::Tmpfs{.inside = "/tmp", .mode = 01777},
      "temporary files, gone at its end");
  Add(files, fs::Directory{.inside = draft.here},
      "the current directory, with what is declared in it");
  files.cwd = draft.here;
  spec.ids.accounts = idmap::Accounts::kNone;
  if (!spec.host_name) spec.host_name = kActionHost;
  if (spec.time_limit == absl::InfiniteDuration()) {
    spec.time_limit = kActionTime;
  }
  FixEnvironment(spec);
}

bool IsRoot(const idmap::Spec& spec) {
  const auto* ids = std::get_if<idmap::UserIds>(&spec.user);
  const auto* name = std::get_if<idmap::UserName>(&spec.user);
  return (ids && ids->uid == 0) || (name && name->name == "root");
}

// What the command has without --cap: what is to be ambient, and what a root
// file system's own root needs to work as root.
policy::CapabilitySet UsualCapabilities(const Draft& draft, const Spec& spec) {
  policy::CapabilitySet usual = spec.policy.ambient.From({});
  if (std::holds_alternative<DirectoryRoot>(draft.root) && IsRoot(spec.ids)) {
    usual = usual | policy::RootCapabilities();
  }
  return usual;
}

void HideSecrets(const Caller& caller, Spec& spec) {
  spec.login_secrets = LoginSecrets::kHidden;
  std::vector<fs::Secret>& secrets = spec.files.secrets;
  const std::string home = Variable(caller, "HOME");
  if (absl::StartsWith(home, "/")) {
    secrets = fs::SecretsBelow(sys::Lexical(home));
  }
  for (const fs::SecretVariableRow& row : fs::kSecretVariables) {
    const std::string value = Variable(caller, row.variable);
    // A relative one is nobody's convention; "/" would be everything.
    if (!absl::StartsWith(value, "/")) continue;
    const std::string path = sys::Lexical(value);
    if (path == "/") continue;
    secrets.push_back({.name = row.name, .host = path, .reason = row.reason});
  }
  for (const std::string& which : spec.exposed) fs::Show(which, secrets);
}

absl::Status ReadFilters(const std::vector<int>& descriptors,
                         policy::Spec& policy) {
  for (const int descriptor : descriptors) {
    const std::string name = absl::StrCat("descriptor ", descriptor);
    SBX_ASSIGN_OR_RETURN(const std::string bytes,
                         sys::ReadAll(descriptor, name));
    SBX_ASSIGN_OR_RETURN(policy.filters.emplace_back(),
                         policy::seccomp::ParseProgram(bytes, name));
  }
  return absl::OkStatus();
}

// Nothing but a filter of devices allows a part of one.
void RequireFilter(const std::vector<fs::Item>& items, cgroup::Spec& cgroup) {
  for (const fs::Item& item : items) {
    const auto* device = std::get_if<fs::Device>(&item.operation);
    if (device == nullptr || (device->read && device->write)) continue;
    cgroup.device_limit = cgroup::DeviceLimit::kRequire;
  }
}

// Only systemd has slices.
absl::Status PlaceInSlice(const Draft& draft, cgroup::Spec& cgroup) {
  if (!draft.slice) return absl::OkStatus();
  if (cgroup.route == cgroup::Route::kDirect ||
      cgroup.route == cgroup::Route::kNone) {
    return absl::InvalidArgumentError(
        "--slice is systemd's to know, whom --cgroup does not ask");
  }
  cgroup.route = cgroup::Route::kSystemd;
  cgroup.slice = *draft.slice;
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<Spec> Complete(Draft draft, const Caller& caller) {
  if (draft.grace && draft.spec.time_limit == absl::InfiniteDuration()) {
    return absl::InvalidArgumentError(
        "--kill-after says what comes after --timeout, which is not given");
  }
  SBX_RETURN_IF_ERROR(CheckGiven(draft.spec.mode, draft.given));
  Spec spec = std::move(draft.spec);
  SBX_RETURN_IF_ERROR(ReadFilters(draft.filters, spec.policy));
  SBX_RETURN_IF_ERROR(PlaceInSlice(draft, spec.cgroup));
  RequireFilter(draft.items, spec.cgroup);
  if (draft.groups) spec.ids.groups = *draft.groups;
  if (draft.grace) spec.grace = *draft.grace;
  const auto* root = std::get_if<DirectoryRoot>(&draft.root);
  if (spec.mode == Mode::kChroot && root == nullptr) {
    return absl::InvalidArgumentError(
        "--mode=chroot takes a root file system: --root=DIR");
  }
  if (spec.mode == Mode::kChroot) {
    ShowChroot(*root, spec);
  } else if (root != nullptr) {
    ShowDirectory(*root, draft, spec);
  } else if (std::holds_alternative<ActionRoot>(draft.root)) {
    ShowAction(draft, spec);
  } else if (std::holds_alternative<EmptyRoot>(draft.root)) {
    ShowNothing(draft, spec);
  } else {
    ShowHost(draft, caller, spec);
  }
  spec.policy.capabilities =
      draft.capabilities.From(UsualCapabilities(draft, spec));
  absl::c_move(draft.items, std::back_inserter(spec.files.items));
  // Those of the host are not in the other root, which nothing covers.
  if (spec.mode != Mode::kChroot) HideSecrets(caller, spec);
  if (draft.cwd) spec.files.cwd = *draft.cwd;
  return spec;
}

}  // namespace sbx::tools
