// SPDX-License-Identifier: Apache-2.0

#include "tools/doctor/checks.h"

#include <linux/limits.h>
#include <unistd.h>

#include <utility>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"
#include "absl/time/time.h"
#include "sandbox/sys/host_program.h"
#include "sandbox/sys/status.h"
#include "tools/doctor/answer.h"
#include "tools/doctor/main.h"

namespace sbx::doctor {
namespace {

// A trial makes one sandbox or two; a bus that hangs takes five seconds.
constexpr absl::Duration kPatience = absl::Seconds(30);

constexpr char kReport[] = "--report=fd:1";

constexpr absl::string_view kUserNamespaces =
    "as root: sysctl -w user.max_user_namespaces=15000, and on Debian and "
    "Ubuntu sysctl -w kernel.unprivileged_userns_clone=1; in a container, "
    "allow them there";
constexpr absl::string_view kDelegate =
    "as root: install tools/systemd/user-delegate.conf as "
    "/etc/systemd/system/user@.service.d/delegate.conf, and log in anew";
constexpr absl::string_view kLandlock =
    "Linux 6.12 or later, booted with landlock in the list of lsm=";

using P = Protection;

constexpr absl::string_view kBroker =
    "process 1 keeps signals inside, and not the kernel (--landlock=prefer)";

// Each builds on those before it: what fails first is the cause.
constexpr Check kChecks[] = {
    {"user namespaces and mounts",
     SetOf(P::kNamespaces, P::kFiles, P::kHiddenFiles, P::kAttributes,
           P::kSharedMemory, P::kHostName),
     "--bare --ro={self}:/sbx --seccomp=none -- /sbx doctor --here", "", "",
     kUserNamespaces},
    {"the filter of system calls", SetOf(P::kSystemCalls, P::kTerminal),
     "--bare --ro={self}:/sbx -- /sbx doctor --here", "", "",
     "a kernel with CONFIG_SECCOMP_FILTER"},
    {"a /proc of its own", SetOf(P::kHostProcesses, P::kKernelSettings),
     "--bare --ro={self}:/sbx --proc -- /sbx doctor --here", "", "",
     "in a container: let nothing be mounted over parts of /proc (docker: "
     "--security-opt systempaths=unconfined)"},
    {"terminals of its own", SetOf(P::kDevices),
     "--bare --ro={self}:/sbx --dev -- /sbx doctor --here", "", "", ""},
    {kDefaultSandbox,
     SetOf(P::kSecrets, P::kDescriptors, P::kPriorities, P::kNetwork,
           P::kLeftovers, P::kCapabilities, P::kNewPrivileges),
     "-- {check}", "", "", ""},
    {"sessions of its own (--new-session)", SetOf(P::kSignals),
     "--new-session -- {check}", "", "", ""},
    {"subordinate ids (--ids=range)", SetOf(P::kIds), "--ids=range -- {check}",
     "--ids=self -- {check}", "one id inside: no other user, no chown",
     "as root: apt install uidmap; usermod --add-subuids 100000-165535 "
     "--add-subgids 100000-165535 USER"},
    {"overlays", SetOf(P::kFiles),
     "bwrap --ro-bind / / --proc /proc --overlay-src /usr --tmp-overlay /usr "
     "--argv0 sbx {check}",
     "", "", "a kernel with overlayfs (CONFIG_OVERLAY_FS)"},
    {"sandboxes in a sandbox (--nested)", SetOf(P::kNamespaces),
     "--nested -- /proc/self/exe -- {check}", "", "", ""},
    {"sandboxes without namespaces (--mode=landlock)",
     SetOf(P::kFiles, P::kSecrets, P::kSignals, P::kNetwork, P::kServices),
     "--mode=landlock --bare --ro={self} --cwd=/ -- {self} doctor --here",
     "--mode=landlock --landlock=prefer --bare --ro={self} --cwd=/ -- {self} "
     "doctor --here",
     kBroker, kLandlock},
    {"a root without namespaces (--mode=chroot)",
     SetOf(P::kFiles, P::kSignals, P::kNetwork, P::kCapabilities),
     "--mode=chroot --root=/ -- {check}",
     "--mode=chroot --landlock=prefer --root=/ -- {check}", kBroker,
     "only root can do this, with CAP_SYS_CHROOT, as in a container"},
    {"", SetOf(P::kMemory), "--memory=64M -- {check}",
     "--memory=1G --limits=best-effort -- {check}", "", kDelegate},
    {"", SetOf(P::kProcesses), "--pids=64 -- {check}",
     "--pids=4096 --limits=best-effort -- {check}", "", kDelegate},
    {"", SetOf(P::kProcessorTime, P::kProcessorWeight),
     "--cpus=1 --cpu-weight=50 -- {check}", "", "", kDelegate},
    {"", SetOf(P::kProcessors), "--cpuset=0 -- {check}", "", "", kDelegate},
    {"", SetOf(P::kDisks), "--io-weight=100 -- {check}", "", "", kDelegate},
    {"", SetOf(P::kDeviceLimit), "--device-limit=require -- {check}",
     "--device-limit=prefer -- {check}", "",
     "as root: install tools/systemd/devices.conf"},
    {"Landlock beside namespaces (--net=host)", SetOf(P::kAbstractSockets),
     "--net=host -- {check}", "", "", kLandlock},
};

std::string Self() {
  char path[PATH_MAX];
  const ssize_t length = readlink("/proc/self/exe", path, sizeof(path));
  return length < 0 ? "" : std::string(path, static_cast<size_t>(length));
}

// The arguments that `trial` stands for.
std::vector<std::string> ArgumentsOf(absl::string_view trial,
                                     const std::string& self) {
  const std::string whole = absl::StrReplaceAll(
      trial, {{"{check}", absl::StrCat("/proc/self/exe ", kName, " ", kHere)}});
  std::vector<std::string> arguments =
      absl::StrSplit(whole, ' ', absl::SkipEmpty());
  // bubblewrap's command line has none.
  if (arguments[0] != "bwrap") arguments.insert(arguments.begin(), kReport);
  // As a path is written in an option.
  const std::string escaped =
      absl::StrReplaceAll(self, {{"\\", "\\\\"}, {":", "\\:"}});
  for (std::string& argument : arguments) {
    argument = absl::StrReplaceAll(argument, {{"{self}", escaped}});
  }
  return arguments;
}

// Runs this program with them.
absl::StatusOr<Answer> Run(absl::string_view trial,
                           const std::vector<std::string>& environment) {
  const std::string self = Self();
  SBX_ASSIGN_OR_RETURN(
      sys::HostProgram sbx,
      sys::HostProgram::Start(self, ArgumentsOf(trial, self), environment));
  SBX_ASSIGN_OR_RETURN(const sys::HostProgram::Outcome outcome,
                       sbx.WaitWithin(kPatience));
  Answer answer = AnswerOf(outcome.words);
  if (outcome.status.exited() && outcome.status.exit_status() == 0) {
    return answer;
  }
  return absl::FailedPreconditionError(
      answer.words.empty() ? "it ended without a word" : answer.words);
}

Finding Try(const Check& check, const std::vector<std::string>& environment) {
  const auto answer = Run(check.trial, environment);
  if (answer.ok()) return FindingOf(check, answer->rows);
  Finding failure = FailureOf(check, answer.status().message());
  if (check.weaker_trial.empty()) return failure;
  const auto weaker = Run(check.weaker_trial, environment);
  if (!weaker.ok()) return failure;
  return WeakerFindingOf(check, weaker->rows, std::move(failure));
}

// A sentence of sbx's may say behind a semicolon what would help.
void Divide(absl::string_view sentence, Finding& finding) {
  constexpr absl::string_view kBetween = "; ";
  const size_t end = sentence.find(kBetween);
  finding.why = std::string(sentence.substr(0, end));
  if (end == absl::string_view::npos) return;
  finding.remedy = std::string(sentence.substr(end + kBetween.size()));
}

// What connects a sandbox's network namespace to the host's.
Finding NetworkPrograms() {
  Finding finding = {.name = "a network of its own",
                     .protections = SetOf(P::kNetwork)};
  for (const char* path : {"/usr/bin/pasta", "/usr/bin/slirp4netns"}) {
    if (access(path, X_OK) == 0) return finding;
  }
  finding.state = Kept::kNot;
  finding.why =
      "neither pasta nor slirp4netns is there to connect a sandbox's network "
      "with, as engines do that start bwrap";
  finding.remedy = "as root: apt install passt";
  return finding;
}

Finding Working(const Check& check) {
  return {.name = check.name.empty()
                      ? absl::StrJoin(NamesOf(check.protections), ", ")
                      : std::string(check.name),
          .protections = check.protections};
}

// The least of those that `check` is for; null: none is told.
const ProtectionRow* LeastOf(const Check& check, const ProtectionRows& rows) {
  const ProtectionRow* least = nullptr;
  for (const ProtectionRow& row : rows) {
    if (!Has(check.protections, row.protection)) continue;
    if (least == nullptr || least->state < row.state) least = &row;
  }
  return least;
}

}  // namespace

absl::Span<const Check> Checks() { return kChecks; }

std::vector<Finding> Examine(const std::vector<std::string>& environment) {
  std::vector<Finding> findings;
  for (const Check& check : kChecks) {
    findings.push_back(Try(check, environment));
  }
  findings.push_back(NetworkPrograms());
  return findings;
}

Finding FailureOf(const Check& check, absl::string_view words) {
  Finding finding = Working(check);
  finding.state = Kept::kNot;
  finding.remedy = std::string(check.remedy);
  for (absl::string_view line : absl::StrSplit(words, '\n')) {
    absl::ConsumePrefix(&line, "sbx: ");
    absl::ConsumePrefix(&line, "bwrap: ");
    if (absl::ConsumePrefix(&line, "hint: ")) {
      finding.remedy = std::string(line);
    } else if (finding.why.empty()) {
      Divide(line, finding);
    }
  }
  return finding;
}

Finding FindingOf(const Check& check, const ProtectionRows& rows) {
  Finding finding = Working(check);
  const ProtectionRow* least = LeastOf(check, rows);
  if (least == nullptr || least->state == Kept::kFully) return finding;
  finding.state = least->state;
  finding.remedy = std::string(check.remedy);
  Divide(absl::StrCat(least->obtained, ": ", least->why), finding);
  return finding;
}

Finding WeakerFindingOf(const Check& check, const ProtectionRows& rows,
                        Finding failure) {
  const ProtectionRow* least = LeastOf(check, rows);
  const bool is_told = check.weaker.empty() && least != nullptr;
  failure.state = is_told ? least->state : Kept::kWeaker;
  failure.why =
      absl::StrCat(is_told ? least->obtained : check.weaker, ": ", failure.why);
  return failure;
}

}  // namespace sbx::doctor
