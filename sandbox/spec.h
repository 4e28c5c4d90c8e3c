// SPDX-License-Identifier: Apache-2.0
//
// What was asked for, as plain data with every default filled in.  Each front
// end only translates its command line into this.

#ifndef SBX_SANDBOX_SPEC_H_
#define SBX_SANDBOX_SPEC_H_

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "absl/time/time.h"
#include "fs/spec.h"
#include "idmap/spec.h"
#include "policy/spec.h"
#include "sandbox/cgroup/spec.h"
#include "sandbox/mode.h"

namespace sbx {

// kNone: a network of its own with nothing but a loopback.
enum class Network { kNone, kHost };

// Whether the sandbox gets a namespace of its own.
enum class Own { kYes, kNo, kIfPossible };

// Of a network of its own: without it not even the sandbox's own processes
// reach each other there.
enum class Loopback { kUp, kDown };

// Which of them, besides that of mounts; `Network` says it for the network.
struct OwnNamespaces {
  Own user = Own::kYes;
  Own pid = Own::kYes;
  Own ipc = Own::kYes;
  Own uts = Own::kYes;
  Own cgroup = Own::kYes;
  bool operator==(const OwnNamespaces&) const = default;
};

// Open descriptors of namespaces to enter (setns(2)).
struct JoinedNamespaces {
  // In place of one of its own; all the others are made in it.
  std::optional<int> user = {};
  // For the command, once everything is set up.
  std::optional<int> user_of_command = {};
  // The parent of the sandbox's own, if it has one.
  std::optional<int> pid = {};
  bool operator==(const JoinedNamespaces&) const = default;
};

// Whether there can be user namespaces inside.  The last two try it.
enum class UserNamespacesInside { kPerhaps, kPrevented, kMustBePrevented };

// The environment that the edits start from.
enum class Environment {
  kCallers,
  // That of a fresh login: who one is, where programs are, and the caller's
  // terminal and language.
  kLogin,
};

struct SetVariable {
  std::string name = {};
  std::string value = {};
  bool operator==(const SetVariable&) const = default;
};
struct UnsetVariable {
  std::string name = {};
  bool operator==(const UnsetVariable&) const = default;
};
struct ClearEnvironment {
  bool operator==(const ClearEnvironment&) const = default;
};
using EnvironmentEdit =
    std::variant<SetVariable, UnsetVariable, ClearEnvironment>;

// Whether the command stays in the caller's session, with its job control, or
// gets a session without a terminal.
enum class Session { kCallers, kNew };

// Whether the stores of secrets below the home directory that the host gives
// the caller (passwd(5)) are hidden too, wherever HOME leads.
enum class LoginSecrets { kShown, kHidden };

// What process 1 of the sandbox is.
enum class ProcessOne {
  // Ours: it reaps what the command leaves, and passes its outcome on.
  kReaper,
  // The command itself.
  kCommand,
};

// What happens when the process that started sbx ends.
enum class ParentDeath { kEndsSandbox, kIsIgnored };

// What becomes of what still runs inside when sbx ends or the command does: it
// ends too, or it lives on, and so does the sandbox.
enum class Leftovers { kEnd, kLiveOn };

// Whether signals to sbx are passed on to the command or act on sbx as they do
// on any program.
enum class Signals { kPassedOn, kActOnSbx };

// Which descriptors beyond 0, 1 and 2 the command inherits: those listed, or
// whatever the caller has passed on.
enum class Inheritance { kListed, kAll };

// Whether the sandbox is made at once or only after somebody has been told of
// its first process (sandbox/run.h), who may look into that from then on.
enum class Birth { kUnannounced, kAnnounced };

// What SIGINT to sbx does.
enum class Interrupt {
  kPassedOn,
  // As the time limit does: SIGTERM for the command, and SIGKILL for everybody
  // after the time of grace.
  kEndsCommand,
};

// Whether each step is told of on standard error.
enum class Telling { kNothing, kSteps };

struct Spec {
  Mode mode = Mode::kNamespace;
  // Why that is not a stronger one, if it was left to sbx.
  std::string mode_reason = {};
  // Mode::kChroot: the directory that becomes the root; all paths of `files`
  // are inside.
  std::string chroot = {};
  std::vector<std::string> command = {};
  // Its argv[0], if that is to be another.
  std::optional<std::string> name = {};
  idmap::Spec ids = {};
  fs::Spec files = {};
  LoginSecrets login_secrets = LoginSecrets::kShown;
  // What of the secrets is shown all the same: names of stores, and paths.
  std::vector<std::string> exposed = {};
  policy::Spec policy = {};
  cgroup::Spec cgroup = {};
  Telling telling = Telling::kNothing;
  Interrupt interrupt = Interrupt::kPassedOn;
  OwnNamespaces own = {};
  JoinedNamespaces joined = {};
  UserNamespacesInside user_namespaces = UserNamespacesInside::kPerhaps;
  Network network = Network::kNone;
  Loopback loopback = Loopback::kUp;
  // Unset: that of the host.
  std::optional<std::string> host_name = {};
  // Of NIS (domainname(1)), for those who ask.
  std::optional<std::string> domain_name = {};
  Environment environment = Environment::kCallers;
  std::vector<EnvironmentEdit> edits = {};
  Session session = Session::kCallers;
  ProcessOne process_one = ProcessOne::kReaper;
  ParentDeath parent_death = ParentDeath::kEndsSandbox;
  Leftovers leftovers = Leftovers::kEnd;
  Signals signals = Signals::kPassedOn;
  Inheritance inheritance = Inheritance::kListed;
  // Descriptors that the command inherits besides 0, 1 and 2.
  std::vector<int> descriptors = {};
  // Descriptors that process 1 keeps open as long as it lives.
  std::vector<int> held = {};
  // Files, inside, on which process 1 has a shared lock as long as it lives.
  std::vector<std::string> locks = {};
  Birth birth = Birth::kUnannounced;
  // Read from before the sandbox is made, once it was announced: there somebody
  // outside says that the id maps are written.
  std::optional<int> ids_ready = {};
  // Read from before the command starts.
  std::optional<int> go_ahead = {};
  // How long the command may run, and how long after being told to end.
  absl::Duration time_limit = absl::InfiniteDuration();
  absl::Duration grace = absl::Seconds(5);
  bool operator==(const Spec&) const = default;
};

}  // namespace sbx

#endif  // SBX_SANDBOX_SPEC_H_
