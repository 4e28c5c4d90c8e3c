// SPDX-License-Identifier: Apache-2.0

#include "tools/sbx/caps.h"

#include <linux/securebits.h>
#include <sys/capability.h>

#include <memory>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "absl/strings/string_view.h"
#include "sandbox/sys/status.h"

namespace sbx::tools {
namespace {

struct FreeCapability {
  void operator()(void* memory) const { cap_free(memory); }
};

// Securebits as libcap calls them; the lock of each is the bit above it.
constexpr struct {
  int number;
  const char* name;
} kSecurebits[] = {
    {SECURE_NOROOT, "secure-noroot"},
    {SECURE_NO_SETUID_FIXUP, "secure-no-suid-fixup"},
    {SECURE_KEEP_CAPS, "secure-keep-caps"},
    {SECURE_NO_CAP_AMBIENT_RAISE, "secure-no-ambient-raise"},
};

// The effective, permitted and inheritable sets, in the form of
// cap_to_text(3).
absl::StatusOr<std::string> Current() {
  const std::unique_ptr<std::remove_pointer_t<cap_t>, FreeCapability> sets(
      cap_get_proc());
  if (sets == nullptr) return sys::CallFailed("capget");
  const std::unique_ptr<char, FreeCapability> text(
      cap_to_text(sets.get(), nullptr));
  if (text == nullptr) return sys::CallFailed("cap_to_text");
  return std::string(text.get());
}

// The names of those for which `has` says 1.
std::string Names(int (*has)(cap_value_t)) {
  std::vector<std::string> names;
  for (cap_value_t number = 0; number < cap_max_bits(); ++number) {
    if (has(number) != 1) continue;
    const std::unique_ptr<char, FreeCapability> name(cap_to_name(number));
    names.emplace_back(name.get());
  }
  return absl::StrJoin(names, ",");
}

std::string Securebits(unsigned bits) {
  std::string text = absl::StrFormat("Securebits: 0%o/0x%x\n", bits, bits);
  for (const auto& row : kSecurebits) {
    absl::StrAppend(
        &text, " ", row.name, ": ",
        (bits >> row.number & 1) != 0 ? "yes" : "no",
        (bits >> (row.number + 1) & 1) != 0 ? " (locked)\n" : " (unlocked)\n");
  }
  return text;
}

}  // namespace

std::vector<std::string> CapsCommand() {
  // The link leads to the program that is running, seen or not.
  return {"/proc/self/exe", "caps", kHere};
}

absl::StatusOr<std::string> DescribeCapabilities() {
  SBX_ASSIGN_OR_RETURN(const std::string current, Current());
  return absl::StrCat("Current: ", current,
                      "\nBounding set =", Names(cap_get_bound),
                      "\nAmbient set =", Names(cap_get_ambient), "\n",
                      Securebits(cap_get_secbits()));
}

}  // namespace sbx::tools
