// SPDX-License-Identifier: Apache-2.0

#include "idmap/accounts.h"

#include <array>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "idmap/id.h"

namespace sbx::idmap {
namespace {

// The fields of a line, those that are missing empty.
template <size_t kCount>
using Fields = std::array<absl::string_view, kCount>;

// Whether `line` cannot be an entry: a comment, an instruction to NIS ("+ana"),
// or one with a NUL, which would end a name early for whoever reads it as a C
// string.
bool IsNoEntry(absl::string_view line) {
  constexpr absl::string_view kNoEntry = "#+-:";
  return line.empty() || absl::StrContains(kNoEntry, line[0]) ||
         absl::StrContains(line, '\0');
}

template <size_t kCount>
Fields<kCount> FieldsOf(absl::string_view line) {
  Fields<kCount> fields;
  size_t number = 0;
  for (const absl::string_view field : absl::StrSplit(line, ':')) {
    if (number < kCount) fields[number++] = field;
  }
  return fields;
}

// NAME:PASSWORD:UID:GID:COMMENT:HOME:SHELL
std::optional<Account> EntryFrom(const Fields<7>& fields) {
  const std::optional<uint32_t> uid = IdFrom(fields[2]);
  const std::optional<uint32_t> gid = IdFrom(fields[3]);
  if (!uid || !gid) return std::nullopt;
  return Account{.name = std::string(fields[0]),
                 .uid = *uid,
                 .gid = *gid,
                 .home = std::string(fields[5]),
                 .shell = std::string(fields[6])};
}

// NAME:PASSWORD:GID:MEMBERS
std::optional<Group> EntryFrom(const Fields<4>& fields) {
  const std::optional<uint32_t> gid = IdFrom(fields[2]);
  if (!gid) return std::nullopt;
  return Group{.name = std::string(fields[0]), .gid = *gid};
}

constexpr size_t kName = 0;
constexpr size_t kId = 2;

// Returns the first entry whose field `number` is `wanted`.  An id is compared
// as text, for there is but one way to write it (id.h).
template <size_t kCount>
auto FirstEntry(absl::string_view text, size_t number, absl::string_view wanted)
    -> decltype(EntryFrom(Fields<kCount>())) {
  for (const absl::string_view line : absl::StrSplit(text, '\n')) {
    if (IsNoEntry(line)) continue;
    const Fields<kCount> fields = FieldsOf<kCount>(line);
    if (fields[number] != wanted) continue;
    if (auto entry = EntryFrom(fields)) return entry;
  }
  return std::nullopt;
}

std::string WithLine(absl::string_view text, absl::string_view line) {
  const bool whole = text.empty() || text.back() == '\n';
  return absl::StrCat(text, whole ? "" : "\n", line, "\n");
}

}  // namespace

std::optional<Account> FindAccount(absl::string_view passwd, uint32_t uid) {
  return FirstEntry<7>(passwd, kId, absl::StrCat(uid));
}

std::optional<Account> FindAccount(absl::string_view passwd,
                                   absl::string_view name) {
  return FirstEntry<7>(passwd, kName, name);
}

std::optional<Group> FindGroup(absl::string_view group, uint32_t gid) {
  return FirstEntry<4>(group, kId, absl::StrCat(gid));
}

std::optional<Group> FindGroup(absl::string_view group,
                               absl::string_view name) {
  return FirstEntry<4>(group, kName, name);
}

std::string WithAccount(absl::string_view passwd, const Account& account) {
  return WithLine(
      passwd, absl::StrCat(account.name, ":x:", account.uid, ":", account.gid,
                           "::", account.home, ":", account.shell));
}

std::string WithGroup(absl::string_view group, const Group& entry) {
  return WithLine(group, absl::StrCat(entry.name, ":x:", entry.gid, ":"));
}

}  // namespace sbx::idmap
