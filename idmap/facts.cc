// SPDX-License-Identifier: Apache-2.0

#include "idmap/facts.h"

#include <linux/capability.h>
#include <unistd.h>

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "idmap/helper.h"
#include "idmap/plan.h"
#include "idmap/text.h"
#include "sandbox/sys/capabilities.h"
#include "sandbox/sys/host_program.h"
#include "sandbox/sys/self.h"
#include "sandbox/sys/status.h"

namespace sbx::idmap {
namespace {

// Users and groups: which file of the host, and which option of getsubids(1).
struct Kind {
  std::string HostPaths::*file;
  absl::string_view option;
};
constexpr Kind kUsers = {.file = &HostPaths::subuid, .option = ""};
constexpr Kind kGroups = {.file = &HostPaths::subgid, .option = "-g"};

absl::StatusOr<std::optional<std::string>> ReadAccounts(
    const Spec& spec, const std::string& host, const std::string& inside) {
  switch (spec.accounts) {
    case Accounts::kHost:
      return ReadText(host);
    case Accounts::kDirectory:
      return ReadTextInRoot(spec.root, inside);
    case Accounts::kNone:
    case Accounts::kUnread:
      break;
  }
  return std::nullopt;
}

absl::StatusOr<std::vector<std::string>> ReadSources(absl::string_view database,
                                                     const HostPaths& host) {
  SBX_ASSIGN_OR_RETURN(const auto text, ReadText(host.nsswitch));
  return SourcesOf(database, text.value_or(""));
}

// Asks all of the host's name services: LDAP, sssd, systemd-homed.
absl::StatusOr<std::optional<Account>> AskForAccount(uint32_t uid,
                                                     const HostPaths& host) {
  const std::string getent = FindProgram("getent", host.programs);
  if (getent.empty()) return std::nullopt;
  SBX_ASSIGN_OR_RETURN(
      sys::HostProgram program,
      sys::HostProgram::Start(getent, {"passwd", absl::StrCat(uid)}));
  SBX_ASSIGN_OR_RETURN(const sys::HostProgram::Outcome outcome, program.Wait());
  // Whatever its exit status: without an entry, nobody knows the caller.
  return FindAccount(outcome.words, uid);
}

bool AreOnlyFiles(const std::vector<std::string>& sources) {
  return std::all_of(
      sources.begin(), sources.end(),
      [](const std::string& source) { return source == "files"; });
}

absl::StatusOr<std::optional<Account>> ReadCaller(const Spec& spec,
                                                  const Facts& facts,
                                                  const HostPaths& host) {
  std::optional<std::string> passwd = facts.passwd;
  if (spec.accounts != Accounts::kHost) {
    SBX_ASSIGN_OR_RETURN(passwd, ReadText(host.passwd));
  }
  auto account = FindAccount(passwd.value_or(""), facts.uid);
  if (account) return account;
  SBX_ASSIGN_OR_RETURN(const std::vector<std::string> sources,
                       ReadSources("passwd", host));
  // A container with an arbitrary uid, say, pays for no program.
  if (AreOnlyFiles(sources)) return std::nullopt;
  return AskForAccount(facts.uid, host);
}

absl::StatusOr<std::vector<Range>> AskForRanges(const Kind& kind,
                                                const Owner& owner,
                                                const HostPaths& host) {
  const std::string getsubids = FindProgram("getsubids", host.programs);
  if (getsubids.empty()) {
    return absl::FailedPreconditionError(absl::StrCat(
        sys::Quoted(host.nsswitch),
        " has subordinate ids come from elsewhere "
        "than files, and getsubids, which would ask there, is not installed; "
        "as root: install uidmap (shadow-utils-subid on Fedora); or run with "
        "--ids=self"));
  }
  std::vector<std::string> arguments = {owner.name};
  if (!kind.option.empty()) {
    arguments.insert(arguments.begin(), std::string(kind.option));
  }
  SBX_ASSIGN_OR_RETURN(sys::HostProgram program,
                       sys::HostProgram::Start(getsubids, arguments));
  SBX_ASSIGN_OR_RETURN(const std::string output, program.Finish());
  return RangesPrinted(output);
}

absl::StatusOr<std::vector<Range>> ReadRanges(
    const Kind& kind, const Owner& owner,
    const std::vector<std::string>& sources, const HostPaths& host) {
  // Only the first source counts, as for newuidmap(1).
  if (!sources.empty() && sources[0] != "files") {
    return AskForRanges(kind, owner, host);
  }
  SBX_ASSIGN_OR_RETURN(const auto text, ReadText(host.*kind.file));
  return RangesOf(owner, text.value_or(""));
}

absl::StatusOr<bool> MayMapAny() {
  SBX_ASSIGN_OR_RETURN(const sys::CapabilitySet held,
                       sys::EffectiveCapabilities());
  return held.Has(CAP_SETUID) && held.Has(CAP_SETGID);
}

absl::StatusOr<SubordinateFacts> ReadSubordinate(const Facts& facts,
                                                 const HostPaths& host) {
  const std::string number = absl::StrCat(facts.uid);
  const Owner owner = {.name = facts.caller ? facts.caller->name : number,
                       .uid = facts.uid};
  SubordinateFacts found;
  SBX_ASSIGN_OR_RETURN(const std::vector<std::string> sources,
                       ReadSources("subid", host));
  SBX_ASSIGN_OR_RETURN(found.uids, ReadRanges(kUsers, owner, sources, host));
  SBX_ASSIGN_OR_RETURN(found.gids, ReadRanges(kGroups, owner, sources, host));
  found.newuidmap = FindHelper("newuidmap", CAP_SETUID, host.programs);
  found.newgidmap = FindHelper("newgidmap", CAP_SETGID, host.programs);
  SBX_ASSIGN_OR_RETURN(found.no_new_privileges, sys::NewPrivilegesForbidden());
  SBX_ASSIGN_OR_RETURN(found.may_map_any, MayMapAny());
  return found;
}

bool NeedsSubordinate(const Spec& spec, const Facts& facts) {
  if (spec.ids == Ids::kListed) {
    return !OnlyOwnId(spec.extents, facts.uid, facts.gid);
  }
  return WantsRange(spec);
}

}  // namespace

absl::StatusOr<Facts> ReadFacts(const Spec& spec, const HostPaths& host) {
  Facts facts = {.uid = geteuid(), .gid = getegid()};
  SBX_ASSIGN_OR_RETURN(facts.passwd,
                       ReadAccounts(spec, host.passwd, "/etc/passwd"));
  SBX_ASSIGN_OR_RETURN(facts.group,
                       ReadAccounts(spec, host.group, "/etc/group"));
  if (spec.accounts != Accounts::kUnread) {
    SBX_ASSIGN_OR_RETURN(facts.caller, ReadCaller(spec, facts, host));
  }
  if (NeedsSubordinate(spec, facts)) {
    SBX_ASSIGN_OR_RETURN(facts.subordinate, ReadSubordinate(facts, host));
  }
  return facts;
}

}  // namespace sbx::idmap
