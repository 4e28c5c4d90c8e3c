// SPDX-License-Identifier: Apache-2.0

#include "idmap/identity.h"

#include <string>
#include <variant>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "idmap/extents.h"
#include "sandbox/sys/status.h"

namespace sbx::idmap {
namespace {

// Without a file of the sandbox's own.  "nobody" is whom the kernel shows for
// ids that are not mapped.
constexpr absl::string_view kLeastPasswd =
    "root:x:0:0:root:/root:/bin/sh\n"
    "nobody:x:65534:65534:nobody:/:/bin/false\n";
constexpr absl::string_view kLeastGroup =
    "root:x:0:\n"
    "nogroup:x:65534:\n";

constexpr absl::string_view kShell = "/bin/sh";

absl::Status Refuse(const std::string& words) {
  return absl::FailedPreconditionError(words);
}

// What the sandbox's files say before anything is added to them; unset: it has
// none and gets none, for it would have to be written into a directory that
// is not ours.
std::optional<std::string> PasswdText(const Spec& spec, const Facts& facts) {
  if (spec.accounts == Accounts::kNone) return std::string(kLeastPasswd);
  return facts.passwd;
}

std::optional<std::string> GroupText(const Spec& spec, const Facts& facts) {
  if (spec.accounts == Accounts::kNone) return std::string(kLeastGroup);
  return facts.group;
}

// A text that needs nothing added is news only where there was no file.
std::optional<std::string> Unread(const Spec& spec, const std::string& text) {
  if (spec.accounts != Accounts::kNone) return std::nullopt;
  return text;
}

std::string PathOfPasswd(const Spec& spec) {
  return absl::StrCat(spec.accounts == Accounts::kDirectory ? spec.root : "",
                      "/etc/passwd");
}

absl::StatusOr<Identity> Named(const UserName& user, const Spec& spec,
                               const std::optional<std::string>& passwd) {
  const std::string doing =
      absl::StrCat("looking for the user ", sys::Quoted(user.name));
  if (!passwd) {
    return Refuse(absl::StrCat(doing, ": the sandbox has no ",
                               sys::Quoted(PathOfPasswd(spec)),
                               "; give a number, --user=UID"));
  }
  const auto account = FindAccount(*passwd, user.name);
  if (!account) {
    return Refuse(absl::StrCat(doing, ": ", sys::Quoted(PathOfPasswd(spec)),
                               " has no entry for it"));
  }
  return Identity{.uid = account->uid, .gid = account->gid, .account = account};
}

Identity Numbered(uint32_t uid, std::optional<uint32_t> gid,
                  const std::optional<std::string>& passwd) {
  const auto account = FindAccount(passwd.value_or(""), uid);
  if (!gid) gid = account ? account->gid : uid;
  return {.uid = uid, .gid = *gid, .account = account};
}

// The caller as listed extents show it.
absl::StatusOr<uint32_t> OwnInside(absl::string_view kind, uint32_t own,
                                   const Spec& spec) {
  const std::optional<uint32_t> inside = InsideOf(spec.extents, own);
  if (inside) return *inside;
  return Refuse(absl::StrCat("mapping the listed ids: your own ", kind, " id, ",
                             own,
                             ", is not among them; list it, or "
                             "name the command's user, --user=UID:GID"));
}

absl::StatusOr<Identity> Same(const Spec& spec, const Facts& facts,
                              const std::optional<std::string>& passwd) {
  if (spec.ids != Ids::kListed) {
    return Numbered(facts.uid, facts.gid, passwd);
  }
  SBX_ASSIGN_OR_RETURN(const uint32_t uid, OwnInside("user", facts.uid, spec));
  SBX_ASSIGN_OR_RETURN(const uint32_t gid, OwnInside("group", facts.gid, spec));
  return Numbered(uid, gid, passwd);
}

// Returns the first of `names` that `is_taken` leaves, or else one that ends in
// the id.
template <typename IsTaken>
std::string FreeName(const std::vector<std::string>& names, uint32_t id,
                     IsTaken is_taken) {
  for (const std::string& name : names) {
    if (!is_taken(name)) return name;
  }
  std::string name = absl::StrCat("sbx", id);
  while (is_taken(name)) name += "_";
  return name;
}

std::vector<std::string> NamesFor(uint32_t id, const Facts& facts) {
  if (id == 0) return {"root", "sbx"};
  if (facts.caller) return {facts.caller->name, "sbx"};
  return {"sbx"};
}

std::string HomeFor(uint32_t uid, const Spec& spec, const Facts& facts) {
  const bool same = std::holds_alternative<SameUser>(spec.user);
  if (same && facts.caller && !facts.caller->home.empty()) {
    return facts.caller->home;
  }
  return uid == 0 ? "/root" : "/";
}

Account NewAccount(const Identity& identity, const Spec& spec,
                   const Facts& facts) {
  const std::string passwd = PasswdText(spec, facts).value_or("");
  const auto is_taken = [&](absl::string_view name) {
    return FindAccount(passwd, name).has_value();
  };
  return {
      .name = FreeName(NamesFor(identity.uid, facts), identity.uid, is_taken),
      .uid = identity.uid,
      .gid = identity.gid,
      .home = HomeFor(identity.uid, spec, facts),
      .shell = std::string(kShell)};
}

Group NewGroup(uint32_t gid, const Facts& facts, absl::string_view group) {
  const auto is_taken = [&](absl::string_view name) {
    return FindGroup(group, name).has_value();
  };
  return {.name = FreeName(NamesFor(gid, facts), gid, is_taken), .gid = gid};
}

}  // namespace

absl::StatusOr<Identity> PlanIdentity(const Spec& spec, const Facts& facts) {
  const auto passwd = PasswdText(spec, facts);
  if (const auto* name = std::get_if<UserName>(&spec.user)) {
    return Named(*name, spec, passwd);
  }
  if (const auto* ids = std::get_if<UserIds>(&spec.user)) {
    return Numbered(ids->uid, ids->gid, passwd);
  }
  return Same(spec, facts, passwd);
}

Login LoginOf(const Identity& identity, const Spec& spec, const Facts& facts) {
  const Account account =
      identity.account.value_or(NewAccount(identity, spec, facts));
  return {.name = account.name,
          .home = account.home.empty() ? "/" : account.home,
          .shell = account.shell.empty() ? std::string(kShell) : account.shell};
}

std::optional<std::string> PlanPasswd(const Identity& identity,
                                      const Spec& spec, const Facts& facts) {
  const auto passwd = PasswdText(spec, facts);
  if (!passwd) return std::nullopt;
  if (identity.account) return Unread(spec, *passwd);
  return WithAccount(*passwd, NewAccount(identity, spec, facts));
}

std::optional<std::string> PlanGroup(const Identity& identity, const Spec& spec,
                                     const Facts& facts) {
  const auto group = GroupText(spec, facts);
  if (!group) return std::nullopt;
  if (FindGroup(*group, identity.gid)) return Unread(spec, *group);
  return WithGroup(*group, NewGroup(identity.gid, facts, *group));
}

}  // namespace sbx::idmap
