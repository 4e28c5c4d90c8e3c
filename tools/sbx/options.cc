// SPDX-License-Identifier: Apache-2.0

#include "tools/sbx/options.h"

#include <unistd.h>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/strip.h"
#include "fs/secrets.h"
#include "idmap/parse.h"
#include "policy/capabilities.h"
#include "policy/limits.h"
#include "sandbox/cgroup/parse.h"
#include "sandbox/cgroup/plan.h"
#include "sandbox/sys/path.h"
#include "sandbox/sys/status.h"
#include "tools/sbx/values.h"

namespace sbx::tools {
namespace {

absl::Status Malformed(absl::string_view value, absl::string_view form) {
  return absl::InvalidArgumentError(
      absl::StrCat(sys::Quoted(value), " is not ", form));
}

// --- How it is kept ------------------------------------------------------

absl::Status TakeMode(absl::string_view value, Draft& draft) {
  if (value == "auto") {
    draft.mode_choice = ModeChoice::kStrongest;
    return absl::OkStatus();
  }
  for (const Mode mode : kModes) {
    if (NameOf(mode) != value) continue;
    draft.spec.mode = mode;
    return absl::OkStatus();
  }
  return Malformed(value, "namespace, chroot, landlock or auto");
}

absl::Status TakeLandlock(absl::string_view value, Draft& draft) {
  if (value == "require") {
    draft.spec.policy.landlock = policy::LandlockNeed::kRequired;
  } else if (value == "prefer") {
    draft.spec.policy.landlock = policy::LandlockNeed::kPreferred;
  } else {
    return Malformed(value, "require or prefer");
  }
  return absl::OkStatus();
}

constexpr Option kMode[] = {
    {"mode", Takes::kValue, Times::kOnce, "namespace|chroot|landlock|auto",
     "What keeps the command in. namespace (default): namespaces and mounts. "
     "chroot: for root in a container without namespaces; --root is its root, "
     "and the rest as with landlock. "
     "landlock: no privilege at all, for places where there are no namespaces: "
     "the host's files as Landlock allows them, no sockets, and what else a "
     "filter of system calls keeps. auto: the strongest that works here, of "
     "those that have what else is asked for.",
     TakeMode},
    {"landlock", Takes::kValue, Times::kOnce, "require|prefer",
     "What to do if --mode=landlock or chroot finds a kernel whose Landlock is "
     "older than they want (Linux 6.12). prefer: let filters and process 1 "
     "stand in for it, and say what is given up; chroot then does without any. "
     "Default: require, and refuse to run.",
     TakeLandlock},
};

// --- Who the command is --------------------------------------------------

absl::Status TakeUser(absl::string_view value, Draft& draft) {
  SBX_ASSIGN_OR_RETURN(draft.spec.ids.user, idmap::ParseUser(value));
  return absl::OkStatus();
}

absl::Status TakeIds(absl::string_view value, Draft& draft) {
  SBX_ASSIGN_OR_RETURN(idmap::IdsAsked asked, idmap::ParseIds(value));
  draft.spec.ids.ids = asked.ids;
  draft.spec.ids.extents = std::move(asked.extents);
  return absl::OkStatus();
}

absl::Status TakeSetgroups(absl::string_view value, Draft& draft) {
  if (value == "allow") {
    draft.groups = idmap::GroupControl::kAllowed;
  } else if (value == "deny") {
    draft.groups = idmap::GroupControl::kDenied;
  } else {
    return Malformed(value, "allow or deny");
  }
  return absl::OkStatus();
}

constexpr Option kIdentity[] = {
    {"user", Takes::kValue, Times::kOnce, "NAME|UID[:GID]",
     "Who the command is inside: a name from the sandbox's /etc/passwd, or "
     "numbers. Outside it is still you: what it writes is yours. Default: as "
     "outside, and root with --root.",
     TakeUser},
    {"ids", Takes::kValue, Times::kOnce, "auto|self|range|IN:OUT:COUNT[,…]",
     "Which ids exist inside. self: the command's own. range: that and all "
     "your subordinate ids (subuid(5)), for programs that change user or "
     "owner. "
     "IN:OUT:COUNT maps as given. auto: range with --root or --user, else "
     "self.",
     TakeIds},
    {"setgroups", Takes::kValue, Times::kOnce, "allow|deny",
     "Whether the command may change its groups, and so leave one that a "
     "file's mode shuts out. Default: deny, but allow with --root and "
     "several ids, for su and package managers.",
     TakeSetgroups},
};

// --- What it sees --------------------------------------------------------

absl::Status Add(Draft& draft, fs::Operation operation) {
  draft.items.push_back({.operation = std::move(operation)});
  return absl::OkStatus();
}

absl::Status SetRoot(Draft& draft, Root root) {
  if (!std::holds_alternative<HostRoot>(draft.root) &&
      draft.root.index() != root.index()) {
    return absl::InvalidArgumentError(
        "--root, --bare and --profile exclude each other");
  }
  draft.root = std::move(root);
  return absl::OkStatus();
}

absl::Status TakeRoot(absl::string_view value, Draft& draft) {
  const std::vector<std::string> parts = SplitAtColons(value);
  if (parts[0].empty() || parts.size() > 2 ||
      (parts.size() == 2 && parts[1] != "ro")) {
    return Malformed(value, "DIR[:ro] (a colon in a path is written \\:)");
  }
  return SetRoot(draft,
                 DirectoryRoot{sys::Absolute(draft.here, parts[0]),
                               parts.size() == 2 ? fs::Access::kReadOnly
                                                 : fs::Access::kReadWrite});
}

absl::Status TakeBare(absl::string_view, Draft& draft) {
  return SetRoot(draft, EmptyRoot{});
}

absl::Status TakeProfile(absl::string_view value, Draft& draft) {
  if (value != "action") return Malformed(value, "action");
  return SetRoot(draft, ActionRoot{});
}

absl::Status AddShare(absl::string_view value, fs::Access access,
                      Draft& draft) {
  SBX_ASSIGN_OR_RETURN(const Places places, ParsePlaces(value, draft.here));
  return Add(
      draft,
      fs::Bind{.host = places.host, .inside = places.inside, .access = access});
}

absl::Status TakeRo(absl::string_view value, Draft& draft) {
  return AddShare(value, fs::Access::kReadOnly, draft);
}

absl::Status TakeRw(absl::string_view value, Draft& draft) {
  return AddShare(value, fs::Access::kReadWrite, draft);
}

absl::Status TakeDevice(absl::string_view value, Draft& draft) {
  SBX_ASSIGN_OR_RETURN(fs::Device device, ParseDevice(value, draft.here));
  return Add(draft, std::move(device));
}

// Adds what `parse` makes of the value.
template <auto parse>
absl::Status TakeParsed(absl::string_view value, Draft& draft) {
  SBX_ASSIGN_OR_RETURN(auto operation, parse(value));
  return Add(draft, std::move(operation));
}

// Adds an operation that has a place and nothing else.
template <typename Operation>
absl::Status TakePlace(absl::string_view value, Draft& draft) {
  Operation operation;
  if (!value.empty()) {
    SBX_ASSIGN_OR_RETURN(operation.inside, ParseInside(value));
  }
  return Add(draft, std::move(operation));
}

absl::Status TakeHide(absl::string_view value, Draft& draft) {
  // It would be the current directory.
  if (value.empty()) return Malformed(value, "a path");
  return Add(draft, fs::Hide{.inside = sys::Absolute(draft.here, value)});
}

absl::Status TakeExpose(absl::string_view value, Draft& draft) {
  const bool is_path = absl::StrContains(value, "/");
  if (!is_path && !fs::NamesOfSecrets().contains(std::string(value))) {
    return absl::InvalidArgumentError(
        absl::StrCat("there is no store of secrets ", sys::Quoted(value),
                     "; a path has a slash, and the names are ",
                     absl::StrJoin(fs::NamesOfSecrets(), ", ")));
  }
  draft.spec.exposed.push_back(
      is_path ? sys::Lexical(sys::Absolute(draft.here, value))
              : std::string(value));
  return absl::OkStatus();
}

constexpr struct {
  absl::string_view name;
  ProcKind kind;
} kProcKinds[] = {{"fresh", ProcKind::kFresh},
                  {"outer", ProcKind::kOuter},
                  {"none", ProcKind::kNone},
                  {"auto", ProcKind::kAuto}};

absl::Status TakeProc(absl::string_view value, Draft& draft) {
  if (value.empty() || value[0] == '/') {
    return TakePlace<fs::Proc>(value, draft);
  }
  for (const auto& row : kProcKinds) {
    if (row.name != value) continue;
    if (draft.proc.value_or(row.kind) != row.kind) {
      return absl::InvalidArgumentError("it can only be one of them");
    }
    draft.proc = row.kind;
    return absl::OkStatus();
  }
  return Malformed(value, "fresh, outer, none, auto or an absolute path");
}

absl::Status TakeAttributes(absl::string_view value, Draft& draft) {
  SBX_ASSIGN_OR_RETURN(const bool change, ParseYesNo(value));
  draft.spec.policy.attributes =
      change ? policy::Attributes::kChangeable : policy::Attributes::kKept;
  return absl::OkStatus();
}

absl::Status TakeCwd(absl::string_view value, Draft& draft) {
  SBX_ASSIGN_OR_RETURN(draft.cwd, ParseInside(value));
  return absl::OkStatus();
}

constexpr Option kFiles[] = {
    {"root", Takes::kValue, Times::kOnce, "DIR[:ro]",
     "Runs in the root file system in DIR, as root inside with your "
     "subordinate ids, in a fresh login environment; writes to DIR unless "
     ":ro. /proc, /dev, /tmp and /run are the sandbox's own.",
     TakeRoot},
    {"bare", Takes::kNothing, Times::kOnce, "",
     "Starts from an empty root: nothing is there but what the options below "
     "put there.",
     TakeBare},
    {"profile", Takes::kValue, Times::kOnce, "action",
     "For an action of a build: the host's compilers and libraries, inputs "
     "that "
     "are declared by --ro and outputs by --rw, and nothing else; a fixed "
     "environment and host name, and an hour at most.",
     TakeProfile},
    {"ro", Takes::kValue, Times::kMany, "SRC[:DEST]",
     "Shows the file or directory SRC, read-only, at DEST (the same path "
     "unless given). Options of this group are done in order; a later one "
     "covers an earlier one. A colon in a path is written \\:.",
     TakeRo},
    {"rw", Takes::kValue, Times::kMany, "SRC[:DEST]", "The same, writable.",
     TakeRw},
    {"device", Takes::kValue, Times::kMany, "SRC[:DEST][:rwm]",
     "Lets the command use the device SRC, such as /dev/kvm. With r, w and m "
     "(read, write, make nodes) a filter of devices allows only that, as "
     "--device-limit=require.",
     TakeDevice},
    {"tmpfs", Takes::kValue, Times::kMany, "DEST[:size=SIZE,mode=MODE]",
     "Puts an empty file system in memory at DEST.", TakeParsed<ParseTmpfs>},
    {"dir", Takes::kValue, Times::kMany, "PATH[:mode=MODE]",
     "Makes a directory, in a part of the root that is the sandbox's own.",
     TakeParsed<ParseDirectory>},
    {"file", Takes::kValue, Times::kMany, "DEST:DESCRIPTOR",
     "Makes a file with what can be read from the open descriptor.",
     TakeParsed<ParseFile>},
    {"symlink", Takes::kValue, Times::kMany, "TARGET:DEST",
     "Makes a symbolic link.", TakeParsed<ParseSymlink>},
    {"hide", Takes::kValue, Times::kMany, "PATH",
     "Covers PATH with nothing: an empty file or directory, read-only.",
     TakeHide},
    {"expose", Takes::kValue, Times::kMany, "NAME|PATH",
     "Shows a store of secrets below your home directory that is hidden by "
     "default, such as ssh, gnupg, aws, docker, npm or history, or the one "
     "file of it that PATH names, such as ~/.ssh/known_hosts.",
     TakeExpose},
    {"proc", Takes::kPerhapsAValue, Times::kMany, "fresh|outer|none|auto|DEST",
     "What is at /proc. fresh (default): the sandbox's processes alone. outer: "
     "what is there outside, read-only, for containers that let no fresh one "
     "be "
     "mounted; the processes outside can be seen then. none: nothing. auto: "
     "the first that works. DEST: where else to mount one; with --bare there "
     "is none unless asked for.",
     TakeProc},
    {"dev", Takes::kPerhapsAValue, Times::kMany, "DEST",
     "Mounts a minimal /dev with terminals of its own. Is there by default but "
     "with --bare.",
     TakePlace<fs::Dev>},
    {"cwd", Takes::kValue, Times::kOnce, "DIR",
     "Where the command starts, inside. Default: where you are; / with --root "
     "and --bare.",
     TakeCwd},
    {"attributes", Takes::kPerhapsAValue, Times::kOnce, "yes|no",
     "With --mode=landlock or chroot: lets the command change modes, owners, "
     "times and "
     "extended attributes, of all files that are yours, for Landlock does not "
     "tell them apart. Default: no.",
     TakeAttributes},
};

// --- Network, names, environment -----------------------------------------

absl::Status TakeNet(absl::string_view value, Draft& draft) {
  if (value == "none") {
    draft.spec.network = Network::kNone;
  } else if (value == "host") {
    draft.spec.network = Network::kHost;
  } else {
    return Malformed(value, "none or host");
  }
  return absl::OkStatus();
}

absl::Status TakeHostName(absl::string_view value, Draft& draft) {
  draft.spec.host_name = std::string(value);
  return absl::OkStatus();
}

absl::Status CheckVariable(absl::string_view name) {
  if (name.empty() || absl::StrContains(name, "=")) {
    return Malformed(name, "the name of a variable");
  }
  return absl::OkStatus();
}

absl::Status TakeSetenv(absl::string_view value, Draft& draft) {
  const size_t equals = value.find('=');
  if (equals == absl::string_view::npos) return Malformed(value, "NAME=VALUE");
  const std::string name(value.substr(0, equals));
  SBX_RETURN_IF_ERROR(CheckVariable(name));
  draft.spec.edits.push_back(
      SetVariable{name, std::string(value.substr(equals + 1))});
  return absl::OkStatus();
}

absl::Status TakeUnsetenv(absl::string_view value, Draft& draft) {
  SBX_RETURN_IF_ERROR(CheckVariable(value));
  draft.spec.edits.push_back(UnsetVariable{std::string(value)});
  return absl::OkStatus();
}

absl::Status TakeClearenv(absl::string_view, Draft& draft) {
  draft.spec.edits.push_back(ClearEnvironment{});
  return absl::OkStatus();
}

constexpr Option kSurroundings[] = {
    {"net", Takes::kValue, Times::kOnce, "none|host",
     "none (default): a network of its own with nothing but a loopback. host: "
     "yours, with all that it reaches, local services included.",
     TakeNet},
    {"hostname", Takes::kValue, Times::kOnce, "NAME",
     "The host name inside. Default: that of the host.", TakeHostName},
    {"setenv", Takes::kValue, Times::kMany, "NAME=VALUE",
     "Sets a variable. Options for the environment are done in order.",
     TakeSetenv},
    {"unsetenv", Takes::kValue, Times::kMany, "NAME", "Takes one away.",
     TakeUnsetenv},
    {"clearenv", Takes::kNothing, Times::kMany, "", "Takes all away.",
     TakeClearenv},
};

// --- What it may do ------------------------------------------------------

absl::Status TakeCap(absl::string_view value, Draft& draft) {
  SBX_ASSIGN_OR_RETURN(draft.capabilities, policy::ParseCapabilities(value));
  return absl::OkStatus();
}

template <policy::CapabilityList policy::Spec::*list>
absl::Status TakeCapabilities(absl::string_view value, Draft& draft) {
  SBX_ASSIGN_OR_RETURN(draft.spec.policy.*list,
                       policy::ParseCapabilities(value));
  return absl::OkStatus();
}

absl::Status TakeSecurebits(absl::string_view value, Draft& draft) {
  if (value == "auto") {
    draft.spec.policy.root = policy::RootIs::kAsGiven;
  } else if (value == "locked") {
    draft.spec.policy.root = policy::RootIs::kNumber;
  } else if (value == "root") {
    draft.spec.policy.root = policy::RootIs::kRoot;
  } else {
    return Malformed(value, "auto, locked or root");
  }
  return absl::OkStatus();
}

absl::Status TakeNested(absl::string_view value, Draft& draft) {
  SBX_ASSIGN_OR_RETURN(const bool nested, ParseYesNo(value));
  draft.spec.policy.nesting =
      nested ? policy::Nesting::kAllowed : policy::Nesting::kRefused;
  return absl::OkStatus();
}

absl::Status TakeSeccomp(absl::string_view value, Draft& draft) {
  policy::Spec& policy = draft.spec.policy;
  if (value.empty()) return Malformed(value, "default, strict, none or FILE");
  if (value == "default") {
    policy.profile = policy::Profile::kDefault;
  } else if (value == "strict") {
    policy.profile = policy::Profile::kStrict;
  } else if (value == "none") {
    policy.profile = policy::Profile::kNone;
  } else {
    policy.profile = policy::Profile::kFile;
    policy.profile_file = std::string(value);
  }
  return absl::OkStatus();
}

absl::Status TakeSeccompFd(absl::string_view value, Draft& draft) {
  SBX_ASSIGN_OR_RETURN(draft.filters.emplace_back(), ParseDescriptor(value));
  return absl::OkStatus();
}

absl::Status TakeSeccompLog(absl::string_view, Draft& draft) {
  draft.spec.policy.refusals = policy::Refusals::kReported;
  return absl::OkStatus();
}

absl::Status TakeReach(absl::string_view value, Draft& draft) {
  SBX_ASSIGN_OR_RETURN(const bool outside, ParseYesNo(value));
  draft.spec.policy.reach =
      outside ? policy::Reach::kOutside : policy::Reach::kInside;
  return absl::OkStatus();
}

absl::Status TakeLimit(absl::string_view value, Draft& draft) {
  SBX_ASSIGN_OR_RETURN(policy::Limit limit, policy::ParseLimit(value));
  draft.spec.policy.limits.push_back(std::move(limit));
  return absl::OkStatus();
}

constexpr Option kPolicy[] = {
    {"cap", Takes::kValue, Times::kOnce, "LIST",
     "The capabilities that the command has, in its own namespaces: names as "
     "in capabilities(7), ALL or none; ALL,-KILL is all but one, and a list "
     "that starts with + or - changes the default. Default: none; with --root "
     "those that package managers, su and services need.",
     TakeCap},
    {"cap-bound", Takes::kValue, Times::kOnce, "LIST",
     "The most that anything inside can ever have (the bounding set). Default: "
     "what the other sets have.",
     TakeCapabilities<&policy::Spec::bounding>},
    {"cap-inherit", Takes::kValue, Times::kOnce, "LIST",
     "The inheritable set. Default: none for root, for others the ambient one.",
     TakeCapabilities<&policy::Spec::inheritable>},
    {"cap-ambient", Takes::kValue, Times::kOnce, "LIST",
     "The ambient set, which programs of users other than root keep. Default: "
     "none for root, for others --cap. Alone, it is --cap too.",
     TakeCapabilities<&policy::Spec::ambient>},
    {"securebits", Takes::kValue, Times::kOnce, "auto|locked|root",
     "locked: user id 0 is a number like any other, for good. root: starting "
     "a program gives it the capabilities above, and changing user takes "
     "them. auto: root if the user is 0 and has some, else locked.",
     TakeSecurebits},
    {"nested", Takes::kPerhapsAValue, Times::kOnce, "yes|no",
     "Lets the command make sandboxes of its own. Default: no.", TakeNested},
    {"seccomp", Takes::kValue, Times::kOnce, "default|strict|none|FILE",
     "Which system calls are refused. default: those that only administrators "
     "and attackers use. strict: all that a program does not need that only "
     "computes. none: none. FILE: as a profile of Docker, Podman or another "
     "OCI runtime says (JSON).",
     TakeSeccomp},
    {"seccomp-fd", Takes::kValue, Times::kMany, "DESCRIPTOR",
     "A further filter, read from an open descriptor as a program of classic "
     "BPF, such as libseccomp exports. A call has to pass all filters.",
     TakeSeccompFd},
    {"seccomp-log", Takes::kNothing, Times::kOnce, "",
     "Lets the system calls through that the profile would refuse, and says at "
     "the end which they were. This protects from nothing; it is for finding "
     "out what a command needs.",
     TakeSeccompLog},
    {"reach-outside", Takes::kPerhapsAValue, Times::kOnce, "yes|no",
     "With --net=host: lets the command connect to abstract sockets of "
     "programs "
     "outside, such as an X server's. Default: no, where the kernel has "
     "Landlock with scopes (Linux 6.12).",
     TakeReach},
    {"rlimit", Takes::kValue, Times::kMany, "NAME=SOFT[:HARD]",
     "Sets a resource limit of setrlimit(2): as, core, cpu, data, fsize, "
     "nofile, nproc, stack and so on; sizes with K, M, G, T; unlimited. HARD "
     "is "
     "SOFT unless given.",
     TakeLimit},
};

// --- What it may use ------------------------------------------------------

absl::Status TakeUse(absl::string_view limit, absl::string_view value,
                     Draft& draft) {
  SBX_ASSIGN_OR_RETURN(cgroup::Setting setting,
                       cgroup::ParseLimit(limit, value));
  draft.spec.cgroup.settings.push_back(std::move(setting));
  return absl::OkStatus();
}

// The option of the same name as the limit.
template <const char* limit>
absl::Status TakeUse(absl::string_view value, Draft& draft) {
  return TakeUse(limit, value, draft);
}

constexpr char kMemory[] = "memory", kSwap[] = "swap", kPids[] = "pids",
               kCpus[] = "cpus", kCpuWeight[] = "cpu-weight",
               kIoWeight[] = "io-weight", kCpuset[] = "cpuset";

absl::Status TakeSlice(absl::string_view value, Draft& draft) {
  SBX_ASSIGN_OR_RETURN(draft.slice, cgroup::ParseSlice(value));
  return absl::OkStatus();
}

absl::Status TakeCgroup(absl::string_view value, Draft& draft) {
  for (const cgroup::Route route :
       {cgroup::Route::kAuto, cgroup::Route::kSystemd, cgroup::Route::kDirect,
        cgroup::Route::kNone}) {
    if (cgroup::NameOf(route) != value) continue;
    draft.spec.cgroup.route = route;
    return absl::OkStatus();
  }
  return Malformed(value, "auto, systemd, direct or none");
}

absl::Status TakeLimits(absl::string_view value, Draft& draft) {
  if (value == "require") {
    draft.spec.cgroup.shortfall = cgroup::Shortfall::kIsAnError;
  } else if (value == "best-effort") {
    draft.spec.cgroup.shortfall = cgroup::Shortfall::kIsAccepted;
  } else {
    return Malformed(value, "require or best-effort");
  }
  return absl::OkStatus();
}

absl::Status TakeDeviceLimit(absl::string_view value, Draft& draft) {
  for (const cgroup::DeviceLimit limit :
       {cgroup::DeviceLimit::kOff, cgroup::DeviceLimit::kPrefer,
        cgroup::DeviceLimit::kRequire}) {
    if (cgroup::NameOf(limit) != value) continue;
    draft.spec.cgroup.device_limit = limit;
    return absl::OkStatus();
  }
  return Malformed(value, "off, prefer or require");
}

constexpr Option kUse[] = {
    {kMemory, Takes::kValue, Times::kOnce, "SIZE",
     "How much memory all of it may have together (K, M, G, T; max). Beyond "
     "that everything in the sandbox is killed, and sbx says so.",
     TakeUse<kMemory>},
    {kSwap, Takes::kValue, Times::kOnce, "SIZE",
     "How much of it may be swapped out besides. Default: none where --memory "
     "is given.",
     TakeUse<kSwap>},
    {kPids, Takes::kValue, Times::kOnce, "N",
     "How many processes and threads there may be, sbx's own process 1 among "
     "them.",
     TakeUse<kPids>},
    {kCpus, Takes::kValue, Times::kOnce, "N",
     "How many processors' time it may use, as in 0.5 or 2.", TakeUse<kCpus>},
    {kCpuWeight, Takes::kValue, Times::kOnce, "1-10000",
     "Its share of the processors where others want them too; they have 100.",
     TakeUse<kCpuWeight>},
    {kIoWeight, Takes::kValue, Times::kOnce, "1-10000",
     "The same for the disks.", TakeUse<kIoWeight>},
    {kCpuset, Takes::kValue, Times::kOnce, "LIST",
     "Which processors it may run on, as in 0-3,8.", TakeUse<kCpuset>},
    {"slice", Takes::kValue, Times::kOnce, "NAME",
     "The slice of systemd's that it belongs to. Default: sbx.slice.",
     TakeSlice},
    {"cgroup", Takes::kValue, Times::kOnce, "auto|systemd|direct|none",
     "Where the cgroup comes from that has these limits. systemd: a scope that "
     "your own systemd makes. direct: the cgroup that sbx is started in, which "
     "has to be delegated to you. auto: systemd where it can be reached, else "
     "direct.",
     TakeCgroup},
    {"limits", Takes::kValue, Times::kOnce, "require|best-effort",
     "What to do if such a limit cannot be set. best-effort: take --rlimit's "
     "as and nproc for memory and pids, go without the rest, and say so. "
     "Default: require, and refuse to run.",
     TakeLimits},
    {"device-limit", Takes::kValue, Times::kOnce, "require|prefer|off",
     "Whether a cgroup has to refuse devices that are not listed, beside there "
     "being no nodes of them: as root a filter of sbx's own, else what an "
     "administrator set for your slice. Found out by trying. prefer: the "
     "report says whether it does. Default: off.",
     TakeDeviceLimit},
};

// --- Its life ------------------------------------------------------------

absl::Status TakeTimeout(absl::string_view value, Draft& draft) {
  SBX_ASSIGN_OR_RETURN(draft.spec.time_limit, ParseTime(value));
  if (draft.spec.time_limit == absl::ZeroDuration()) {
    return Malformed(value, "above zero");
  }
  return absl::OkStatus();
}

absl::Status TakeKillAfter(absl::string_view value, Draft& draft) {
  SBX_ASSIGN_OR_RETURN(draft.grace, ParseTime(value));
  return absl::OkStatus();
}

absl::Status TakeNewSession(absl::string_view value, Draft& draft) {
  SBX_ASSIGN_OR_RETURN(const bool own, ParseYesNo(value));
  draft.spec.session = own ? Session::kNew : Session::kCallers;
  return absl::OkStatus();
}

absl::Status TakeAsPid1(absl::string_view value, Draft& draft) {
  SBX_ASSIGN_OR_RETURN(const bool command, ParseYesNo(value));
  draft.spec.process_one = command ? ProcessOne::kCommand : ProcessOne::kReaper;
  return absl::OkStatus();
}

absl::Status TakeDieWithParent(absl::string_view value, Draft& draft) {
  SBX_ASSIGN_OR_RETURN(const bool dies, ParseYesNo(value));
  draft.spec.parent_death =
      dies ? ParentDeath::kEndsSandbox : ParentDeath::kIsIgnored;
  return absl::OkStatus();
}

absl::Status TakeKeepFd(absl::string_view value, Draft& draft) {
  SBX_ASSIGN_OR_RETURN(const int descriptor, ParseDescriptor(value));
  if (descriptor > STDERR_FILENO) draft.spec.descriptors.push_back(descriptor);
  return absl::OkStatus();
}

constexpr Option kLife[] = {
    {"timeout", Takes::kValue, Times::kOnce, "TIME",
     "Ends the command after TIME (seconds, or 1.5s, 2m, 1h30m, 1d) with "
     "SIGTERM; sbx exits with 124.",
     TakeTimeout},
    {"kill-after", Takes::kValue, Times::kOnce, "TIME",
     "How long after that SIGTERM everything is killed. Default: 5 seconds.",
     TakeKillAfter},
    {"new-session", Takes::kPerhapsAValue, Times::kOnce, "yes|no",
     "Runs the command in a session without a terminal. Default: no; the keys "
     "of the terminal work as without sbx.",
     TakeNewSession},
    {"as-pid-1", Takes::kPerhapsAValue, Times::kOnce, "yes|no",
     "Makes the command process 1 of the sandbox, as init systems want it; "
     "signals that it does not handle do not reach it. Default: no, a reaper "
     "of ours is.",
     TakeAsPid1},
    {"die-with-parent", Takes::kPerhapsAValue, Times::kOnce, "yes|no",
     "Ends the sandbox when the process that started sbx ends. Default: yes. "
     "It ends with sbx itself in any case.",
     TakeDieWithParent},
    {"keep-fd", Takes::kValue, Times::kMany, "DESCRIPTOR",
     "Lets the command inherit an open descriptor besides 0, 1 and 2.",
     TakeKeepFd},
};

// --- What sbx says -------------------------------------------------------

absl::Status TakeVerbose(absl::string_view, Draft& draft) {
  draft.spec.telling = Telling::kSteps;
  return absl::OkStatus();
}

absl::Status TakeReport(absl::string_view value, Draft& draft) {
  ReportTarget target;
  absl::string_view number = value;
  if (absl::ConsumePrefix(&number, "fd:")) {
    SBX_ASSIGN_OR_RETURN(target.descriptor, ParseDescriptor(number));
  } else if (value.empty()) {
    return Malformed(value, "FILE or fd:N");
  } else {
    target.path = std::string(value);
  }
  draft.report = target;
  return absl::OkStatus();
}

template <Instead instead>
absl::Status TakeInstead(absl::string_view, Draft& draft) {
  draft.instead = instead;
  return absl::OkStatus();
}

constexpr Option kOutput[] = {
    {"report", Takes::kValue, Times::kOnce, "FILE|fd:N",
     "Writes what happened as JSON: outcome, times, resources, what was "
     "enforced.",
     TakeReport},
    {"verbose", Takes::kNothing, Times::kOnce, "",
     "Tells of each step as it is done, and how long it took, on standard "
     "error.",
     TakeVerbose},
    {"explain", Takes::kNothing, Times::kOnce, "",
     "Says what would be done and what is weaker than it could be, and runs "
     "nothing.",
     TakeInstead<Instead::kExplain>},
    {"help", Takes::kNothing, Times::kOnce, "", "Prints this.",
     TakeInstead<Instead::kHelp>},
    {"version", Takes::kNothing, Times::kOnce, "", "Prints the version.",
     TakeInstead<Instead::kVersion>},
};

constexpr Section kSections[] = {
    {"How it is kept", kMode},
    {"Who the command is", kIdentity},
    {"What it sees", kFiles},
    {"Network, names, environment", kSurroundings},
    {"What it may do", kPolicy},
    {"What it may use of the machine", kUse},
    {"How long it lives", kLife},
    {"What sbx says", kOutput},
};

}  // namespace

absl::Span<const Section> Options() { return kSections; }

}  // namespace sbx::tools
