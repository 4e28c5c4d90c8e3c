// SPDX-License-Identifier: Apache-2.0
//
// The texts of /etc/passwd and /etc/group (passwd(5), group(5)).  Pure: reads
// no file and asks no name service.

#ifndef SBX_IDMAP_ACCOUNTS_H_
#define SBX_IDMAP_ACCOUNTS_H_

#include <cstdint>
#include <optional>
#include <string>

#include "absl/strings/string_view.h"

namespace sbx::idmap {

// A user: a line of /etc/passwd.
struct Account {
  std::string name = {};
  uint32_t uid = 0;
  uint32_t gid = 0;
  std::string home = {};
  std::string shell = {};
  bool operator==(const Account&) const = default;
};

// A line of /etc/group, without its members.
struct Group {
  std::string name = {};
  uint32_t gid = 0;
  bool operator==(const Group&) const = default;
};

// Return the first entry for it, as getpwuid(3) and its like do.  Lines that
// are no entry count for nothing.
std::optional<Account> FindAccount(absl::string_view passwd, uint32_t uid);
std::optional<Account> FindAccount(absl::string_view passwd,
                                   absl::string_view name);
std::optional<Group> FindGroup(absl::string_view group, uint32_t gid);
std::optional<Group> FindGroup(absl::string_view group, absl::string_view name);

// Return the text with a line for the entry put behind the last.
std::string WithAccount(absl::string_view passwd, const Account& account);
std::string WithGroup(absl::string_view group, const Group& entry);

}  // namespace sbx::idmap

#endif  // SBX_IDMAP_ACCOUNTS_H_
