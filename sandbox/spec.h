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

namespace sbx {

// kNone: a network of its own with nothing but a loopback.
enum class Network { kNone, kHost };

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

struct Spec {
  std::vector<std::string> command = {};
  idmap::Spec ids = {};
  fs::Spec files = {};
  LoginSecrets login_secrets = LoginSecrets::kShown;
  // What of the secrets is shown all the same: names of stores, and paths.
  std::vector<std::string> exposed = {};
  policy::Spec policy = {};
  Network network = Network::kNone;
  // Unset: that of the host.
  std::optional<std::string> host_name = {};
  Environment environment = Environment::kCallers;
  std::vector<EnvironmentEdit> edits = {};
  Session session = Session::kCallers;
  ProcessOne process_one = ProcessOne::kReaper;
  ParentDeath parent_death = ParentDeath::kEndsSandbox;
  // Descriptors that the command inherits besides 0, 1 and 2.
  std::vector<int> descriptors = {};
  // How long the command may run, and how long after being told to end.
  absl::Duration time_limit = absl::InfiniteDuration();
  absl::Duration grace = absl::Seconds(5);
  bool operator==(const Spec&) const = default;
};

}  // namespace sbx

#endif  // SBX_SANDBOX_SPEC_H_
