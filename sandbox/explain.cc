// SPDX-License-Identifier: Apache-2.0

#include "sandbox/explain.h"

#include <linux/securebits.h>

#include <variant>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "policy/capabilities.h"
#include "policy/seccomp/groups.h"
#include "sandbox/protections/protections.h"
#include "sandbox/sys/path.h"
#include "sandbox/sys/status.h"

namespace sbx {
namespace {

// Words for each operation on the root.
struct Words {
  std::string operator()(const fs::Bind& bind) const {
    return absl::StrCat(
        bind.access == fs::Access::kReadOnly ? "read-only" : "writable",
        bind.host == bind.inside
            ? ""
            : absl::StrCat("  ", sys::PlainOrQuoted(bind.host)),
        bind.devices == fs::Devices::kUsable ? ", devices too" : "",
        bind.descriptor ? absl::StrCat(", from descriptor ", *bind.descriptor)
                        : "",
        bind.source == fs::Absent::kSkip ? ", if it is there" : "");
  }
  std::string operator()(const fs::Overlay& overlay) const {
    static constexpr absl::string_view kWritten[] = {
        "writes kept", "writes kept in memory", "read-only"};
    const auto name = [](std::string* out, const std::string& layer) {
      absl::StrAppend(out, sys::PlainOrQuoted(layer));
    };
    return absl::StrCat(
        "overlay of ", absl::StrJoin(overlay.layers, ", ", name), ", ",
        kWritten[static_cast<int>(overlay.upper)],
        overlay.upper == fs::Upper::kHost ? " in " : "",
        overlay.written.empty() ? "" : sys::PlainOrQuoted(overlay.written));
  }
  std::string operator()(const fs::Device& device) const {
    return absl::StrCat("device ", sys::PlainOrQuoted(device.host));
  }
  std::string operator()(const fs::Tmpfs& tmpfs) const {
    return absl::StrCat(
        "empty, in memory",
        tmpfs.size ? absl::StrCat(", ", *tmpfs.size, " bytes") : "");
  }
  std::string operator()(const fs::Directory&) const { return "directory"; }
  std::string operator()(const fs::File& file) const {
    return absl::StrCat("file, from descriptor ", file.content);
  }
  std::string operator()(const fs::Text&) const { return "file, read-only"; }
  std::string operator()(const fs::Data& data) const {
    return absl::StrCat(
        data.access == fs::Access::kReadOnly ? "read-only" : "writable",
        " copy of descriptor ", data.content);
  }
  std::string operator()(const fs::Mode& mode) const {
    return absl::StrFormat("mode %04o", mode.mode);
  }
  std::string operator()(const fs::ReadOnly&) const {
    return "read-only from here on";
  }
  std::string operator()(const fs::Symlink& link) const {
    return absl::StrCat("-> ", sys::PlainOrQuoted(link.target));
  }
  std::string operator()(const fs::Hide&) const { return "hidden"; }
  std::string operator()(const fs::Proc& proc) const {
    static constexpr absl::string_view kProcesses[] = {
        "the sandbox's own processes", "the host's processes",
        "the host's processes, read-only"};
    return std::string(kProcesses[static_cast<int>(proc.processes)]);
  }
  std::string operator()(const fs::Dev&) const { return "minimal devices"; }
  std::string operator()(const fs::Mqueue&) const { return "message queues"; }
};

std::string Line(const fs::Item& item, size_t depth) {
  return absl::StrFormat(
      "  %-24s %s%s\n",
      absl::StrCat(std::string(2 * depth, ' '),
                   sys::PlainOrQuoted(fs::InsideOf(item.operation))),
      std::visit(Words(), item.operation),
      item.reason.empty() ? "" : absl::StrCat("  (", item.reason, ")"));
}

// The operations as a tree: each below the last one before it that it lies in.
class Tree {
 public:
  explicit Tree(const std::vector<fs::Item>& items)
      : items_(items), below_(items.size() + 1) {
    for (size_t i = 0; i < items.size(); ++i) below_[Above(i)].push_back(i);
  }

