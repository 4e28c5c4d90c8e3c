// SPDX-License-Identifier: Apache-2.0

#include "policy/filters.h"

#include <utility>

#include "policy/seccomp/filter.h"
#include "policy/seccomp/oci.h"
#include "policy/seccomp/reporting.h"
#include "sandbox/sys/status.h"

namespace sbx::policy {
namespace {

#ifdef __x86_64__
constexpr seccomp::Architecture kNative = seccomp::Architecture::kX86_64;
#else
constexpr seccomp::Architecture kNative = seccomp::Architecture::kAarch64;
#endif

absl::StatusOr<seccomp::OciFilter> CompileFile(const Spec& spec,
                                               const Facts& facts,
                                               CapabilitySet bounding) {
  SBX_ASSIGN_OR_RETURN(
      const seccomp::OciProfile profile,
      seccomp::ParseOciProfile(facts.profile, spec.profile_file));
  SBX_ASSIGN_OR_RETURN(const seccomp::KernelVersion kernel,
                       seccomp::ParseKernelVersion(facts.kernel));
  return seccomp::CompileOciProfile(
      profile,
      {.architecture = kNative, .capabilities = bounding, .kernel = kernel});
}

absl::Status AddProfile(const Spec& spec, const Facts& facts,
                        seccomp::Grants grants, CapabilitySet bounding,
                        Filters& filters) {
  const auto add = [&](seccomp::BuiltIn profile) {
    filters.all.emplace_back(BuiltInFilter{profile, grants});
    return absl::OkStatus();
  };
  switch (spec.profile) {
    case Profile::kNone:
      return absl::OkStatus();
    case Profile::kDefault:
      return add(seccomp::BuiltIn::kDefault);
    case Profile::kStrict:
      return add(seccomp::BuiltIn::kStrict);
    case Profile::kFile:
      break;
  }
  SBX_ASSIGN_OR_RETURN(seccomp::OciFilter file,
                       CompileFile(spec, facts, bounding));
  SBX_RETURN_IF_ERROR(add(seccomp::BuiltIn::kBase));
  filters.all.emplace_back(std::move(file.program));
  filters.unknown = std::move(file.unknown);
  return absl::OkStatus();
}

// What cannot be reported is to be known before anything runs.
absl::Status CheckReport(const Spec& spec, const Filters& filters) {
  if (spec.refusals == Refusals::kAnswered) return absl::OkStatus();
  if (filters.all.empty()) {
    return absl::InvalidArgumentError(
        "there is no filter of system calls whose refusals could be reported");
  }
  return ReportingProgram(filters, 0).status();
}

}  // namespace

absl::StatusOr<Filters> PlanFilters(const Spec& spec, const Facts& facts,
                                    seccomp::Grants grants,
                                    CapabilitySet bounding) {
  Filters filters;
  SBX_RETURN_IF_ERROR(AddProfile(spec, facts, grants, bounding, filters));
  filters.all.insert(filters.all.end(), spec.filters.begin(),
                     spec.filters.end());
  filters.given = spec.filters.size();
  SBX_RETURN_IF_ERROR(CheckReport(spec, filters));
  return filters;
}

seccomp::Instructions InstructionsOf(const Filter& filter) {
  if (const auto* program = std::get_if<seccomp::Program>(&filter)) {
    return program->instructions;
  }
  const auto& built_in = std::get<BuiltInFilter>(filter);
  return seccomp::BuiltInFilter(built_in.profile, built_in.grants);
}

seccomp::Program WithNumbers(const Filter& filter,
                             const Supervisors& supervisors) {
  const seccomp::Instructions all = InstructionsOf(filter);
  seccomp::Program program = {{all.begin(), all.end()}};
  for (sock_filter& instruction : program.instructions) {
    if (instruction.code != (BPF_JMP | BPF_JEQ | BPF_K)) continue;
    if (instruction.k == seccomp::kNumberOfSbx) {
      instruction.k = static_cast<uint32_t>(supervisors.sbx);
    } else if (instruction.k == seccomp::kNumberOfProcessOne) {
      instruction.k = static_cast<uint32_t>(supervisors.process_one);
    }
  }
  return program;
}

absl::StatusOr<seccomp::Program> ReportingProgram(const Filters& filters,
                                                  int channel) {
  std::vector<seccomp::Instructions> all;
  for (const Filter& filter : filters.all) {
    all.push_back(InstructionsOf(filter));
  }
  return seccomp::Reporting(all, channel);
}

}  // namespace sbx::policy
