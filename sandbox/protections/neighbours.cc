// SPDX-License-Identifier: Apache-2.0
//
// Who else is there for a command: processes, networks, services, terminals.

#include <algorithm>
#include <string>
#include <variant>
#include <vector>

#include "sandbox/protections/rows.h"
#include "sandbox/sys/landlock.h"
#include "sandbox/sys/path.h"

namespace sbx::protections {
namespace {

using policy::seccomp::BuiltIn;

constexpr absl::string_view kNoPidNamespace = "there is no pid namespace";

// --- Processes -----------------------------------------------------------

bool IsMountedOver(const fs::Operation& operation, const std::string& place) {
  const bool covers = std::holds_alternative<fs::Bind>(operation) ||
                      std::holds_alternative<fs::Overlay>(operation) ||
                      std::holds_alternative<fs::Tmpfs>(operation) ||
                      std::holds_alternative<fs::Hide>(operation) ||
                      std::holds_alternative<fs::Proc>(operation);
  return covers &&
         sys::IsAtOrBelow(place, sys::Lexical(fs::InsideOf(operation)));
}

// Where `item` shows the /proc of outside; empty: nowhere.
std::string PlaceOfProc(const fs::Item& item) {
  const auto* bind = std::get_if<fs::Bind>(&item.operation);
  if (bind == nullptr) return "";
  const std::string host = sys::Lexical(bind->host);
  if (host == "/proc") return sys::Lexical(bind->inside);
  return host == "/" ? sys::Absolute(sys::Lexical(bind->inside), "proc") : "";
}

// A share shows the /proc of outside, and nothing lies over it.
bool SharesProc(const Circumstances& in) {
  const std::vector<fs::Item>& steps = in.plan.files.steps;
  for (auto item = steps.begin(); item != steps.end(); ++item) {
    const std::string place = PlaceOfProc(*item);
    if (place.empty()) continue;
    if (std::none_of(item + 1, steps.end(), [&](const fs::Item& later) {
          return IsMountedOver(later.operation, place);
        })) {
      return true;
    }
  }
  return false;
}

bool HasOuterProc(const Circumstances& in) { return OuterProc(in) != nullptr; }

bool HadToTakeOuterProc(const Circumstances& in) {
  return HasOuterProc(in) && !OuterProc(in)->reason.empty();
}

constexpr absl::string_view kSeen =
    "can be seen, with their names and arguments";

constexpr Form kHostProcesses[] = {
    {LacksPidNamespace, Kept::kWeaker, "{mode}", kSeen, kNoPidNamespace},
    {HadToTakeOuterProc, Kept::kWeaker, "--proc=auto", kSeen, "{proc_reason}"},
    {HasOuterProc, Kept::kWeaker, "--proc=outer", kSeen,
     "/proc is that of outside"},
    {SharesProc, Kept::kWeaker, "--ro or --rw", kSeen,
     "a share has the /proc of outside in it"},
};

bool IsNeighbour(const Circumstances& in) {
  return LacksPidNamespace(in) && !Confined(in);
}

bool MaySignalGroup(const Circumstances& in) {
  return in.plan.session == Session::kCallers &&
         (in.plan.policy.landlock.scopes & sys::kScopeSignals) == 0;
}

constexpr Form kSignals[] = {
    {IsBrokered, Kept::kWeaker, kLessLandlock,
     "no process outside is reached, as process 1 sends all signals itself",
     kOldLandlock},
    {IsNeighbour, Kept::kNot, kByDefault,
     "processes of the same user can be signalled", kNoPidNamespace},
    {MaySignalGroup, Kept::kWeaker, kByDefault,
     "only the process group that sbx is in can be signalled",
     "the command is in it too, for job control; --new-session takes it out"},
};

bool MaySlowGroup(const Circumstances& in) {
  return in.plan.session == Session::kCallers &&
         !HasFilter(in, BuiltIn::kDefault) && !HasFilter(in, BuiltIn::kStrict);
}

bool ConfinedButReportsRefusals(const Circumstances& in) {
  return Confined(in) && ReportsRefusals(in);
}

constexpr Form kPriorities[] = {
    {ConfinedButReportsRefusals, Kept::kNot, "{filter}",
     "processes of the same user can be slowed down, sbx among them",
     "the filter lets all through"},
    {LacksLandlock, Kept::kNot, kLessLandlock,
     "processes of the same user can be slowed down, one by one, and sbx with "
     "them through a /proc in the root",
     kOldLandlock},
    {Confined, Kept::kNot, "{mode}",
     "processes of the same user can be slowed down, one by one, but for sbx",
     kNoPidNamespace},
    {LacksPidNamespace, Kept::kNot, "{mode}",
     "processes of the same user can be slowed down, one by one",
     kNoPidNamespace},
    {MaySlowGroup, Kept::kWeaker, "{filter}",
     "only the process group that sbx is in can be slowed down",
     "the command is in it too, and no filter refuses it"},
};

bool SharesMemory(const Circumstances& in) {
  return !in.plan.namespaces.ipc && !HasFilter(in, BuiltIn::kNeighbours);
}

constexpr Form kSharedMemory[] = {
    {SharesMemory, Kept::kNot, "{filter}", "those of outside can be used",
     "there is no ipc namespace"},
    {Confined, Kept::kFully, "{mode}", "there are none"},
};

// --- Network and services ------------------------------------------------

bool MayMakeSockets(const Circumstances& in) {
  return Confined(in) && !HasFilter(in, BuiltIn::kNoSockets);
}

constexpr Form kNetwork[] = {
    {SharesNetwork, Kept::kNot, "--net=host",
     "the host's, with everything that it reaches",
     "there is no network namespace"},
    {MayMakeSockets, Kept::kWeaker, "{filter}", "the host's, but without TCP",
     "there is no network namespace, and the filter lets all through"},
    {Confined, Kept::kFully, "{mode}", "none, and no sockets"},
};

// The network is the host's, and with it these sockets.
bool SharesAbstractSockets(const Circumstances& in) {
  return !in.plan.namespaces.network && SharesNetwork(in) &&
         (in.plan.policy.landlock.scopes & sys::kScopeAbstractSockets) == 0;
}

bool LacksScopes(const Circumstances& in) {
  const policy::Landlock& landlock = in.plan.policy.landlock;
  return SharesAbstractSockets(in) && landlock.obtained < landlock.wanted;
}

constexpr Form kAbstractSockets[] = {
    {LacksScopes, Kept::kNot, "--net=host",
     "those of the host can be connected to", kOldLandlock},
    {SharesAbstractSockets, Kept::kNot, "--reach-outside",
     "those of the host can be connected to",
     "they belong to the host's network"},
};

bool ReachesOutside(const Circumstances& in) {
  return Confined(in) && SharesNetwork(in) &&
         !HasFilter(in, BuiltIn::kInternet);
}

bool SharesPaths(const Circumstances& in) {
  return std::ranges::any_of(in.plan.files.steps, [](const fs::Item& item) {
    return std::holds_alternative<fs::Bind>(item.operation) ||
           std::holds_alternative<fs::Overlay>(item.operation);
  });
}

constexpr Form kServices[] = {
    {ConfinedButReportsRefusals, Kept::kNot, "{filter}",
     "all that their permissions allow can be reached",
     "the filter lets all through"},
    {ReachesOutside, Kept::kNot, "--reach-outside",
     "all that their permissions allow can be reached",
     "Landlock does not ask who connects to a path"},
    {SharesPaths, Kept::kWeaker, kByDefault,
     "those on a path that is shown can be reached, as their permissions allow",
     "a read-only mount stops neither connect(2) nor a pipe; --hide does"},
};

// --- Terminals, the end --------------------------------------------------

bool HasNewSession(const Circumstances& in) {
  return in.plan.session == Session::kNew;
}

// What sbx promises under every profile, one from a file too.
bool LacksBase(const Circumstances& in) {
  return !HasFilter(in, BuiltIn::kDefault) &&
         !HasFilter(in, BuiltIn::kStrict) && !HasFilter(in, BuiltIn::kBase);
}

constexpr Form kTerminal[] = {
    {IsBrokered, Kept::kFully, kLessLandlock, "there is none"},
    {HasNewSession, Kept::kFully, "--new-session", "there is none"},
    {LacksBase, Kept::kNot, "{filter}",
     "the command can type, and the caller's shell runs it",
     "no filter refuses TIOCSTI and TIOCLINUX"},
};

bool LivesOn(const Circumstances& in) {
  return in.plan.leftovers == Leftovers::kLiveOn;
}

// The parent-death signal is what ends it with sbx.
bool MayTakeSignalBack(const Circumstances& in) {
  return in.plan.process_one == ProcessOne::kCommand && LacksBase(in);
}

constexpr Form kLeftovers[] = {
    {LivesOn, Kept::kNot, kByDefault, "what it leaves lives on",
     "nothing ends it"},
    {LacksPidNamespace, Kept::kWeaker, "{mode}",
     "none, unless sbx and its process inside are killed at the same moment",
     kNoPidNamespace},
    {MayTakeSignalBack, Kept::kWeaker, "--as-pid-1",
     "none, unless sbx is killed: the command can choose to outlive that",
     "no filter refuses PR_SET_PDEATHSIG to process 1"},
};

constexpr Row kRows[] = {
    {Protection::kHostProcesses, "processes of the host", "cannot be seen",
     kHostProcesses},
    {Protection::kSignals, "signals and tracing",
     "no process outside is reached", kSignals},
    {Protection::kPriorities, "priorities",
     "no process outside can be slowed down", kPriorities},
    {Protection::kSharedMemory, "shared memory and queues",
     "those of outside are out of reach", kSharedMemory},
    {Protection::kNetwork, "network", "none but its own loopback", kNetwork},
    {Protection::kAbstractSockets, "abstract sockets",
     "those of the host cannot be connected to", kAbstractSockets},
    {Protection::kServices, "services of the host",
     "no socket can be connected to, no pipe written to", kServices},
    {Protection::kTerminal, "terminal", "the command cannot type into it",
     kTerminal},
    {Protection::kLeftovers, "leftovers",
     "none: all ends with the command and with sbx", kLeftovers},
};

}  // namespace

absl::Span<const Row> NeighbourRows() { return kRows; }

}  // namespace sbx::protections
