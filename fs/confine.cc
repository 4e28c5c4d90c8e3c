// SPDX-License-Identifier: Apache-2.0

#include "fs/confine.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <cstdint>
#include <cstring>

#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "sandbox/sys/fd.h"
#include "sandbox/sys/landlock.h"
#include "sandbox/sys/self.h"
#include "sandbox/sys/status.h"

namespace sbx::fs {

using sys::Fd;

namespace {

constexpr uint64_t kRead =
    sys::kMayExecute | sys::kMayReadFile | sys::kMayReadDirectory;
// Not to command devices, which are given one by one.
constexpr uint64_t kWrite =
    sys::kFileRights & ~(sys::kMayCommandDevice | sys::kMayMakeBlockDevice |
                         sys::kMayMakeCharacterDevice);
constexpr uint64_t kUse = sys::kMayReadFile | sys::kMayWriteFile |
                          sys::kMayTruncate | sys::kMayCommandDevice;

uint64_t RightsOf(Right right) {
  switch (right) {
    case Right::kNone:
      return 0;
    case Right::kRead:
      return kRead;
    case Right::kWrite:
      return kWrite;
    case Right::kUse:
      return kUse;
  }
  return 0;
}

absl::Status CheckIdentity(const Grant& grant, const Fd& place) {
  if (!grant.identity) return absl::OkStatus();
  SBX_ASSIGN_OR_RETURN(const sys::Identity identity, sys::IdentityOf(place));
  if (identity == *grant.identity) return absl::OkStatus();
  return sys::ErrnoStatus(
      ESTALE,
      absl::StrCat(sys::Quoted(grant.path),
                   " was replaced after secrets were looked for in it"));
}

absl::Status CheckDevice(const Grant& grant, const Fd& place) {
  struct stat found;
  if (fstat(place.get(), &found) != 0) {
    return sys::CallFailed("fstat", grant.path);
  }
  if (S_ISCHR(found.st_mode) || S_ISBLK(found.st_mode)) return absl::OkStatus();
  return absl::InvalidArgumentError(
      absl::StrCat(sys::Quoted(grant.path), " is not a device"));
}

// Those of `hidden` that lie at or below the entry `name`, from there on; an
// empty one is the entry itself.
std::vector<std::string> HiddenAt(const std::vector<std::string>& hidden,
                                  absl::string_view name) {
  std::vector<std::string> at;
  for (absl::string_view path : hidden) {
    if (path == name) return {""};
    if (absl::ConsumePrefix(&path, absl::StrCat(name, "/"))) {
      at.emplace_back(path);
    }
  }
  return at;
}

class Confiner {
 public:
  Confiner(sys::Ruleset ruleset, uint64_t kept)
      : ruleset_(std::move(ruleset)), kept_(kept) {}

  absl::Status Give(const Grant& grant) {
    const absl::StatusOr<Fd> place = sys::Open(grant.path, O_PATH);
    if (sys::ErrnoOf(place.status()) == ENOENT &&
        grant.source == Absent::kSkip) {
      return absl::OkStatus();
    }
    if (!place.ok()) return place.status();
    SBX_RETURN_IF_ERROR(CheckIdentity(grant, *place));
    if (grant.right == Right::kUse) {
      SBX_RETURN_IF_ERROR(CheckDevice(grant, *place));
    }
    // What is taken out can be read at least.
    if (grant.right == Right::kWrite && !grant.hidden.empty()) {
      SBX_RETURN_IF_ERROR(ruleset_.Allow(*place, kRead & kept_));
    }
    return GiveBut(*place, grant.path, RightsOf(grant.right) & kept_,
                   grant.hidden);
  }

  absl::Status Enter() const { return ruleset_.Enter(); }

 private:
  // A rule for the whole, or rules for the parts that hold nothing hidden.
  absl::Status GiveBut(const Fd& place, const std::string& path,
                       uint64_t rights,
                       const std::vector<std::string>& hidden) {
    struct stat found;
    if (fstat(place.get(), &found) != 0) return sys::CallFailed("fstat", path);
    // The way to what it leads to is what counts.
    if (S_ISLNK(found.st_mode)) return absl::OkStatus();
    if (!S_ISDIR(found.st_mode)) {
      return ruleset_.Allow(place, rights & sys::kRightsOfAFile);
    }
    if (hidden.empty()) return ruleset_.Allow(place, rights);
    SBX_ASSIGN_OR_RETURN(const auto names, sys::NamesIn(place, path));
    for (const std::string& name : names) {
      SBX_RETURN_IF_ERROR(
          GiveEntry(place, path, name, rights, HiddenAt(hidden, name)));
    }
    return absl::OkStatus();
  }

  absl::Status GiveEntry(const Fd& directory, const std::string& path,
                         const std::string& name, uint64_t rights,
                         const std::vector<std::string>& hidden) {
    if (!hidden.empty() && hidden[0].empty()) return absl::OkStatus();
    const std::string below = absl::StrCat(path == "/" ? "" : path, "/", name);
    const Fd entry(
        openat(directory.get(), name.c_str(), O_PATH | O_NOFOLLOW | O_CLOEXEC));
    if (!entry) {
      // Gone meanwhile, and so there is nothing to give.
      if (errno == ENOENT) return absl::OkStatus();
      return sys::CallFailed("openat", below);
    }
    return GiveBut(entry, below, rights, hidden);
  }

  sys::Ruleset ruleset_;
  uint64_t kept_;
};

}  // namespace

absl::Status Confine(const std::vector<Grant>& grants, uint64_t kept) {
  SBX_ASSIGN_OR_RETURN(sys::Ruleset ruleset,
                       sys::Ruleset::New({.files = kept}));
  Confiner confiner(std::move(ruleset), kept);
  for (const Grant& grant : grants) {
    SBX_RETURN_IF_ERROR(confiner.Give(grant));
  }
  return confiner.Enter();
}

absl::Status GoTo(const std::string& directory) {
  SBX_ASSIGN_OR_RETURN(const Fd found,
                       sys::Open(directory, O_PATH | O_DIRECTORY));
  return sys::ChangeDirectory(found);
}

}  // namespace sbx::fs
