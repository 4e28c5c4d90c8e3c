// SPDX-License-Identifier: Apache-2.0

#include "sandbox/sys/descendants.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cerrno>
#include <string>

#include "absl/strings/numbers.h"
#include "absl/strings/str_split.h"
#include "sandbox/sys/file.h"
#include "sandbox/sys/landlock.h"
#include "sandbox/sys/process.h"
#include "sandbox/sys/status.h"

namespace sbx::sys {
namespace {

bool HasChildren() {
  siginfo_t ended = {};
  return waitid(P_ALL, 0, &ended, WEXITED | WNOHANG | WNOWAIT) == 0;
}

absl::Status AdoptOrphans() {
  if (prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) != 0) {
    return CallFailed("prctl", "PR_SET_CHILD_SUBREAPER");
  }
  return absl::OkStatus();
}

// The children of this process, those that have ended and are not waited for
// included.  Only this process takes any away, and so none is left out
// (proc_tid_children(5)).
std::set<pid_t> ChildrenIn(const Fd& list) {
  std::set<pid_t> children;
  if (lseek(list.get(), 0, SEEK_SET) < 0) return children;
  const auto text = ReadAll(list, "children");
  if (!text.ok()) return children;
  for (const absl::string_view word :
       absl::StrSplit(*text, ' ', absl::SkipEmpty())) {
    pid_t pid = 0;
    if (absl::SimpleAtoi(word, &pid)) children.insert(pid);
  }
  return children;
}

// Returns whether one of them has ended by now.
bool ReapAnyOf(const std::set<pid_t>& children) {
  bool any = false;
  for (const pid_t pid : children) {
    any |= waitpid(pid, nullptr, WNOHANG) == pid;
  }
  return any;
}

}  // namespace

absl::StatusOr<Descendants> Descendants::KeepByScope() {
  SBX_RETURN_IF_ERROR(AdoptOrphans());
  SBX_RETURN_IF_ERROR(Restrict({.files = kMayMove, .scopes = kScopeSignals}));
  Descendants kept;
  kept.by_ = By::kScope;
  kept.kept_ = HasChildren() ? Kept::kBesideOthers : Kept::kAlone;
  return kept;
}

absl::StatusOr<Descendants> Descendants::KeepByGroups() {
  SBX_RETURN_IF_ERROR(AdoptOrphans());
  Descendants kept;
  SBX_ASSIGN_OR_RETURN(kept.children_,
                       Open("/proc/thread-self/children", O_RDONLY));
  SBX_ASSIGN_OR_RETURN(kept.processes_, ProcessTable::Open());
  kept.by_ = By::kGroups;
  kept.others_ = ChildrenIn(kept.children_);
  kept.kept_ = kept.others_.empty() ? Kept::kAlone : Kept::kBesideOthers;
  return kept;
}

Descendants& Descendants::operator=(Descendants&& other) noexcept {
  End();
  by_ = std::exchange(other.by_, By::kNobody);
  kept_ = other.kept_;
  children_ = std::move(other.children_);
  others_ = std::move(other.others_);
  processes_ = std::move(other.processes_);
  return *this;
}

std::vector<int> Descendants::held() const {
  if (!children_) return {};
  return {children_.get(), processes_.fd().get()};
}

void Descendants::End() {
  const By by = std::exchange(by_, By::kNobody);
  if (by == By::kScope) EndScope();
  if (by == By::kGroups) EndGroups();
}

void Descendants::EndScope() const {
  // Fails where nobody is left, and says nothing otherwise.
  (void)kill(-1, SIGKILL);
  // Nobody of ours is waited for where that could be somebody else, who lives.
  const int flags = kept_ == Kept::kAlone ? 0 : WNOHANG;
  pid_t pid = 0;
  do {
    pid = waitpid(-1, nullptr, flags);
  } while (pid > 0 || (pid < 0 && errno == EINTR));
}

// Each round ends those who are this process's children by now, with all in
// their groups, and makes theirs its children.  Nobody in particular is waited
// for: whoever is traced by somebody further down ends after that one only.
void Descendants::EndGroups() const {
  constexpr timespec kMoment = {.tv_sec = 0, .tv_nsec = 1'000'000};
  // There may be as many generations as processes, and each would outlive the
  // one above; but to look at all processes of the host is dear.
  constexpr int kFewRounds = 10;
  int rounds = 0;
  for (auto ours = Ours(); !ours.empty(); ours = Ours()) {
    for (const pid_t pid : ours) KillGroupOf(pid);
    if (++rounds > kFewRounds) KillAllBelow();
    if (!ReapAnyOf(ours)) nanosleep(&kMoment, nullptr);
  }
}

// Where there are others too, what they leave becomes this process's as well,
// but for the session no different from an orphan of ours.
std::set<pid_t> Descendants::Ours() const {
  std::set<pid_t> ours = ChildrenIn(children_);
  for (const pid_t other : others_) ours.erase(other);
  if (kept_ == Kept::kAlone) return ours;
  std::erase_if(ours, [](pid_t pid) { return getsid(pid) == getsid(0); });
  return ours;
}

// Whoever is still in this process's own session has not begun yet.
void Descendants::KillGroupOf(pid_t pid) const {
  const pid_t group = getpgid(pid);
  const bool alone = group <= 0 || getsid(pid) == getsid(0);
  // It may have ended.
  (void)kill(alone ? pid : -group, SIGKILL);
}

// One by one, by descriptor: what a number of theirs means is not known for
// longer.  Not where others descend from this process too.
void Descendants::KillAllBelow() const {
  if (kept_ != Kept::kAlone) return;
  const auto all = processes_.All();
  if (!all.ok()) return;
  for (const pid_t pid : *all) {
    const auto held = processes_.OpenDescendant(pid);
    // It may have ended.
    if (held.ok()) (void)SendSignal(*held, SIGKILL);
  }
}

}  // namespace sbx::sys