  std::string Text() const { return TextBelow(items_.size(), 0); }

 private:
  // The number of all items stands for what lies in none.
  size_t Above(size_t item) const {
    const std::string path = fs::InsideOf(items_[item].operation);
    size_t above = items_.size();
    for (size_t i = 0; i < item; ++i) {
      const std::string other = fs::InsideOf(items_[i].operation);
      if (path != other && sys::IsAtOrBelow(path, other)) above = i;
    }
    return above;
  }

  std::string TextBelow(size_t item, size_t depth) const {
    std::string text;
    for (const size_t i : below_[item]) {
      absl::StrAppend(&text, Line(items_[i], depth), TextBelow(i, depth + 1));
    }
    return text;
  }

  const std::vector<fs::Item>& items_;
  std::vector<std::vector<size_t>> below_;
};

// A protection that has a line in any case.
std::string LineOf(Protection protection, const ProtectionRows& rows) {
  return absl::StrCat(NameOf(protection), ": ",
                      rows[static_cast<size_t>(protection)].obtained, "\n");
}

std::string RootWords(const ChrootPlan& root) {
  return absl::StrCat("files, those below ", sys::PlainOrQuoted(root.directory),
                      ", which is the root, ",
                      root.mount == Own::kYes
                          ? "and a mount of its own"
                          : absl::StrCat("but no mount of its own (",
                                         root.no_mount_reason, ")"));
}

std::string Grants(const Plan& plan) {
  static constexpr absl::string_view kRights[] = {"hidden", "read-only",
                                                  "writable", "device"};
  std::string text = plan.mode == Mode::kChroot ? RootWords(plan.chroot)
                                                : "files, those of the host";
  absl::StrAppend(&text, plan.grants.empty() ? ", and all that is in it:\n"
                                             : ", as Landlock gives them:\n");
  for (const fs::Grant& grant : plan.grants) {
    absl::StrAppend(
        &text, "  ", absl::StrFormat("%-24s ", sys::PlainOrQuoted(grant.path)),
        kRights[static_cast<int>(grant.right)],
        grant.hidden.empty()
            ? ""
            : absl::StrCat(", but for ", absl::StrJoin(grant.hidden, ", ")),
        grant.source == fs::Absent::kSkip ? ", if it is there" : "",
        grant.reason.empty() ? "" : absl::StrCat("  (", grant.reason, ")"),
        "\n");
  }
  return absl::StrCat(text, "  starts in ", sys::PlainOrQuoted(plan.files.cwd),
                      "\n");
}

std::string Files(const fs::Plan& files) {
  return absl::StrCat("files, what is below over what is above:\n",
                      Tree(files.steps).Text(), "  starts in ",
                      sys::PlainOrQuoted(files.cwd), "\n");
}

std::string Files(const Plan& plan) {
  if (IsConfined(plan.mode)) return Grants(plan);
  return Files(plan.files);
}

std::string Extents(absl::string_view what,
                    const std::vector<idmap::Extent>& extents) {
  const auto words = [](std::string* out, const idmap::Extent& extent) {
    absl::StrAppend(out, extent.inside);
    if (extent.count > 1) {
      absl::StrAppend(out, "-", extent.inside + (extent.count - 1));
    }
    absl::StrAppend(out, " = ", extent.outside, " outside");
  };
  return absl::StrCat("  ", what, ": ", absl::StrJoin(extents, ", ", words),
                      "\n");
}

std::string Identity(const idmap::Plan& ids) {
  return absl::StrCat("ids:\n  the command is ",
                      sys::PlainOrQuoted(ids.login.name), " (uid ", ids.uid,
                      ", gid ", ids.gid, ")\n");
}

std::string Ids(const Plan& plan) {
  const idmap::Plan& ids = plan.ids;
  if (IsConfined(plan.mode)) return Identity(ids);
  static constexpr absl::string_view kWriters[] = {
      "the sandbox itself", "newuidmap and newgidmap", "sbx", "nobody"};
  return absl::StrCat(
      Identity(ids), Extents("users", ids.uids), Extents("groups", ids.gids),
      "  maps written by ", kWriters[static_cast<int>(ids.writer)],
      "; changing groups is ",
      ids.groups == idmap::GroupControl::kAllowed ? "allowed" : "denied", "\n");
}

// Sets that hold what anybody expects are not told.
std::string Capabilities(const policy::Plan& policy) {
  const sys::CapabilitySets& sets = policy.capabilities;
  std::string text =
      absl::StrCat("capabilities: ", policy::CapabilityNames(sets.permitted));
  const struct {
    absl::string_view name;
    sys::CapabilitySet set;
  } rows[] = {{"inheritable", sets.inheritable}, {"ambient", sets.ambient}};
  for (const auto& row : rows) {
    if (row.set.empty()) continue;
    absl::StrAppend(&text, "; ", row.name, " ",
                    policy::CapabilityNames(row.set));
  }
  return absl::StrCat(
      text, "; ",
      sets.bounding == sets.permitted
          ? "more"
          : absl::StrCat("more than ", policy::CapabilityNames(sets.bounding)),
      " can never be had\n", "user id 0: ",
      (policy.securebits & SECBIT_NOROOT) != 0 ||
              policy.held == policy::Held::kGivenUp
          ? "just a number, for good\n"
          : "root, with those capabilities\n");
}

// What a filter that was compiled with sbx refuses, by groups of calls.
std::string Refusals(const policy::BuiltInFilter& filter) {
  std::vector<absl::string_view> refused;
  absl::string_view last;
  for (const auto& row :
       policy::seccomp::Explain(filter.profile, filter.grants)) {
    // The rows after the first of a group are about arguments.
    const bool whole = row.group != last;
    last = row.group;
    if (whole && absl::StartsWith(row.outcome, "refused")) {
      refused.push_back(row.group);
    }
  }
  // Others look at arguments alone.
  if (refused.empty()) return "";
  return absl::StrCat("  ", policy::seccomp::NameOf(filter.profile),
                      " refuses: ", absl::StrJoin(refused, "; "), "\n");
}

std::string Refusals(const policy::Filters& filters) {
  std::string text;
  for (const policy::Filter& filter : filters.all) {
    const auto* built_in = std::get_if<policy::BuiltInFilter>(&filter);
    if (built_in != nullptr) absl::StrAppend(&text, Refusals(*built_in));
  }
  return text;
}

std::string SystemCalls(const policy::Plan& policy,
                        const ProtectionRows& rows) {
  if (policy.filters.all.empty()) return LineOf(Protection::kSystemCalls, rows);
  std::string text = absl::StrCat("system calls: the profile ",
                                  sys::PlainOrQuoted(policy.profile));
  if (policy.filters.given > 0) {
    absl::StrAppend(&text, "; ", policy.filters.given,
                    " further filters, by descriptor");
  }
  if (!policy.filters.unknown.empty()) {
    absl::StrAppend(&text, "; unknown and refused: ",
                    absl::StrJoin(policy.filters.unknown, ", "));
  }
  return absl::StrCat(text, "\n", Refusals(policy.filters));
}

std::string Limits(const policy::Plan& policy) {
  std::string text;
  for (const policy::Limit& limit : policy.limits) {
    absl::StrAppend(&text, "limit: ", limit.name, " ", limit.soft, " (hard ",
                    limit.hard, ")\n");
  }
  return text;
}

std::string Cgroup(const cgroup::Plan& plan) {
  if (plan.settings.empty() && plan.route == cgroup::Route::kNone) return "";
  std::string text = "cgroup: ";
  if (plan.route == cgroup::Route::kNone) return absl::StrCat(text, "none\n");
  absl::StrAppend(&text, plan.route == cgroup::Route::kSystemd
                             ? absl::StrCat("in a scope that systemd makes "
                                            "below ",
                                            plan.slice)
                             : "below the one that sbx is started in");
  for (const cgroup::Setting& setting : plan.settings) {
    absl::StrAppend(&text, "; ", setting.file, " ", setting.value);
  }
  return absl::StrCat(text, "\n");
}

std::string Devices(const cgroup::Plan& plan) {
  if (plan.device_limit == cgroup::DeviceLimit::kOff) return "";
  const auto name = [](std::string* out, const cgroup::DeviceRule& rule) {
    absl::StrAppend(out, rule.name);
    if (!rule.read || !rule.write || rule.make) {
      absl::StrAppend(out, ":", rule.read ? "r" : "", rule.write ? "w" : "",
                      rule.make ? "m" : "");
    }
  };
  static constexpr absl::string_view kBy[] = {
      "what is set for all that this user runs", "a filter of sbx's own",
      "a cgroup of version 1"};
  return absl::StrCat(
      "devices: all but ", absl::StrJoin(plan.devices, ", ", name),
      " are to be closed by ", kBy[static_cast<int>(plan.device_filter)], "\n");
}

std::string Life(const Plan& plan) {
  std::string text = absl::StrCat(
      "process 1: ",
      plan.process_one == ProcessOne::kReaper ? "sbx's reaper" : "the command",
      "; session: ",
      plan.session == Session::kCallers ? "the caller's" : "its own",
      "; ends with ",
      plan.parent_death == ParentDeath::kEndsSandbox
          ? "sbx or with whoever started it\n"
          : "sbx\n");
  if (plan.time_limit == absl::InfiniteDuration()) return text;
  absl::StrAppend(&text, "time limit: ", absl::FormatDuration(plan.time_limit),
                  ", then SIGTERM, and SIGKILL after ",
                  absl::FormatDuration(plan.grace), "\n");
  return text;
}

// What takes the place of a Landlock that is old costs something.
std::string RefusedBesides(const policy::Landlock& landlock) {
  if (landlock.refused_besides.empty()) return "";
  return absl::StrCat("refused besides, for the kernel has ABI ",
                      landlock.obtained, " of Landlock, and ", landlock.wanted,
                      " is wanted:\n  ",
                      absl::StrJoin(landlock.refused_besides, "\n  "), "\n");
}

std::string ModeWords(const Plan& plan) {
  return absl::StrCat(
      "mode: ", NameOf(plan.mode), plan.mode_reason.empty() ? "" : ", for ",
      plan.mode_reason, "\n", RefusedBesides(plan.policy.landlock));
}

std::string Command(const std::vector<std::string>& command) {
  const auto word = [](std::string* out, const std::string& argument) {
    absl::StrAppend(out, sys::Quoted(argument));
  };
  return absl::StrCat("command: ", absl::StrJoin(command, " ", word), "\n");
}

std::string Shortcoming(const ProtectionRow& row) {
  return absl::StrFormat(
      "  %-27s %s: %s  (%s%s)\n", NameOf(row.protection), NameOf(row.state),
      row.obtained, row.asked == kByDefault ? "" : row.asked + ": ", row.why);
}

}  // namespace

std::string Explain(const Plan& plan) {
  const ProtectionRows rows = ProtectionsOf(plan);
  return absl::StrCat(
      Command(plan.command), ModeWords(plan), Ids(plan), Files(plan),
      LineOf(Protection::kNamespaces, rows), LineOf(Protection::kNetwork, rows),
      Capabilities(plan.policy), LineOf(Protection::kNewPrivileges, rows),
      SystemCalls(plan.policy, rows), Limits(plan.policy), Cgroup(plan.cgroup),
      Devices(plan.cgroup), Life(plan));
}

std::string ExplainWeakness(const Plan& plan) {
  std::string weaker;
  std::vector<absl::string_view> not_asked_for;
  for (const ProtectionRow& row : ProtectionsOf(plan)) {
    if (row.state == Kept::kNotAskedFor) {
      not_asked_for.push_back(NameOf(row.protection));
    } else if (row.state != Kept::kFully) {
      absl::StrAppend(&weaker, Shortcoming(row));
    }
  }
  return absl::StrCat(
      "weaker than it could be:", weaker.empty() ? " nothing\n" : "\n", weaker,
      "not asked for: ", absl::StrJoin(not_asked_for, ", "), "\n");
}

}  // namespace sbx
