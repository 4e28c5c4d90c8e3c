// SPDX-License-Identifier: Apache-2.0

#include "policy/capabilities.h"

#include <linux/securebits.h>
#include <sys/capability.h>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "sandbox/sys/spelling.h"
#include "sandbox/sys/status.h"

namespace sbx::policy {
namespace {

constexpr struct {
  unsigned bit;
  const char* name;
} kSecurebits[] = {
    {SECBIT_NOROOT, "noroot"},
    {SECBIT_NOROOT_LOCKED, "noroot-locked"},
    {SECBIT_NO_SETUID_FIXUP, "no-suid-fixup"},
    {SECBIT_NO_SETUID_FIXUP_LOCKED, "no-suid-fixup-locked"},
    {SECBIT_KEEP_CAPS, "keep-caps"},
    {SECBIT_KEEP_CAPS_LOCKED, "keep-caps-locked"},
    {SECBIT_NO_CAP_AMBIENT_RAISE, "no-ambient-raise"},
    {SECBIT_NO_CAP_AMBIENT_RAISE_LOCKED, "no-ambient-raise-locked"},
};

// As the kernel has it, in capitals and without CAP_.
std::string ShortName(int number) {
  char* const name = cap_to_name(number);
  std::string copy = absl::AsciiStrToUpper(absl::StripPrefix(name, "cap_"));
  cap_free(name);
  return copy;
}

std::vector<std::string> ShortNames(CapabilitySet set) {
  std::vector<std::string> names;
  for (int number = 0; number < 64; ++number) {
    if (set.Has(number)) names.push_back(ShortName(number));
  }
  return names;
}

// Those with a part of that name, as in ADMIN, or one that is spelt alike.
std::vector<std::string> Alike(absl::string_view name) {
  const std::vector<std::string> all = ShortNames(CapabilitySet::All());
  std::vector<std::string> alike;
  for (const std::string& other : all) {
    const bool is_part = absl::StrContains(absl::StrCat("_", other, "_"),
                                           absl::StrCat("_", name, "_"));
    if (is_part) alike.push_back(other);
  }
  return alike.empty() ? sys::NearNames(name, all) : alike;
}

absl::Status Unknown(absl::string_view given, absl::string_view name) {
  const std::vector<std::string> alike = Alike(name);
  return absl::InvalidArgumentError(absl::StrCat(
      "there is no capability ", sys::Quoted(given), "; ",
      alike.empty() ? "see capabilities(7)"
                    : absl::StrCat("is ", absl::StrJoin(alike, " or "),
                                   " meant? See capabilities(7)")));
}

absl::StatusOr<CapabilitySet> ParseName(absl::string_view given) {
  const std::string upper = absl::AsciiStrToUpper(given);
  if (upper == "ALL") return CapabilitySet::All();
  const absl::string_view name = absl::StripPrefix(upper, "CAP_");
  for (int number = 0; number <= CAP_LAST_CAP; ++number) {
    if (ShortName(number) == name) return CapabilitySet::Of(number);
  }
  return Unknown(given, name);
}

}  // namespace

absl::StatusOr<CapabilityList> ParseCapabilities(absl::string_view text) {
  CapabilityList list;
  list.changes_default =
      absl::StartsWith(text, "+") || absl::StartsWith(text, "-");
  bool is_first = true;
  for (absl::string_view item : absl::StrSplit(text, ',')) {
    const bool starts_empty = is_first && item == "none";
    is_first = false;
    if (starts_empty) continue;
    const bool is_removed = absl::ConsumePrefix(&item, "-");
    if (!is_removed) absl::ConsumePrefix(&item, "+");
    SBX_ASSIGN_OR_RETURN(const CapabilitySet set, ParseName(item));
    list.added = is_removed ? list.added & ~set : list.added | set;
    list.removed = is_removed ? list.removed | set : list.removed & ~set;
  }
  return list;
}

std::string CapabilityNames(CapabilitySet set) {
  if (set.empty()) return "none";
  const auto full = [](std::string* out, const std::string& name) {
    absl::StrAppend(out, "CAP_", name);
  };
  return absl::StrJoin(ShortNames(set), ",", full);
}

std::vector<std::string> SecurebitNames(unsigned bits) {
  std::vector<std::string> names;
  for (const auto& row : kSecurebits) {
    if ((bits & row.bit) != 0) names.emplace_back(row.name);
  }
  return names;
}

}  // namespace sbx::policy
