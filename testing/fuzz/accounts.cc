// SPDX-License-Identifier: Apache-2.0
//
// /etc/passwd and /etc/group, which a root file system from anywhere brings.

#include "idmap/accounts.h"

#include <optional>
#include <string>

#include "testing/fuzz/target.h"

namespace sbx::test {
namespace {

using idmap::Account;
using idmap::Group;

void RequireField(const std::string& field) {
  Require(field.find(':') == std::string::npos &&
              field.find('\n') == std::string::npos &&
              field.find('\0') == std::string::npos,
          "a field ends where the next one starts");
}

void CheckAccount(const Account& account, absl::string_view passwd) {
  RequireField(account.name);
  RequireField(account.home);
  RequireField(account.shell);
  Require(idmap::FindAccount(idmap::WithAccount("", account), account.uid) ==
              account,
          "what is written is read");
  Require(
      idmap::FindAccount(idmap::WithAccount(passwd, account), account.uid) ==
          idmap::FindAccount(passwd, account.uid),
      "the first entry counts");
}

void CheckGroup(const Group& group) {
  RequireField(group.name);
  Require(idmap::FindGroup(idmap::WithGroup("", group), group.gid) == group,
          "what is written is read");
}

void CheckAdded(absl::string_view text) {
  const Account added = {.name = "added",
                         .uid = 77777,
                         .gid = 77778,
                         .home = "/home/added",
                         .shell = "/bin/sh"};
  const std::optional<Account> before = idmap::FindAccount(text, added.uid);
  Require(idmap::FindAccount(idmap::WithAccount(text, added), added.uid) ==
              before.value_or(added),
          "an entry behind any text is found");
  const Group group = {.name = "added", .gid = 77778};
  const std::optional<Group> old = idmap::FindGroup(text, group.gid);
  Require(idmap::FindGroup(idmap::WithGroup(text, group), group.gid) ==
              old.value_or(group),
          "an entry behind any text is found");
}

void Check(absl::string_view text) {
  for (const uint32_t id : {0u, 1000u, 77777u, 77778u}) {
    const auto account = idmap::FindAccount(text, id);
    if (account) {
      Require(account->uid == id, "the account is the one asked for");
      CheckAccount(*account, text);
    }
    const auto group = idmap::FindGroup(text, id);
    if (group) {
      Require(group->gid == id, "the group is the one asked for");
      CheckGroup(*group);
    }
  }
  const auto named = idmap::FindAccount(text, "ana");
  Require(!named || named->name == "ana", "the name is the one asked for");
  if (named) CheckAccount(*named, text);
  CheckAdded(text);
}

}  // namespace

const Target kTarget = {
    .seeds = {std::string("root:x:0:0:root:/root:/bin/bash\n") +
                  "ana:x:1000:1000:Ana,,,:/home/ana:/bin/sh\n",
              "ana:x:1000:1000\n#ana:x:0:0\n+ana::::::\n", "root:x:0:\n",
              "ana:x:1000:bob,eve\nadded:x:77778:\n", ":x:1000:1000:::",
              "ana:x:01000:1000:::\nadded:x:77777:77778::/:/bin/sh",
              std::string("an\0a:x:1000:0:::\n", 16)},
    .check = Check};

}  // namespace sbx::test
