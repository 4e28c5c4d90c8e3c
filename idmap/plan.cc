// SPDX-License-Identifier: Apache-2.0

#include "idmap/plan.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "idmap/extents.h"
#include "idmap/identity.h"
#include "sandbox/sys/status.h"

namespace sbx::idmap {
namespace {

// What differs between users and groups.
struct Kind {
  absl::string_view word;
  absl::string_view file;
  absl::string_view usermod_option;
  std::vector<Range> SubordinateFacts::*ranges;
  uint32_t Facts::*own;
};
constexpr Kind kUsers = {.word = "user",
                         .file = "/etc/subuid",
                         .usermod_option = "--add-subuids",
                         .ranges = &SubordinateFacts::uids,
                         .own = &Facts::uid};
constexpr Kind kGroups = {.word = "group",
                          .file = "/etc/subgid",
                          .usermod_option = "--add-subgids",
                          .ranges = &SubordinateFacts::gids,
                          .own = &Facts::gid};

constexpr absl::string_view kMappingRange = "mapping a range of ids";
constexpr absl::string_view kOrSelf = "; or run with --ids=self";

absl::Status Refuse(const std::string& words) {
  return absl::FailedPreconditionError(words);
}

absl::Status RefuseRange(const std::string& words) {
  return Refuse(absl::StrCat(kMappingRange, ": ", words, kOrSelf));
}

Ids IdsOf(const Spec& spec) {
  if (spec.ids != Ids::kAuto) return spec.ids;
  const bool others_matter = spec.accounts == Accounts::kDirectory ||
                             !std::holds_alternative<SameUser>(spec.user);
  return others_matter ? Ids::kRange : Ids::kSelf;
}

std::string CallerName(const Facts& facts) {
  return facts.caller ? facts.caller->name : absl::StrCat(facts.uid);
}

const std::vector<Range>& SubordinateOf(const Kind& kind, const Facts& facts) {
  return (*facts.subordinate).*kind.ranges;
}

absl::Status CheckHelper(absl::string_view name, absl::string_view capability,
                         const Helper& helper) {
  const std::string path = sys::Quoted(helper.path);
  switch (helper.state) {
    case Helper::State::kReady:
      return absl::OkStatus();
    case Helper::State::kMissing:
      return RefuseRange(absl::StrCat(
          name,
          " is not installed; as root: install uidmap (shadow-utils on "
          "Fedora)"));
    case Helper::State::kNotPrivileged:
      return RefuseRange(
          absl::StrCat(path, " is neither setuid root nor has it ", capability,
                       "; as root: chmod u+s ", helper.path, ", or setcap ",
                       capability, "=ep ", helper.path));
    case Helper::State::kOnNosuidMount:
      return RefuseRange(absl::StrCat(
          path,
          " gets no privileges, for it lies on a file system that is "
          "mounted nosuid"));
  }
  return absl::OkStatus();
}

absl::Status CheckHelpers(const Facts& facts) {
  const SubordinateFacts& found = *facts.subordinate;
  if (!facts.caller) {
    return RefuseRange(
        absl::StrCat("newuidmap serves only users who have an account, and "
                     "nobody knows user id ",
                     facts.uid));
  }
  SBX_RETURN_IF_ERROR(CheckHelper("newuidmap", "cap_setuid", found.newuidmap));
  SBX_RETURN_IF_ERROR(CheckHelper("newgidmap", "cap_setgid", found.newgidmap));
  if (!found.no_new_privileges) return absl::OkStatus();
  return RefuseRange(
      "newuidmap gets no privileges, for sbx was started with no_new_privs "
      "set (by another sandbox, or NoNewPrivileges= of systemd); start it "
      "without");
}

absl::Status CheckHasRange(const Kind& kind, const Facts& facts) {
  if (!SubordinateOf(kind, facts).empty()) return absl::OkStatus();
  const std::string name = CallerName(facts);
  return RefuseRange(absl::StrCat(sys::Quoted(name), " has no subordinate ",
                                  kind.word, " ids in ", kind.file,
                                  "; as root: usermod ", kind.usermod_option,
                                  " 100000-165535 ", name));
}

std::string RangesText(const std::vector<Range>& ranges) {
  if (ranges.empty()) return "none";
  constexpr size_t kMostShown = 5;
  std::vector<std::string> texts;
  for (const Range& range : ranges) {
    if (texts.size() == kMostShown) {
      texts.push_back("…");
      break;
    }
    texts.push_back(
        absl::StrCat(range.first, "-", range.first + (range.count - 1)));
  }
  return absl::StrJoin(texts, ", ");
}

uint64_t CountOf(const std::vector<Range>& ranges) {
  uint64_t count = 0;
  for (const Range& range : ranges) count += range.count;
  return count;
}

// Whether the caller may use all ids outside of `extent`.
absl::Status CheckAllowed(const Kind& kind, const Extent& extent,
                          const Facts& facts) {
  const std::vector<Range>& ranges = SubordinateOf(kind, facts);
  std::vector<Range> missing =
      Without({{.first = extent.outside, .count = extent.count}},
              {.first = facts.*kind.own, .count = 1});
  for (const Range& range : ranges) missing = Without(missing, range);
  if (missing.empty()) return absl::OkStatus();
  return Refuse(absl::StrCat(
      "mapping the listed ids: ", kind.word, " id ", missing[0].first,
      " is not ", sys::Quoted(CallerName(facts)), "'s to use: ", extent.inside,
      ":", extent.outside, ":", extent.count, " asks for ", extent.count,
      " ids, of which ", extent.count - CountOf(missing),
      " are there; list fewer (subordinate in ", kind.file, ": ",
      RangesText(ranges), ")"));
}

absl::Status CheckMapped(const Kind& kind, const std::vector<Extent>& extents,
                         uint32_t inside) {
  if (OutsideOf(extents, inside)) return absl::OkStatus();
  return Refuse(absl::StrCat("mapping the listed ids: the command's ",
                             kind.word, " id inside, ", inside,
                             ", is not among them"));
}

absl::Status PlanSelf(const Identity& identity, const Facts& facts,
                      Plan& plan) {
  plan.writer = Writer::kChild;
  plan.uids = {{.inside = identity.uid, .outside = facts.uid, .count = 1}};
  plan.gids = {{.inside = identity.gid, .outside = facts.gid, .count = 1}};
  return absl::OkStatus();
}

absl::Status PlanGiven(const Spec& spec, Plan& plan) {
  constexpr Extent kAll = {.inside = 0, .outside = 0, .count = UINT32_MAX};
  plan.writer = Writer::kNobody;
  plan.uids = {kAll};
  plan.gids = {kAll};
  if (std::holds_alternative<SameUser>(spec.user)) {
    plan.user_switch = Switch::kNone;
  }
  return absl::OkStatus();
}

absl::Status PlanWriter(const Facts& facts, Plan& plan) {
  const SubordinateFacts& found = *facts.subordinate;
  if (found.may_map_any) {
    plan.writer = Writer::kParent;
    return absl::OkStatus();
  }
  SBX_RETURN_IF_ERROR(CheckHelpers(facts));
  plan.writer = Writer::kHelpers;
  plan.newuidmap = found.newuidmap.path;
  plan.newgidmap = found.newgidmap.path;
  return absl::OkStatus();
}

absl::Status CheckMaps(const Plan& plan) {
  for (const auto* extents : {&plan.uids, &plan.gids}) {
    const absl::Status status = CheckExtents(*extents);
    if (!status.ok()) return sys::While(kMappingRange, status);
  }
  return absl::OkStatus();
}

absl::Status PlanRange(const Identity& identity, const Facts& facts,
                       Plan& plan) {
  SBX_RETURN_IF_ERROR(PlanWriter(facts, plan));
  SBX_RETURN_IF_ERROR(CheckHasRange(kUsers, facts));
  SBX_RETURN_IF_ERROR(CheckHasRange(kGroups, facts));
  plan.uids =
      FillAround({.inside = identity.uid, .outside = facts.uid, .count = 1},
                 facts.subordinate->uids);
  plan.gids =
      FillAround({.inside = identity.gid, .outside = facts.gid, .count = 1},
                 facts.subordinate->gids);
  return CheckMaps(plan);
}

absl::Status CheckAllAllowed(const Spec& spec, const Facts& facts) {
  if (facts.subordinate->may_map_any) return absl::OkStatus();
  for (const Extent& extent : spec.extents) {
    SBX_RETURN_IF_ERROR(CheckAllowed(kUsers, extent, facts));
    SBX_RETURN_IF_ERROR(CheckAllowed(kGroups, extent, facts));
  }
  return absl::OkStatus();
}

absl::Status PlanListed(const Identity& identity, const Spec& spec,
                        const Facts& facts, Plan& plan) {
  SBX_RETURN_IF_ERROR(CheckMapped(kUsers, spec.extents, identity.uid));
  SBX_RETURN_IF_ERROR(CheckMapped(kGroups, spec.extents, identity.gid));
  if (OnlyOwnId(spec.extents, facts.uid, facts.gid)) {
    return PlanSelf(identity, facts, plan);
  }
  SBX_RETURN_IF_ERROR(CheckAllAllowed(spec, facts));
  plan.uids = Isolated(spec.extents, facts.uid);
  plan.gids = Isolated(spec.extents, facts.gid);
  SBX_RETURN_IF_ERROR(CheckMaps(plan));
  return PlanWriter(facts, plan);
}

// Whoever read the facts read them for the same Spec.
absl::Status CheckFacts(const Spec& spec, const Facts& facts) {
  const bool own_id_alone = IdsOf(spec) == Ids::kSelf ||
                            IdsOf(spec) == Ids::kGiven ||
                            (IdsOf(spec) == Ids::kListed &&
                             OnlyOwnId(spec.extents, facts.uid, facts.gid));
  if (own_id_alone || facts.subordinate) return absl::OkStatus();
  return absl::InternalError(
      "nothing is known about subordinate ids, which this plan needs");
}

absl::Status PlanMaps(const Identity& identity, const Spec& spec,
                      const Facts& facts, Plan& plan) {
  SBX_RETURN_IF_ERROR(CheckFacts(spec, facts));
  switch (IdsOf(spec)) {
    case Ids::kAuto:  // IdsOf never says so.
    case Ids::kSelf:
      return PlanSelf(identity, facts, plan);
    case Ids::kRange:
      return PlanRange(identity, facts, plan);
    case Ids::kListed:
      return PlanListed(identity, spec, facts, plan);
    case Ids::kGiven:
      return PlanGiven(spec, plan);
  }
  return absl::OkStatus();
}

absl::Status CheckGroupControl(const Plan& plan) {
  if (plan.writer != Writer::kChild || plan.groups == GroupControl::kDenied) {
    return absl::OkStatus();
  }
  return absl::InvalidArgumentError(
      "allowing the command to change its groups takes more ids than its own, "
      "for the kernel forbids it to whoever maps only their own id; run with "
      "--ids=range");
}

}  // namespace

bool WantsRange(const Spec& spec) {
  switch (IdsOf(spec)) {
    case Ids::kAuto:
    case Ids::kSelf:
    case Ids::kGiven:
      return false;
    case Ids::kRange:
      return true;
    case Ids::kListed:
      return spec.extents.size() > 1 ||
             (spec.extents.size() == 1 && spec.extents[0].count > 1);
  }
  return false;
}

bool OnlyOwnId(const std::vector<Extent>& extents, uint32_t uid, uint32_t gid) {
  return extents.size() == 1 && extents[0].count == 1 &&
         extents[0].outside == uid && extents[0].outside == gid;
}

absl::StatusOr<Plan> PlanIds(const Spec& spec, const Facts& facts) {
  if (spec.ids == Ids::kListed) {
    SBX_RETURN_IF_ERROR(CheckExtents(spec.extents));
  }
  SBX_ASSIGN_OR_RETURN(const Identity identity, PlanIdentity(spec, facts));
  Plan plan = {.groups = spec.groups, .uid = identity.uid, .gid = identity.gid};
  SBX_RETURN_IF_ERROR(PlanMaps(identity, spec, facts, plan));
  SBX_RETURN_IF_ERROR(CheckGroupControl(plan));
  plan.login = LoginOf(identity, spec, facts);
  plan.passwd = PlanPasswd(identity, spec, facts);
  plan.group = PlanGroup(identity, spec, facts);
  return plan;
}

}  // namespace sbx::idmap
