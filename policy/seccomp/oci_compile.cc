// SPDX-License-Identifier: Apache-2.0

#include <linux/seccomp.h>
#include <seccomp.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <memory>

#include "absl/strings/str_cat.h"
#include "policy/seccomp/oci.h"
#include "sandbox/sys/fd.h"
#include "sandbox/sys/file.h"
#include "sandbox/sys/status.h"

namespace sbx::policy::seccomp {
namespace {

struct ArchitectureNames {
  absl::string_view go;
  absl::string_view libseccomp;
};

ArchitectureNames NamesOf(Architecture architecture) {
  return architecture == Architecture::kX86_64
             ? ArchitectureNames{"amd64", "SCMP_ARCH_X86_64"}
             : ArchitectureNames{"arm64", "SCMP_ARCH_AARCH64"};
}

bool Contains(const std::vector<std::string>& names, absl::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

// Docker's meaning: all capabilities of `includes` are there, none of
// `excludes`.
bool Counts(const OciRule& rule, const OciSurroundings& here) {
  const absl::string_view name = NamesOf(here.architecture).go;
  const OciCondition& in = rule.includes;
  const OciCondition& out = rule.excludes;
  if (Contains(out.architectures, name) ||
      !(out.capabilities & here.capabilities).empty() ||
      (out.kernel && here.kernel >= *out.kernel)) {
    return false;
  }
  return (in.architectures.empty() || Contains(in.architectures, name)) &&
         (in.capabilities & ~here.capabilities).empty() &&
         (!in.kernel || here.kernel >= *in.kernel);
}

uint32_t LibseccompAction(uint32_t action) {
  const uint32_t data = action & SECCOMP_RET_DATA;
  switch (action & SECCOMP_RET_ACTION_FULL) {
    case SECCOMP_RET_KILL_PROCESS:
      return SCMP_ACT_KILL_PROCESS;
    case SECCOMP_RET_TRAP:
      return SCMP_ACT_TRAP;
    case SECCOMP_RET_ERRNO:
      return SCMP_ACT_ERRNO(data);
    case SECCOMP_RET_TRACE:
      return SCMP_ACT_TRACE(data);
    case SECCOMP_RET_LOG:
      return SCMP_ACT_LOG;
    case SECCOMP_RET_ALLOW:
      return SCMP_ACT_ALLOW;
    default:
      return SCMP_ACT_KILL_THREAD;
  }
}

scmp_compare LibseccompOperator(OciOperator comparison) {
  switch (comparison) {
    case OciOperator::kNotEqual:
      return SCMP_CMP_NE;
    case OciOperator::kLess:
      return SCMP_CMP_LT;
    case OciOperator::kLessOrEqual:
      return SCMP_CMP_LE;
    case OciOperator::kEqual:
      return SCMP_CMP_EQ;
    case OciOperator::kGreaterOrEqual:
      return SCMP_CMP_GE;
    case OciOperator::kGreater:
      return SCMP_CMP_GT;
    case OciOperator::kMaskedEqual:
      return SCMP_CMP_MASKED_EQ;
  }
  return SCMP_CMP_EQ;
}

// Whether a call that such a rule does not mention is let through all the same.
bool LetsThrough(uint32_t action) {
  const uint32_t kind = action & SECCOMP_RET_ACTION_FULL;
  return kind == SECCOMP_RET_ALLOW || kind == SECCOMP_RET_LOG;
}

class Compiler {
 public:
  Compiler(const OciProfile& profile, const OciSurroundings& here)
      : profile_(profile),
        here_(here),
        filter_(seccomp_init(LibseccompAction(profile.default_action))) {}

  absl::StatusOr<OciFilter> Run() {
    if (filter_ == nullptr) return Failed("seccomp_init", EINVAL);
    SBX_RETURN_IF_ERROR(CheckArchitecture());
    SBX_RETURN_IF_ERROR(Set(SCMP_FLTATR_ACT_BADARCH, SCMP_ACT_ERRNO(ENOSYS)));
    // A search by halves instead of one comparison after another.
    SBX_RETURN_IF_ERROR(Set(SCMP_FLTATR_CTL_OPTIMIZE, 2));
    for (const OciRule& rule : profile_.rules) {
      // libseccomp refuses rules that say what is done anyway.
      if (!Counts(rule, here_) || rule.action == profile_.default_action) {
        continue;
      }
      for (const std::string& name : rule.names) {
        SBX_RETURN_IF_ERROR(AddCall(rule, name));
      }
    }
    SBX_ASSIGN_OR_RETURN(result_.program, Export());
    return std::move(result_);
  }

 private:
  struct Release {
    void operator()(void* filter) const { seccomp_release(filter); }
  };

  absl::Status Failed(absl::string_view call, int error) const {
    return sys::ErrnoStatus(
        error, absl::StrCat(sys::Quoted(profile_.name), ": ", call));
  }

  absl::Status Set(scmp_filter_attr attribute, uint32_t value) {
    const int result = seccomp_attr_set(filter_.get(), attribute, value);
    return result == 0 ? absl::OkStatus() : Failed("seccomp_attr_set", -result);
  }

  absl::Status CheckArchitecture() const {
    const absl::string_view native = NamesOf(here_.architecture).libseccomp;
    if (profile_.architectures.empty() ||
        Contains(profile_.architectures, native)) {
      return absl::OkStatus();
    }
    return absl::InvalidArgumentError(
        absl::StrCat(sys::Quoted(profile_.name), ": the profile is not for ",
                     native, ", which this machine is"));
  }

  absl::Status AddCall(const OciRule& rule, const std::string& name) {
    const auto number = NumberOf(name, here_.architecture);
    if (number.ok() && !number->has_value()) return absl::OkStatus();
    if (number.ok()) return AddRules(rule, static_cast<int>(**number));
    // Refused it stays; but what was to be refused would be let through.
    if (LetsThrough(rule.action) && !LetsThrough(profile_.default_action)) {
      result_.unknown.push_back(name);
      return absl::OkStatus();
    }
    return absl::InvalidArgumentError(absl::StrCat(
        sys::Quoted(profile_.name), ": ", rule.place,
        " refuses a system call that nobody here knows, ", sys::Quoted(name)));
  }

  // Several conditions on one argument are alternatives, as in runc: libseccomp
  // takes one condition an argument.
  absl::Status AddRules(const OciRule& rule, int number) {
    uint32_t seen = 0;
    bool is_repeated = false;
    for (const OciArgument& argument : rule.arguments) {
      is_repeated |= (seen >> argument.index & 1) != 0;
      seen |= 1U << argument.index;
    }
    if (!is_repeated) return AddRule(rule, number, rule.arguments);
    for (const OciArgument& argument : rule.arguments) {
      SBX_RETURN_IF_ERROR(AddRule(rule, number, {argument}));
    }
    return absl::OkStatus();
  }

  absl::Status AddRule(const OciRule& rule, int number,
                       const std::vector<OciArgument>& arguments) {
    std::vector<scmp_arg_cmp> comparisons;
    for (const OciArgument& argument : arguments) {
      comparisons.push_back({.arg = argument.index,
                             .op = LibseccompOperator(argument.comparison),
                             .datum_a = argument.value,
                             .datum_b = argument.value_two});
    }
    const int result = seccomp_rule_add_array(
        filter_.get(), LibseccompAction(rule.action), number,
        static_cast<unsigned>(comparisons.size()), comparisons.data());
    if (result == 0 || result == -EEXIST) return absl::OkStatus();
    return Failed(absl::StrCat(rule.place, ": seccomp_rule_add"), -result);
  }

  absl::StatusOr<Program> Export() const {
    const sys::Fd memory(memfd_create("filter", MFD_CLOEXEC));
    if (!memory) return sys::CallFailed("memfd_create");
    const int result = seccomp_export_bpf(filter_.get(), memory.get());
    if (result != 0) return Failed("seccomp_export_bpf", -result);
    if (lseek(memory.get(), 0, SEEK_SET) != 0) return sys::CallFailed("lseek");
    SBX_ASSIGN_OR_RETURN(const std::string bytes,
                         sys::ReadAll(memory, profile_.name));
    return ParseProgram(bytes, profile_.name);
  }

  const OciProfile& profile_;
  const OciSurroundings& here_;
  std::unique_ptr<void, Release> filter_;
  OciFilter result_ = {};
};

}  // namespace

absl::StatusOr<OciFilter> CompileOciProfile(
    const OciProfile& profile, const OciSurroundings& surroundings) {
  return Compiler(profile, surroundings).Run();
}

}  // namespace sbx::policy::seccomp
