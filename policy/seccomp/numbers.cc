// SPDX-License-Identifier: Apache-2.0

#include "policy/seccomp/numbers.h"

#include <linux/audit.h>
#include <seccomp.h>

#include <cstdint>
#include <cstdlib>
#include <memory>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"

namespace sbx::policy::seccomp {
namespace {

constexpr NewerCall kNewerCalls[] = {
    {.name = "uretprobe", .number = 335, .only_on_x86_64 = true},
    {.name = "uprobe", .number = 336, .only_on_x86_64 = true},
    {.name = "cachestat", .number = 451},
    {.name = "fchmodat2", .number = 452},
    {.name = "map_shadow_stack", .number = 453},
    {.name = "futex_wake", .number = 454},
    {.name = "futex_wait", .number = 455},
    {.name = "futex_requeue", .number = 456},
    {.name = "statmount", .number = 457},
    {.name = "listmount", .number = 458},
    {.name = "lsm_get_self_attr", .number = 459},
    {.name = "lsm_set_self_attr", .number = 460},
    {.name = "lsm_list_modules", .number = 461},
    {.name = "mseal", .number = 462},
    {.name = "setxattrat", .number = 463},
    {.name = "getxattrat", .number = 464},
    {.name = "listxattrat", .number = 465},
    {.name = "removexattrat", .number = 466},
    {.name = "open_tree_attr", .number = 467},
    {.name = "file_getattr", .number = 468},
    {.name = "file_setattr", .number = 469},
    {.name = "listns", .number = 470},
    {.name = "rseq_slice_yield", .number = 471},
};

std::optional<uint32_t> NumberOn(Architecture architecture,
                                 const NewerCall& call) {
  if (call.only_on_x86_64 && architecture != Architecture::kX86_64) {
    return std::nullopt;
  }
  return call.number;
}

}  // namespace

uint32_t AuditArchitecture(Architecture architecture) {
  return architecture == Architecture::kX86_64 ? AUDIT_ARCH_X86_64
                                               : AUDIT_ARCH_AARCH64;
}

uint32_t LibseccompArchitecture(Architecture architecture) {
  return architecture == Architecture::kX86_64 ? SCMP_ARCH_X86_64
                                               : SCMP_ARCH_AARCH64;
}

absl::Span<const NewerCall> NewerCalls() { return kNewerCalls; }

absl::StatusOr<std::optional<uint32_t>> NumberOf(absl::string_view name,
                                                 Architecture architecture) {
  const int number = seccomp_syscall_resolve_name_arch(
      LibseccompArchitecture(architecture), std::string(name).c_str());
  if (number >= 0) return static_cast<uint32_t>(number);
  for (const NewerCall& call : kNewerCalls) {
    if (call.name == name) return NumberOn(architecture, call);
  }
  if (number == __NR_SCMP_ERROR) {
    return absl::NotFoundError(absl::StrCat("no system call is named ", name));
  }
  // Other negative numbers stand for calls that only other machines have.
  return std::nullopt;
}

std::string NameOf(uint32_t audit, int number) {
  const std::unique_ptr<char, decltype(&std::free)> known(
      seccomp_syscall_resolve_num_arch(audit, number), &std::free);
  if (known != nullptr) return known.get();
  for (const NewerCall& call : kNewerCalls) {
    if (static_cast<int>(call.number) == number) return std::string(call.name);
  }
  return absl::StrCat("call ", number);
}

}  // namespace sbx::policy::seccomp
