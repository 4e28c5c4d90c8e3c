// SPDX-License-Identifier: Apache-2.0
//
// The command line of Bazel's linux-sandbox.

#ifndef SBX_TOOLS_LINUX_SANDBOX_OPTIONS_H_
#define SBX_TOOLS_LINUX_SANDBOX_OPTIONS_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "sandbox/spec.h"

namespace sbx::linux_sandbox {

enum class User { kCallers, kRoot, kNobody };

// -M, and its -m.
struct Mount {
  std::string source = {};
  std::string target = {};
  bool operator==(const Mount&) const = default;
};

// The command line as it is read.
struct Draft {
  std::vector<std::string> command = {};
  std::optional<std::string> directory = {};
  // In seconds.
  std::optional<int> time_limit = {};
  std::optional<int> grace = {};
  std::optional<std::string> output = {};
  std::optional<std::string> error = {};
  std::optional<std::string> statistics = {};
  std::optional<std::string> debug = {};
  // The root of a hermetic sandbox.
  std::optional<std::string> root = {};
  std::vector<std::string> writable = {};
  std::vector<std::string> empty = {};
  std::vector<Mount> mounts = {};
  std::vector<std::string> cgroups = {};
  User user = User::kCallers;
  // -n or -N, whichever was given.
  char network = 0;
  bool local_host = false;
  bool persistent = false;
  bool terminals = false;
  // SIGINT ends the command as the time limit does.
  bool interruptible = false;
  bool keep_capabilities = false;
  // The last option was -M, and so an -m may follow.
  bool mount_is_open = false;
};

// Reads `words`, which may name files of further ones (@FILE). InvalidArgument:
// the command line is wrong, and the usage is to follow.
absl::Status Parse(const std::vector<std::string>& words, Draft& draft);

std::string Usage(absl::string_view program);

// An option for people to read; without a value that is empty.
struct OptionWords {
  // With its dashes.
  std::string name = {};
  absl::string_view value = {};
  absl::string_view help = {};
};

// All of them, in the order in which the usage lists them.
std::vector<OptionWords> OptionsInWords();

// What of the caller matters.
struct Surroundings {
  std::string directory = {};
  uint32_t uid = 0;
};

// Returns the Spec that `draft` comes to, with linux-sandbox's defaults.
absl::StatusOr<Spec> Complete(const Draft& draft, const Surroundings& caller);

}  // namespace sbx::linux_sandbox

#endif  // SBX_TOOLS_LINUX_SANDBOX_OPTIONS_H_
