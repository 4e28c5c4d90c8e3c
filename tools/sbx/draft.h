// SPDX-License-Identifier: Apache-2.0

#ifndef SBX_TOOLS_SBX_DRAFT_H_
#define SBX_TOOLS_SBX_DRAFT_H_

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "absl/time/time.h"
#include "policy/spec.h"
#include "sandbox/spec.h"

namespace sbx::tools {

// What the root is made from.
struct HostRoot {
  bool operator==(const HostRoot&) const = default;
};
struct EmptyRoot {
  bool operator==(const EmptyRoot&) const = default;
};
struct DirectoryRoot {
  std::string directory = {};
  fs::Access access = fs::Access::kReadWrite;
  bool operator==(const DirectoryRoot&) const = default;
};
// What an action of a build has: compilers and what it declares.
struct ActionRoot {
  bool operator==(const ActionRoot&) const = default;
};
using Root = std::variant<HostRoot, EmptyRoot, DirectoryRoot, ActionRoot>;

// Whether the mode is the Spec's, or the strongest that works here.
enum class ModeChoice { kGiven, kStrongest };

// What is at /proc: a file system of the sandbox's own processes; that of
// outside, read-only; nothing; or the first of these that works.
enum class ProcKind { kFresh, kOuter, kNone, kAuto };

// What sbx does instead of running a command.
enum class Instead { kNothing, kExplain, kHelp, kVersion };

// Where a report goes: a file by name, or an open descriptor.
struct ReportTarget {
  std::string path = {};
  int descriptor = -1;
  bool operator==(const ReportTarget&) const = default;
};

// The command line as it is read: what was said, without the defaults that
// depend on the rest of it.
struct Draft {
  ModeChoice mode_choice = ModeChoice::kGiven;
  Spec spec = {};
  // The options that were given, by name.
  std::vector<std::string> given = {};
  Root root = HostRoot{};
  // The operations that were asked for; the defaults come before them.
  std::vector<fs::Item> items = {};
  std::optional<ProcKind> proc = {};
  // Why that is not a fresh one, if it was left to sbx.
  std::string proc_reason = {};
  std::optional<std::string> cwd = {};
  policy::CapabilityList capabilities = {};
  // Descriptors of filters of system calls.
  std::vector<int> filters = {};
  std::optional<idmap::GroupControl> groups = {};
  std::optional<absl::Duration> grace = {};
  std::optional<std::string> slice = {};
  std::optional<ReportTarget> report = {};
  Instead instead = Instead::kNothing;
  // The caller's current directory, from which relative paths start.
  std::string here = {};
  bool operator==(const Draft&) const = default;
};

}  // namespace sbx::tools

#endif  // SBX_TOOLS_SBX_DRAFT_H_
