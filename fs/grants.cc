// SPDX-License-Identifier: Apache-2.0

#include "fs/grants.h"

#include <map>
#include <utility>

#include "absl/strings/str_cat.h"
#include "fs/dev.h"
#include "sandbox/sys/path.h"
#include "sandbox/sys/status.h"

namespace sbx::fs {
namespace {

// `path` from `directory` on, which it lies below.
std::string Below(absl::string_view directory, absl::string_view path) {
  path.remove_prefix(directory == "/" ? 1 : directory.size() + 1);
  return std::string(path);
}

absl::Status NeedsMounts(absl::string_view what, const std::string& inside) {
  return absl::InvalidArgumentError(
      absl::StrCat(what, " at ", sys::Quoted(inside),
                   " takes a mount, and there are none in this mode"));
}

// What each path comes to, the later operations over the earlier ones.
class Places {
 public:
  explicit Places(const Facts& facts) : facts_(facts) {}

  absl::Status Add(size_t index, const Item& item) {
    index_ = index;
    reason_ = item.reason;
    return std::visit(*this, item.operation);
  }

  absl::Status operator()(const Bind& bind) {
    const std::string host = sys::Lexical(bind.host);
    if (host != sys::Lexical(bind.inside)) {
      return NeedsMounts(absl::StrCat(sys::Quoted(bind.host)), bind.inside);
    }
    Grant grant = {.path = host,
                   .right = bind.access == Access::kReadOnly ? Right::kRead
                                                             : Right::kWrite,
                   .source = bind.source,
                   .reason = reason_};
    const auto source = facts_.sources.find(index_);
    if (source != facts_.sources.end()) grant.identity = source->second;
    Put(std::move(grant));
    const auto exposed = facts_.exposed.find(index_);
    if (exposed == facts_.exposed.end()) return absl::OkStatus();
    for (const Secret& secret : exposed->second) HideSecret(host, secret);
    return absl::OkStatus();
  }

  absl::Status operator()(const Device& device) {
    if (sys::Lexical(device.host) != sys::Lexical(device.inside)) {
      return NeedsMounts(sys::Quoted(device.host), device.inside);
    }
    return UseDevice(sys::Lexical(device.host), device.source, reason_);
  }

  absl::Status operator()(const Hide& hide) {
    Put({.path = sys::Lexical(hide.inside),
         .right = Right::kNone,
         .source = hide.destination,
         .reason = reason_});
    return absl::OkStatus();
  }

  // The host's: of processes outside Landlock shows what anybody may see.
  absl::Status operator()(const Proc& proc) {
    if (proc.inside != "/proc" || proc.processes == Processes::kOwn) {
      return NeedsMounts("a /proc", proc.inside);
    }
    Put({.path = "/proc", .right = Right::kRead, .reason = reason_});
    return absl::OkStatus();
  }

  absl::Status operator()(const Dev& dev) {
    if (dev.inside != "/dev") return NeedsMounts("a /dev", dev.inside);
    Put({.path = "/dev", .right = Right::kNone, .reason = reason_});
    for (const DeviceRow& row : kDevices) {
      SBX_RETURN_IF_ERROR(UseDevice(absl::StrCat("/dev/", row.name),
                                    Absent::kFail, std::string(row.reason)));
    }
    if (facts_.terminal.empty()) return absl::OkStatus();
    return UseDevice(facts_.terminal, Absent::kFail, "the caller's terminal");
  }

  absl::Status operator()(const Overlay& o) { return Refuse("an overlay", o); }
  absl::Status operator()(const Tmpfs& o) { return Refuse("a tmpfs", o); }
  absl::Status operator()(const Directory& o) {
    return Refuse("a directory", o);
  }
  absl::Status operator()(const File& o) { return Refuse("a file", o); }
  absl::Status operator()(const Text& o) { return Refuse("a file", o); }
  absl::Status operator()(const Data& o) { return Refuse("a file", o); }
  absl::Status operator()(const Mode& o) { return Refuse("a mode", o); }
  absl::Status operator()(const ReadOnly& o) {
    return Refuse("a read-only part", o);
  }
  absl::Status operator()(const Symlink& o) { return Refuse("a link", o); }
  absl::Status operator()(const Mqueue& o) {
    return Refuse("message queues", o);
  }

  absl::StatusOr<std::vector<Grant>> Finish() && {
    std::vector<Grant> grants;
    for (const auto& [path, grant] : places_) {
      if (grant.right == Right::kNone) continue;
      grants.push_back(grant);
      SBX_RETURN_IF_ERROR(TakeOut(grants.back()));
    }
    return grants;
  }

 private:
  template <typename Operation>
  static absl::Status Refuse(absl::string_view what,
                             const Operation& operation) {
    return NeedsMounts(what, operation.inside);
  }

  // Covers what was there and below.
  void Put(Grant grant) {
    for (auto row = places_.begin(); row != places_.end();) {
      const bool covered = sys::IsAtOrBelow(row->first, grant.path);
      row = covered ? places_.erase(row) : std::next(row);
    }
    std::string path = grant.path;
    places_.insert_or_assign(std::move(path), std::move(grant));
  }

  absl::Status UseDevice(const std::string& path, Absent source,
                         std::string reason) {
    Put({.path = path,
         .right = Right::kUse,
         .source = source,
         .reason = std::move(reason)});
    return absl::OkStatus();
  }

  void HideSecret(const std::string& share, const Secret& secret) {
    const std::string place = sys::Absolute(share, secret.host);
    Put({.path = place,
         .right = Right::kNone,
         .source = Absent::kSkip,
         .reason = std::string(secret.reason)});
    for (const Shown& part : secret.parts) {
      Put({.path = sys::Absolute(place, part.below),
           .right = Right::kRead,
           .reason = "shown all the same"});
    }
  }

  // What lies below `grant` and is to be less.
  absl::Status TakeOut(Grant& grant) const {
    for (const auto& [path, below] : places_) {
      if (path == grant.path || !sys::IsAtOrBelow(path, grant.path)) continue;
      if (below.right >= grant.right || below.right == Right::kUse) continue;
      if (grant.right == Right::kWrite &&
          (grant.path != "/" || below.right == Right::kNone)) {
        return CannotTakeOut(grant, below);
      }
      grant.hidden.push_back(Below(grant.path, path));
    }
    return absl::OkStatus();
  }

  static absl::Status CannotTakeOut(const Grant& grant, const Grant& below) {
    return absl::InvalidArgumentError(absl::StrCat(
        sys::Quoted(below.path),
        below.right == Right::kNone ? " cannot be hidden"
                                    : " cannot be read-only",
        below.reason.empty() ? "" : absl::StrCat(" (", below.reason, ")"),
        " below ", sys::Quoted(grant.path),
        ", which is writable: Landlock, which keeps files in this mode, can "
        "only add rights; share less of it, or go elsewhere"));
  }

  const Facts& facts_;
  size_t index_ = 0;
  std::string reason_;
  std::map<std::string, Grant> places_;
};

}  // namespace

absl::StatusOr<std::vector<Grant>> PlanGrants(const Spec& spec,
                                              const Facts& facts) {
  Places places(facts);
  for (size_t i = 0; i < spec.items.size(); ++i) {
    SBX_RETURN_IF_ERROR(places.Add(i, spec.items[i]));
  }
  return std::move(places).Finish();
}

}  // namespace sbx::fs
