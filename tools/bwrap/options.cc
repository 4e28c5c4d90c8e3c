// SPDX-License-Identifier: Apache-2.0

#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "policy/capabilities.h"
#include "sandbox/sys/capabilities.h"
#include "sandbox/sys/status.h"
#include "tools/bwrap/complete.h"
#include "tools/bwrap/table.h"
#include "tools/bwrap/values.h"

namespace sbx::bwrap {
namespace {

absl::Status Refuse(absl::string_view words) {
  return absl::InvalidArgumentError(words);
}

// --- General -------------------------------------------------------------

template <Instead instead>
absl::Status TakeInstead(Values, Draft& draft) {
  draft.instead = instead;
  return absl::OkStatus();
}

// Accepted, for it changes nothing.
absl::Status TakeNothing(Values, Draft&) { return absl::OkStatus(); }

absl::Status TakeArgv0(Values values, Draft& draft) {
  if (draft.spec.name) return Refuse("--argv0 used multiple times");
  draft.spec.name = values[0];
  return absl::OkStatus();
}

absl::Status TakeLevelPrefix(Values, Draft& draft) {
  draft.levels = true;
  return absl::OkStatus();
}

// --- Namespaces ----------------------------------------------------------

template <Own OwnNamespaces::*which, Own own>
absl::Status TakeOwn(Values, Draft& draft) {
  // Asked for plainly, it stays so.
  if (draft.spec.own.*which != Own::kYes) draft.spec.own.*which = own;
  return absl::OkStatus();
}

template <Own own>
absl::Status TakeUser(Values, Draft& draft) {
  if (draft.user != Own::kYes) draft.user = own;
  return absl::OkStatus();
}

template <Network network>
absl::Status TakeNetwork(Values, Draft& draft) {
  draft.spec.network = network;
  return absl::OkStatus();
}

absl::Status TakeAll(Values values, Draft& draft) {
  draft.spec.own.ipc = draft.spec.own.pid = draft.spec.own.uts = Own::kYes;
  draft.spec.network = Network::kNone;
  SBX_RETURN_IF_ERROR(TakeUser<Own::kIfPossible>(values, draft));
  return TakeOwn<&OwnNamespaces::cgroup, Own::kIfPossible>(values, draft);
}

template <std::optional<int> JoinedNamespaces::*which>
absl::Status TakeJoined(Values values, Draft& draft) {
  SBX_ASSIGN_OR_RETURN(draft.spec.joined.*which, ParseDescriptor(values[0]));
  return absl::OkStatus();
}

template <UserNamespacesInside which>
absl::Status TakeUserNamespaces(Values, Draft& draft) {
  // To prevent them is to check that they are.
  if (draft.spec.user_namespaces != UserNamespacesInside::kPrevented) {
    draft.spec.user_namespaces = which;
  }
  return absl::OkStatus();
}

absl::Status TakeUid(Values values, Draft& draft) {
  SBX_ASSIGN_OR_RETURN(draft.uid, ParseId("uid", values[0]));
  return absl::OkStatus();
}

absl::Status TakeGid(Values values, Draft& draft) {
  SBX_ASSIGN_OR_RETURN(draft.gid, ParseId("gid", values[0]));
  return absl::OkStatus();
}

absl::Status TakeHostname(Values values, Draft& draft) {
  draft.spec.host_name = values[0];
  return absl::OkStatus();
}

// --- Environment ---------------------------------------------------------

absl::Status TakeChdir(Values values, Draft& draft) {
  draft.cwd = values[0];
  return absl::OkStatus();
}

absl::Status TakeClearenv(Values, Draft& draft) {
  draft.spec.edits.push_back(ClearEnvironment{});
  return absl::OkStatus();
}

bool IsVariable(const std::string& name) {
  return !name.empty() && !absl::StrContains(name, '=');
}

absl::Status TakeSetenv(Values values, Draft& draft) {
  if (!IsVariable(values[0])) return Refuse("setenv failed: Invalid argument");
  draft.spec.edits.push_back(
      SetVariable{.name = values[0], .value = values[1]});
  return absl::OkStatus();
}

absl::Status TakeUnsetenv(Values values, Draft& draft) {
  if (!IsVariable(values[0])) {
    return Refuse("unsetenv failed: Invalid argument");
  }
  draft.spec.edits.push_back(UnsetVariable{.name = values[0]});
  return absl::OkStatus();
}

// --- Life ----------------------------------------------------------------

absl::Status TakeLockFile(Values values, Draft& draft) {
  draft.spec.locks.push_back(Inside(values[0]));
  return absl::OkStatus();
}

absl::Status TakeSyncFd(Values values, Draft& draft) {
  SBX_ASSIGN_OR_RETURN(const int number, ParseDescriptor(values[0]));
  draft.spec.held.push_back(number);
  return absl::OkStatus();
}

absl::Status TakeBlockFd(Values values, Draft& draft) {
  SBX_ASSIGN_OR_RETURN(draft.spec.go_ahead, ParseDescriptor(values[0]));
  return absl::OkStatus();
}

template <std::optional<int> Draft::*which>
absl::Status TakeDescriptor(Values values, Draft& draft) {
  SBX_ASSIGN_OR_RETURN(draft.*which, ParseDescriptor(values[0]));
  return absl::OkStatus();
}

absl::Status TakeNewSession(Values, Draft& draft) {
  draft.spec.session = Session::kNew;
  return absl::OkStatus();
}

absl::Status TakeDieWithParent(Values, Draft& draft) {
  draft.spec.parent_death = ParentDeath::kEndsSandbox;
  draft.spec.leftovers = Leftovers::kEnd;
  return absl::OkStatus();
}

absl::Status TakeAsPid1(Values, Draft& draft) {
  draft.as_process_1 = true;
  return absl::OkStatus();
}

// --- Rights --------------------------------------------------------------

absl::StatusOr<policy::CapabilitySet> ParseCapability(
    const std::string& value) {
  const bool all = absl::EqualsIgnoreCase(value, "ALL");
  const bool one = absl::StartsWithIgnoreCase(value, "cap_") &&
                   !absl::StrContains(value, ',');
  const auto list = all || one ? policy::ParseCapabilities(value)
                               : absl::InvalidArgumentError("");
  if (!list.ok()) return Refuse(absl::StrCat("unknown cap: ", value));
  return list->From({});
}

absl::StatusOr<policy::CapabilitySet> SoFar(const Draft& draft) {
  if (draft.capabilities) return *draft.capabilities;
  return DefaultCapabilities();
}

absl::Status TakeCapAdd(Values values, Draft& draft) {
  SBX_ASSIGN_OR_RETURN(const policy::CapabilitySet before, SoFar(draft));
  SBX_ASSIGN_OR_RETURN(const policy::CapabilitySet set,
                       ParseCapability(values[0]));
  draft.capabilities = before | set;
  return absl::OkStatus();
}

absl::Status TakeCapDrop(Values values, Draft& draft) {
  SBX_ASSIGN_OR_RETURN(const policy::CapabilitySet before, SoFar(draft));
  SBX_ASSIGN_OR_RETURN(const policy::CapabilitySet set,
                       ParseCapability(values[0]));
  draft.capabilities = before & ~set;
  return absl::OkStatus();
}

absl::Status TakeSeccomp(Values values, Draft& draft) {
  if (!draft.stacked_seccomp.empty()) {
    return Refuse("--seccomp cannot be combined with --add-seccomp-fd");
  }
  return TakeDescriptor<&Draft::seccomp>(values, draft);
}

absl::Status TakeAddSeccomp(Values values, Draft& draft) {
  if (draft.seccomp) {
    return Refuse("--add-seccomp-fd cannot be combined with --seccomp");
  }
  SBX_ASSIGN_OR_RETURN(const int number, ParseDescriptor(values[0]));
  draft.stacked_seccomp.push_back(number);
  return absl::OkStatus();
}

// There is no SELinux here, as far as this program knows.
absl::Status TakeLabel(Values, Draft&) {
  return Refuse("labeling not supported on this system");
}

// --- Files ---------------------------------------------------------------

// What --perms and --size may stand before.
enum class Modifiers { kNone, kPerms, kPermsAndSize };

absl::Status CheckModifiers(Modifiers allowed, const Draft& draft) {
  if (draft.perms && allowed == Modifiers::kNone) {
    return Refuse("--perms must be followed by an option that creates a file");
  }
  if (draft.size && allowed != Modifiers::kPermsAndSize) {
    return Refuse("--size must be followed by --tmpfs");
  }
  return absl::OkStatus();
}

// Nobody who may not look into what is made looks into what leads to it.
mode_t ParentsOf(std::optional<mode_t> perms) {
  mode_t mode = 0755;
  if (perms && (*perms & 0070) == 0) mode &= ~mode_t{0050};
  if (perms && (*perms & 0007) == 0) mode &= ~mode_t{0005};
  return mode;
}

absl::Status Add(Modifiers allowed, Draft& draft, fs::Operation operation,
                 fs::FailureWords words, std::optional<mode_t> mode = {}) {
  SBX_RETURN_IF_ERROR(CheckModifiers(allowed, draft));
  draft.spec.files.items.push_back({.operation = std::move(operation),
                                    .parents = ParentsOf(mode),
                                    .words = std::move(words)});
  draft.perms.reset();
  draft.size.reset();
  return absl::OkStatus();
}

fs::FailureWords BindWords(const std::string& host, const std::string& inside) {
  return {.source = absl::StrCat("Can't find source path ", host),
          .place = absl::StrCat("Can't bind mount ", host, " on ", inside)};
}

// What is mounted below a writable share later may be written like it; below
// a read-only one it must not be, and so it does not show.
fs::Bind NewBind(fs::Access access, fs::Devices devices,
                 const std::string& inside) {
  return {.inside = Inside(inside),
          .access = access,
          .devices = devices,
          .propagation = access == fs::Access::kReadOnly
                             ? fs::Propagation::kPrivate
                             : fs::Propagation::kSlave};
}

template <fs::Access access, fs::Devices devices, fs::Absent source>
absl::Status TakeBind(Values values, Draft& draft) {
  fs::Bind bind = NewBind(access, devices, values[1]);
  SBX_ASSIGN_OR_RETURN(bind.host, Outside(values[0]));
  bind.source = source;
  return Add(Modifiers::kNone, draft, std::move(bind),
             BindWords(values[0], values[1]));
}

template <fs::Access access>
absl::Status TakeBindFd(Values values, Draft& draft) {
  fs::Bind bind = NewBind(access, fs::Devices::kForbidden, values[1]);
  SBX_ASSIGN_OR_RETURN(bind.descriptor, ParseDescriptor(values[0]));
  return Add(Modifiers::kNone, draft, std::move(bind),
             BindWords(absl::StrCat("/proc/self/fd/", values[0]), values[1]));
}

absl::Status TakeRemountRo(Values values, Draft& draft) {
  return Add(Modifiers::kNone, draft, fs::ReadOnly{.inside = Inside(values[0])},
             {.place = absl::StrCat("Can't remount readonly on ", values[0])});
}

template <typename Operation>
absl::Status TakeMount(absl::string_view what, Values values, Draft& draft,
                       Operation operation) {
  operation.inside = Inside(values[0]);
  return Add(Modifiers::kNone, draft, std::move(operation),
             {.place = absl::StrCat("Can't mount ", what, " on ", values[0])});
}

absl::Status TakeProc(Values values, Draft& draft) {
  return TakeMount("proc", values, draft, fs::Proc{});
}

absl::Status TakeDev(Values values, Draft& draft) {
  SBX_RETURN_IF_ERROR(
      TakeMount("dev", values, draft, fs::Dev{.style = fs::DevStyle::kPlain}));
  const std::string core = absl::StrCat(Inside(values[0]), "/core");
  return Add(Modifiers::kNone, draft,
             fs::Symlink{.target = "/proc/kcore", .inside = core},
             {.place = absl::StrCat("Can't create symlink ", core)});
}

absl::Status TakeMqueue(Values values, Draft& draft) {
  return TakeMount("mqueue", values, draft, fs::Mqueue{});
}

absl::Status TakeTmpfs(Values values, Draft& draft) {
  return Add(Modifiers::kPermsAndSize, draft,
             fs::Tmpfs{.inside = Inside(values[0]),
                       .mode = draft.perms.value_or(0755),
                       .size = draft.size},
             {.place = absl::StrCat("Can't mount tmpfs on ", values[0])},
             draft.perms);
}

absl::Status TakeDir(Values values, Draft& draft) {
  return Add(Modifiers::kPerms, draft,
             fs::Directory{.inside = Inside(values[0]),
                           .mode = draft.perms.value_or(0755)},
             {.place = absl::StrCat("Can't mkdir ", values[0])}, draft.perms);
}

absl::Status TakeFile(Values values, Draft& draft) {
  SBX_ASSIGN_OR_RETURN(const int content, ParseDescriptor(values[0]));
  return Add(Modifiers::kPerms, draft,
             fs::File{.inside = Inside(values[1]),
                      .content = content,
                      .mode = draft.perms.value_or(0666),
                      .existing = fs::Existing::kOverwritten},
             {.source = absl::StrCat("Can't write data to file ", values[1]),
              .place = absl::StrCat("Can't create file ", values[1])},
             draft.perms);
}

template <fs::Access access>
absl::Status TakeBindData(Values values, Draft& draft) {
  SBX_ASSIGN_OR_RETURN(const int content, ParseDescriptor(values[0]));
  const mode_t mode = draft.perms.value_or(0600);
  return Add(Modifiers::kPerms, draft,
             fs::Data{.inside = Inside(values[1]),
                      .content = content,
                      .mode = mode,
                      .access = access},
             {.source = absl::StrCat("Can't write data to file ", values[1]),
              .place = absl::StrCat("Can't create file at ", values[1])},
             mode);
}

absl::Status TakeOverlaySrc(Values values, Draft& draft) {
  SBX_RETURN_IF_ERROR(CheckModifiers(Modifiers::kNone, draft));
  SBX_ASSIGN_OR_RETURN(std::string layer, Outside(values[0]));
  draft.layers.push_back(std::move(layer));
  return absl::OkStatus();
}

absl::Status AddOverlay(Draft& draft, fs::Overlay overlay,
                        const std::string& inside) {
  overlay.inside = Inside(inside);
  overlay.layers = std::exchange(draft.layers, {});
  const std::string what = absl::StrCat("overlay on ", inside);
  return Add(Modifiers::kNone, draft, std::move(overlay),
             {.source = absl::StrCat("Can't find source path of ", what),
              .place = absl::StrCat("Can't make ", what)});
}

absl::Status TakeOverlay(Values values, Draft& draft) {
  if (draft.layers.empty()) {
    return Refuse("--overlay requires at least one --overlay-src");
  }
  fs::Overlay overlay = {.upper = fs::Upper::kHost};
  SBX_ASSIGN_OR_RETURN(overlay.written, Outside(values[0]));
  SBX_ASSIGN_OR_RETURN(overlay.work, Outside(values[1]));
  return AddOverlay(draft, std::move(overlay), values[2]);
}

absl::Status TakeTmpOverlay(Values values, Draft& draft) {
  if (draft.layers.empty()) {
    return Refuse("--tmp-overlay requires at least one --overlay-src");
  }
  return AddOverlay(draft, {.upper = fs::Upper::kMemory}, values[0]);
}

absl::Status TakeRoOverlay(Values values, Draft& draft) {
  if (draft.layers.size() < 2) {
    return Refuse("--ro-overlay requires at least two --overlay-src");
  }
  return AddOverlay(draft, {.upper = fs::Upper::kNone}, values[0]);
}

absl::Status TakeSymlink(Values values, Draft& draft) {
  return Add(Modifiers::kNone, draft,
             fs::Symlink{.target = values[0], .inside = Inside(values[1])},
             {.place = absl::StrCat("Can't make symlink at ", values[1])});
}

absl::Status TakeChmod(Values values, Draft& draft) {
  SBX_ASSIGN_OR_RETURN(const mode_t mode, ParseMode("--chmod", values[0]));
  return Add(Modifiers::kNone, draft,
             fs::Mode{.inside = Inside(values[1]), .mode = mode},
             {.place = absl::StrFormat("Can't chmod %#o %s", mode, values[1])});
}

absl::Status TakePerms(Values values, Draft& draft) {
  SBX_ASSIGN_OR_RETURN(const mode_t mode, ParseMode("--perms", values[0]));
  if (draft.perms) return Refuse("--perms given twice for the same action");
  draft.perms = mode;
  return absl::OkStatus();
}

absl::Status TakeSize(Values values, Draft& draft) {
  SBX_ASSIGN_OR_RETURN(const uint64_t size, ParseBytes("--size", values[0]));
  if (draft.size) return Refuse("--size given twice for the same action");
  draft.size = size;
  return absl::OkStatus();
}

constexpr auto kRw = fs::Access::kReadWrite;
constexpr auto kRo = fs::Access::kReadOnly;
constexpr auto kNoDevices = fs::Devices::kForbidden;
constexpr auto kDevices = fs::Devices::kUsable;
constexpr auto kMust = fs::Absent::kFail;
constexpr auto kMay = fs::Absent::kSkip;
constexpr auto kEach = Repeated::kEachCounts;
constexpr auto kLast = Repeated::kLastCounts;

constexpr Option kOptions[] = {
    {"--help", "", kEach, "Print this and exit", TakeInstead<Instead::kHelp>},
    {"--version", "", kEach, "Print the version and exit",
     TakeInstead<Instead::kVersion>},
    {kArgs, "FD", kEach, "Read more options from FD, each ended by a NUL",
     TakeNothing},
    {"--argv0", "VALUE", kEach, "Call the command VALUE in its argv[0]",
     TakeArgv0},
    {"--level-prefix", "", kEach, "Begin each message with <N>, its level",
     TakeLevelPrefix},
    {"--unshare-all", "", kEach,
     "A namespace of each kind; user and cgroup if possible", TakeAll},
    {"--share-net", "", kEach, "The network of the host after all",
     TakeNetwork<Network::kHost>},
    {"--unshare-user", "", kEach, "A user namespace (implied but for root)",
     TakeUser<Own::kYes>},
    {"--unshare-user-try", "", kEach, "A user namespace if possible",
     TakeUser<Own::kIfPossible>},
    {"--unshare-ipc", "", kEach, "An ipc namespace",
     TakeOwn<&OwnNamespaces::ipc, Own::kYes>},
    {"--unshare-pid", "", kEach, "A pid namespace",
     TakeOwn<&OwnNamespaces::pid, Own::kYes>},
    {"--unshare-net", "", kEach, "A network with nothing but a loopback",
     TakeNetwork<Network::kNone>},
    {"--unshare-uts", "", kEach, "A uts namespace",
     TakeOwn<&OwnNamespaces::uts, Own::kYes>},
    {"--unshare-cgroup", "", kEach, "A cgroup namespace",
     TakeOwn<&OwnNamespaces::cgroup, Own::kYes>},
    {"--unshare-cgroup-try", "", kEach, "A cgroup namespace if possible",
     TakeOwn<&OwnNamespaces::cgroup, Own::kIfPossible>},
    {"--userns", "FD", kLast, "Enter this user namespace",
     TakeJoined<&JoinedNamespaces::user>},
    {"--userns2", "FD", kLast, "Enter this one once all is set up",
     TakeJoined<&JoinedNamespaces::user_of_command>},
    {"--disable-userns", "", kEach, "No user namespaces inside",
     TakeUserNamespaces<UserNamespacesInside::kPrevented>},
    {"--assert-userns-disabled", "", kEach,
     "Fail if user namespaces can be made inside",
     TakeUserNamespaces<UserNamespacesInside::kMustBePrevented>},
    {"--pidns", "FD", kLast, "Enter this pid namespace",
     TakeJoined<&JoinedNamespaces::pid>},
    {"--uid", "UID", kLast, "The user id inside", TakeUid},
    {"--gid", "GID", kLast, "The group id inside", TakeGid},
    {"--hostname", "NAME", kLast, "The host name inside", TakeHostname},
    {"--chdir", "DIR", kLast, "Start in DIR", TakeChdir},
    {"--clearenv", "", kEach, "Unset all variables", TakeClearenv},
    {"--setenv", "VAR VALUE", kEach, "Set a variable", TakeSetenv},
    {"--unsetenv", "VAR", kEach, "Unset a variable", TakeUnsetenv},
    {"--lock-file", "DEST", kEach, "Lock DEST while the sandbox runs",
     TakeLockFile},
    {"--sync-fd", "FD", kEach, "Keep FD open while the sandbox runs",
     TakeSyncFd},
    {"--bind", "SRC DEST", kEach, "Show SRC at DEST, writable",
     TakeBind<kRw, kNoDevices, kMust>},
    {"--bind-try", "SRC DEST", kEach, "The same, if SRC exists",
     TakeBind<kRw, kNoDevices, kMay>},
    {"--dev-bind", "SRC DEST", kEach, "The same, with devices",
     TakeBind<kRw, kDevices, kMust>},
    {"--dev-bind-try", "SRC DEST", kEach, "The same, if SRC exists",
     TakeBind<kRw, kDevices, kMay>},
    {"--ro-bind", "SRC DEST", kEach, "Show SRC at DEST, read-only",
     TakeBind<kRo, kNoDevices, kMust>},
    {"--ro-bind-try", "SRC DEST", kEach, "The same, if SRC exists",
     TakeBind<kRo, kNoDevices, kMay>},
    {"--bind-fd", "FD DEST", kEach, "Show what FD is open on, writable",
     TakeBindFd<kRw>},
    {"--ro-bind-fd", "FD DEST", kEach, "Show what FD is open on, read-only",
     TakeBindFd<kRo>},
    {"--remount-ro", "DEST", kEach, "Make the mount DEST alone read-only",
     TakeRemountRo},
    {kOverlaySrc, "SRC", kEach,
     "A layer of the next overlay, above those before it", TakeOverlaySrc},
    {"--overlay", "RWSRC WORKDIR DEST", kEach,
     "The layers at DEST; writes go to RWSRC", TakeOverlay},
    {"--tmp-overlay", "DEST", kEach, "The same; writes go to memory",
     TakeTmpOverlay},
    {"--ro-overlay", "DEST", kEach, "The same, read-only", TakeRoOverlay},
    {"--exec-label", "LABEL", kLast, "SELinux: not supported", TakeLabel},
    {"--file-label", "LABEL", kLast, "SELinux: not supported", TakeLabel},
    {"--proc", "DEST", kEach, "Processes", TakeProc},
    {"--dev", "DEST", kEach, "Minimal devices", TakeDev},
    {"--tmpfs", "DEST", kEach, "An empty file system in memory", TakeTmpfs},
    {"--mqueue", "DEST", kEach, "Message queues", TakeMqueue},
    {"--dir", "DEST", kEach, "A directory", TakeDir},
    {"--file", "FD DEST", kEach, "A file with what FD has to read", TakeFile},
    {"--bind-data", "FD DEST", kEach, "The same, mounted over DEST",
     TakeBindData<kRw>},
    {"--ro-bind-data", "FD DEST", kEach, "The same, read-only",
     TakeBindData<kRo>},
    {"--symlink", "SRC DEST", kEach, "A symbolic link at DEST to SRC",
     TakeSymlink},
    {"--seccomp", "FD", kLast, "Load the system call filter in FD",
     TakeSeccomp},
    {"--add-seccomp-fd", "FD", kEach, "The same, after those before it",
     TakeAddSeccomp},
    {"--block-fd", "FD", kLast, "Start once FD has something to read",
     TakeBlockFd},
    {"--userns-block-fd", "FD", kLast,
     "Go on once FD says that the id maps are written",
     TakeDescriptor<&Draft::maps_written>},
    {"--info-fd", "FD", kLast, "Write to FD what the sandbox is",
     TakeDescriptor<&Draft::info>},
    {"--json-status-fd", "FD", kLast,
     "Write to FD what the sandbox is and how it ends",
     TakeDescriptor<&Draft::status>},
    {"--new-session", "", kEach, "A session without a terminal",
     TakeNewSession},
    {"--die-with-parent", "", kEach, "End with bwrap, and with its parent",
     TakeDieWithParent},
    {"--as-pid-1", "", kEach, "The command is process 1 itself", TakeAsPid1},
    {"--cap-add", "CAP", kEach, "Give the command a capability", TakeCapAdd},
    {"--cap-drop", "CAP", kEach, "Take a capability away", TakeCapDrop},
    {"--perms", "OCTAL", kEach, "The mode of what the next option makes",
     TakePerms},
    {"--size", "BYTES", kEach, "The size of the next --tmpfs", TakeSize},
    {"--chmod", "OCTAL PATH", kEach, "Change the mode of PATH", TakeChmod},
    {"--not-a-security-boundary", "", kEach, "Accepted; changes nothing",
     TakeNothing},
};

}  // namespace

absl::Span<const Option> Options() { return kOptions; }

}  // namespace sbx::bwrap
