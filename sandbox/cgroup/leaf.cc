// SPDX-License-Identifier: Apache-2.0

#include "sandbox/cgroup/leaf.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "sandbox/cgroup/abandoned.h"
#include "sandbox/sys/file.h"
#include "sandbox/sys/status.h"

namespace sbx::cgroup {
namespace {

// How long the kernel may take to end what it has killed, in milliseconds.
constexpr int kPatience = 10'000;

absl::Status NotSet(const Setting& setting, absl::string_view found) {
  return absl::FailedPreconditionError(absl::StrCat(
      "--", setting.option, " does not hold: ", setting.shown_by, " was to be ",
      sys::Quoted(setting.value), " and is ", sys::Quoted(found)));
}

}  // namespace

Leaf::Leaf(Leaf&& other) noexcept
    : path_(std::exchange(other.path_, "")),
      lock_(std::move(other.lock_)),
      inside_(std::move(other.inside_)) {}

Leaf& Leaf::operator=(Leaf&& other) noexcept {
  (void)Remove();
  path_ = std::exchange(other.path_, "");
  lock_ = std::move(other.lock_);
  inside_ = std::move(other.inside_);
  return *this;
}

Leaf::~Leaf() { (void)Remove(); }

absl::StatusOr<Leaf> Leaf::Make(const Trunk& trunk,
                                absl::Span<const Setting> settings) {
  SBX_ASSIGN_OR_RETURN(const sys::Fd lock,
                       OpenLocked(trunk.directory(), LOCK_EX));
  RemoveAbandoned(trunk.directory());
  const std::string path = NewName(trunk.directory());
  if (mkdir(path.c_str(), 0755) != 0) return sys::CallFailed("mkdir", path);
  Leaf leaf;
  leaf.path_ = path;
  SBX_ASSIGN_OR_RETURN(leaf.lock_, OpenLocked(path, LOCK_SH));
  for (const Setting& setting : settings) {
    SBX_RETURN_IF_ERROR(leaf.Set(setting));
  }
  // The command's fate is not to depend on which process the kernel picks.
  if (access(leaf.File("memory.oom.group").c_str(), F_OK) == 0) {
    SBX_RETURN_IF_ERROR(sys::WriteFile(leaf.File("memory.oom.group"), "1"));
  }
  const std::string inside = leaf.File("inside");
  if (mkdir(inside.c_str(), 0755) != 0) return sys::CallFailed("mkdir", inside);
  SBX_ASSIGN_OR_RETURN(leaf.inside_, sys::Open(inside, O_RDONLY | O_DIRECTORY));
  return leaf;
}

absl::Status Leaf::Set(const Setting& setting) const {
  const absl::Status written =
      sys::WriteFile(File(setting.file), setting.value);
  if (!written.ok()) {
    return sys::While(absl::StrCat("setting --", setting.option), written);
  }
  SBX_ASSIGN_OR_RETURN(const std::string text,
                       sys::ReadFile(File(setting.shown_by)));
  const absl::string_view found = absl::StripAsciiWhitespace(text);
  return found == setting.value ? absl::OkStatus() : NotSet(setting, found);
}

absl::Status Leaf::Kill() const {
  const absl::Status killed = sys::WriteFile(File("cgroup.kill"), "1");
  // Before Linux 5.14 there was none: there the pid namespace has to do.
  return sys::ErrnoOf(killed) == ENOENT ? absl::OkStatus() : killed;
}

absl::Status Leaf::AwaitEmpty() const {
  const std::string path = File("cgroup.events");
  SBX_ASSIGN_OR_RETURN(const sys::Fd events, sys::Open(path, O_RDONLY));
  for (;;) {
    if (lseek(events.get(), 0, SEEK_SET) < 0) {
      return sys::CallFailed("lseek", path);
    }
    SBX_ASSIGN_OR_RETURN(const std::string text, sys::ReadAll(events, path));
    if (absl::StrContains(text, "populated 0")) return absl::OkStatus();
    pollfd change = {.fd = events.get(), .events = POLLPRI, .revents = 0};
    const int ready = poll(&change, 1, kPatience);
    if (ready < 0 && errno != EINTR) return sys::CallFailed("poll", path);
    if (ready == 0) return sys::ErrnoStatus(ETIMEDOUT, path);
  }
}

absl::Status Leaf::Remove() {
  if (path_.empty()) return absl::OkStatus();
  const std::string path = path_;
  SBX_RETURN_IF_ERROR(Kill());
  SBX_RETURN_IF_ERROR(AwaitEmpty());
  path_.clear();
  lock_ = sys::Fd();
  inside_ = sys::Fd();
  return RemoveWithAllBelow(path);
}

std::string Leaf::File(const std::string& name) const {
  return absl::StrCat(path_, "/", name);
}

}  // namespace sbx::cgroup
