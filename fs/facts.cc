// SPDX-License-Identifier: Apache-2.0

#include "fs/facts.h"

#include <errno.h>
#include <sys/stat.h>
#include <unistd.h>

#include <optional>
#include <set>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "sandbox/sys/file.h"
#include "sandbox/sys/mount.h"
#include "sandbox/sys/path.h"
#include "sandbox/sys/status.h"

namespace sbx::fs {
namespace {

// Which secrets lie below a directory, relative to it, by the identity of the
// directory: a share may reach it by any name.
using Exposure = std::map<sys::Identity, std::vector<Secret>>;

// The identities of the directories that have been looked at already.
using Looked = std::map<std::string, std::optional<sys::Identity>>;

// Whether `error` says that a path leads nowhere.  What says anything else must
// not count so: a secret that was merely not found would not be hidden.
bool LeadsNowhere(int error) {
  switch (error) {
    // The way there is closed to us, and so it is to the command.
    case EACCES:
    case ELOOP:
    case ENAMETOOLONG:
    case ENOENT:
    case ENOTDIR:
      return true;
    default:
      return false;
  }
}

absl::StatusOr<std::optional<sys::Identity>> Look(const std::string& path,
                                                  Looked& looked) {
  const auto [row, is_new] = looked.try_emplace(path);
  if (!is_new) return row->second;
  const auto found = sys::IdentityOf(path);
  if (found.ok()) {
    row->second = *found;
  } else if (!LeadsNowhere(sys::ErrnoOf(found.status()))) {
    return found.status();
  }
  return row->second;
}

// Enters what lies at `path` with every directory above it.
absl::Status AddExposure(const std::string& path, const Secret& secret,
                         Looked& looked, Exposure& exposure) {
  for (std::string above = path; above != "/";) {
    above = sys::ParentOf(above);
    const std::string below = path.substr(above == "/" ? 1 : above.size() + 1);
    SBX_ASSIGN_OR_RETURN(const auto identity, Look(above, looked));
    if (identity) {
      Secret relative = secret;
      relative.host = below;
      exposure[*identity].push_back(std::move(relative));
    }
  }
  return absl::OkStatus();
}

// Empty if it leads nowhere.
absl::StatusOr<std::string> RealPath(const std::string& path) {
  absl::StatusOr<std::string> real = sys::RealPath(path);
  if (!real.ok() && LeadsNowhere(sys::ErrnoOf(real.status()))) {
    return std::string();
  }
  return real;
}

// The names that lead to `secret`: its own; through the real place of its
// directory, for any part of the way may be a symbolic link; and where it
// leads if it is one itself.  Empty if it does not exist.
absl::StatusOr<std::set<std::string>> NamesOf(
    const std::string& secret,
    std::map<std::string, std::string>& directories) {
  std::set<std::string> names;
  // First, for most homes hold few of them.
  struct stat found;
  if (lstat(secret.c_str(), &found) != 0) {
    if (LeadsNowhere(errno)) return names;
    return sys::CallFailed("lstat", secret);
  }
  const std::string above = sys::ParentOf(secret);
  const auto [row, is_new] = directories.try_emplace(above);
  if (is_new) {
    SBX_ASSIGN_OR_RETURN(row->second, RealPath(above));
  }
  names.insert(secret);
  names.insert(sys::Absolute(row->second, secret.substr(above.size() + 1)));
  if (S_ISLNK(found.st_mode)) {
    SBX_ASSIGN_OR_RETURN(const std::string target, RealPath(secret));
    if (!target.empty()) names.insert(target);
  }
  return names;
}

absl::StatusOr<Exposure> ReadExposure(const std::vector<Secret>& secrets) {
  Looked looked;
  std::map<std::string, std::string> directories;
  Exposure exposure;
  for (const Secret& secret : secrets) {
    if (secret.visibility == Visibility::kShown) continue;
    SBX_ASSIGN_OR_RETURN(const auto names, NamesOf(secret.host, directories));
    for (const std::string& name : names) {
      SBX_RETURN_IF_ERROR(AddExposure(name, secret, looked, exposure));
    }
  }
  return exposure;
}

// Notes what each share shows, and the secrets below it, if there are any
// secrets at all.
absl::Status ReadShares(const Spec& spec, Facts& facts) {
  SBX_ASSIGN_OR_RETURN(const Exposure exposure, ReadExposure(spec.secrets));
  if (exposure.empty()) return absl::OkStatus();
  Looked looked;
  for (size_t i = 0; i < spec.items.size(); ++i) {
    const Bind* bind = std::get_if<Bind>(&spec.items[i].operation);
    if (bind == nullptr) continue;
    SBX_ASSIGN_OR_RETURN(const auto identity, Look(bind->host, looked));
    // If nothing is there yet, nothing may be there later, and mounting it will
    // say what is wrong.
    facts.sources[i] = identity.value_or(sys::Identity());
    if (!identity) continue;
    const auto found = exposure.find(*identity);
    if (found != exposure.end()) facts.exposed[i] = found->second;
  }
  return absl::OkStatus();
}

// Returns the name of the terminal that `number` is, if that name leads to it
// from here: a terminal of another mount namespace may have none.
std::string TerminalOf(int number) {
  if (!isatty(number)) return "";
  char name[PATH_MAX];
  const ssize_t size = readlink(absl::StrCat("/proc/self/fd/", number).c_str(),
                                name, sizeof(name));
  if (size <= 0) return "";
  const std::string path(name, static_cast<size_t>(size));
  struct stat named, open;
  const bool same = stat(path.c_str(), &named) == 0 &&
                    fstat(number, &open) == 0 && named.st_dev == open.st_dev &&
                    named.st_ino == open.st_ino;
  return same ? path : "";
}

std::string ReadTerminal() {
  for (const int number : {0, 1, 2}) {
    std::string path = TerminalOf(number);
    if (!path.empty()) return path;
  }
  return "";
}

bool HasDev(const Spec& spec) {
  for (const Item& item : spec.items) {
    if (std::holds_alternative<Dev>(item.operation)) return true;
  }
  return false;
}

}  // namespace

absl::StatusOr<Facts> ReadFacts(const Spec& spec) {
  Facts facts = {.assembles_detached = sys::CanAssembleDetached()};
  if (HasDev(spec)) facts.terminal = ReadTerminal();
  const absl::Status shares = ReadShares(spec, facts);
  if (!shares.ok()) return sys::While("looking for secrets", shares);
  return facts;
}

}  // namespace sbx::fs
