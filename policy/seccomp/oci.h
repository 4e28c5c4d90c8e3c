// SPDX-License-Identifier: Apache-2.0
//
// Profiles of system calls in the format of the OCI runtime specification, with
// what Docker and Podman add to it
// (opencontainers/runtime-spec: config-linux.md, "Seccomp").

#ifndef SBX_POLICY_SECCOMP_OCI_H_
#define SBX_POLICY_SECCOMP_OCI_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "policy/seccomp/numbers.h"
#include "policy/seccomp/program.h"
#include "sandbox/sys/capabilities.h"

namespace sbx::policy::seccomp {

enum class OciOperator {
  kNotEqual,
  kLess,
  kLessOrEqual,
  kEqual,
  kGreaterOrEqual,
  kGreater,
  // (argument & value) == value_two.
  kMaskedEqual,
};

struct OciArgument {
  uint32_t index = 0;
  OciOperator comparison = OciOperator::kEqual;
  uint64_t value = 0;
  uint64_t value_two = 0;
  bool operator==(const OciArgument&) const = default;
};

// uname(2): the first two parts of the release.
struct KernelVersion {
  int major = 0;
  int minor = 0;
  auto operator<=>(const KernelVersion&) const = default;
};

// Where a rule counts, or where it does not.
struct OciCondition {
  sys::CapabilitySet capabilities = {};
  // As Go calls them: "amd64", "arm64".
  std::vector<std::string> architectures = {};
  std::optional<KernelVersion> kernel = {};
  bool operator==(const OciCondition&) const = default;
};

struct OciRule {
  std::vector<std::string> names = {};
  // A SECCOMP_RET_… value, with its errno.
  uint32_t action = 0;
  // All of them are to match.
  std::vector<OciArgument> arguments = {};
  OciCondition includes = {};
  OciCondition excludes = {};
  // Its place in the file, as a JSON pointer (RFC 6901).
  std::string place = {};
  bool operator==(const OciRule&) const = default;
};

struct OciProfile {
  // The file, for messages.
  std::string name = {};
  uint32_t default_action = 0;
  // As libseccomp calls them: "SCMP_ARCH_X86_64".  Empty: whatever runs.
  std::vector<std::string> architectures = {};
  std::vector<OciRule> rules = {};
  bool operator==(const OciProfile&) const = default;
};

// Reads a profile.  A failure is a sentence with `name`, and the line or the
// JSON pointer that it is about.
absl::StatusOr<OciProfile> ParseOciProfile(absl::string_view json,
                                           absl::string_view name);

// What rules with conditions ask about.
struct OciSurroundings {
  Architecture architecture = Architecture::kX86_64;
  sys::CapabilitySet capabilities = {};
  KernelVersion kernel = {};
};

struct OciFilter {
  Program program = {};
  // Names that nobody here knows and that could be left out, for what they
  // would allow stays refused.
  std::vector<std::string> unknown = {};
};

// Compiles what counts there, with libseccomp.  Calls of other architectures
// answer ENOSYS, whatever the profile says about them: the promises that hold
// under every profile are kept for this one alone.  A name that nobody knows is
// an error where leaving it out would let a call through.
absl::StatusOr<OciFilter> CompileOciProfile(
    const OciProfile& profile, const OciSurroundings& surroundings);

// Parses what uname(2) says, such as "6.1.0-21-amd64".
absl::StatusOr<KernelVersion> ParseKernelVersion(absl::string_view release);

}  // namespace sbx::policy::seccomp

#endif  // SBX_POLICY_SECCOMP_OCI_H_
