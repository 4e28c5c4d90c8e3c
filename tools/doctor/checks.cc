// SPDX-License-Identifier: Apache-2.0

#include "tools/doctor/checks.h"

#include <linux/limits.h>
#include <unistd.h>

#include <utility>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "absl/time/time.h"
#include "sandbox/sys/host_program.h"
#include "sandbox/sys/landlock.h"
#include "sandbox/sys/status.h"
#include "tools/doctor/main.h"

namespace sbx::doctor {
namespace {

// A trial makes one sandbox or two; a bus that hangs takes five seconds.
constexpr absl::Duration kPatience = absl::Seconds(30);

constexpr absl::string_view kUserNamespaces =
    "as root: sysctl -w user.max_user_namespaces=15000, and on Debian and "
    "Ubuntu sysctl -w kernel.unprivileged_userns_clone=1; in a container, "
    "allow them there";
constexpr absl::string_view kDelegate =
    "as root: install tools/systemd/user-delegate.conf as "
    "/etc/systemd/system/user@.service.d/delegate.conf, and log in anew";

// Each builds on those before it: what fails first is the cause.
constexpr Check kChecks[] = {
    {"user namespaces and mounts",
     "--bare --ro={self}:/sbx --seccomp=none -- /sbx doctor --here", "", "",
     kUserNamespaces},
    {"the filter of system calls",
     "--bare --ro={self}:/sbx -- /sbx doctor --here", "", "",
     "a kernel with CONFIG_SECCOMP_FILTER"},
    {"a /proc of its own",
     "--bare --ro={self}:/sbx --proc -- /sbx doctor --here", "", "",
     "in a container: let nothing be mounted over parts of /proc (docker: "
     "--security-opt systempaths=unconfined)"},
    {"terminals of its own",
     "--bare --ro={self}:/sbx --dev -- /sbx doctor --here", "", "", ""},
    {kDefaultSandbox, "-- {check}", "", "", ""},
    {"subordinate ids (--ids=range)", "--ids=range -- {check}",
     "--ids=self -- {check}", "one id inside: no other user, no chown",
     "as root: apt install uidmap; usermod --add-subuids 100000-165535 "
     "--add-subgids 100000-165535 USER"},
    {"overlays",
     "bwrap --ro-bind / / --proc /proc --overlay-src /usr --tmp-overlay /usr "
     "--argv0 sbx {check}",
     "", "", "Linux 5.11 or later"},
    {"sandboxes in a sandbox (--nested)",
     "--nested -- /proc/self/exe -- {check}", "", "", ""},
    {"sandboxes without namespaces (--mode=landlock)",
     "--mode=landlock --bare --ro={self} --cwd=/ -- {self} doctor --here", "",
     "", "Linux 6.12 or later, booted with landlock in the list of lsm="},
    {"a root without namespaces (--mode=chroot)",
     "--mode=chroot --root=/ -- {check}", "", "",
     "only root can do this, with CAP_SYS_CHROOT, as in a container"},
    {"limit of memory", "--memory=64M -- {check}",
     "--memory=1G --limits=best-effort -- {check}",
     "for each process only (--limits=best-effort)", kDelegate},
    {"limit of processes", "--pids=64 -- {check}",
     "--pids=4096 --limits=best-effort -- {check}",
     "for the user as a whole only (--limits=best-effort)", kDelegate},
    {"limit of processor time", "--cpus=1 -- {check}", "", "", kDelegate},
    {"choice of processors", "--cpuset=0 -- {check}", "", "", kDelegate},
    {"weight of disks", "--io-weight=100 -- {check}", "", "", kDelegate},
    {"devices closed by a cgroup", "--device-limit=require -- {check}",
     "--device-limit=prefer -- {check}",
     "the list of nodes alone keeps the others away",
     "as root: install tools/systemd/devices.conf"},
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
  // As a path is written in an option.
  const std::string escaped =
      absl::StrReplaceAll(self, {{"\\", "\\\\"}, {":", "\\:"}});
  for (std::string& argument : arguments) {
    argument = absl::StrReplaceAll(argument, {{"{self}", escaped}});
  }
  return arguments;
}

// Runs this program with them.
absl::StatusOr<std::string> Run(absl::string_view trial,
                                const std::vector<std::string>& environment) {
  const std::string self = Self();
  SBX_ASSIGN_OR_RETURN(
      sys::HostProgram sbx,
      sys::HostProgram::Start(self, ArgumentsOf(trial, self), environment));
  SBX_ASSIGN_OR_RETURN(const sys::HostProgram::Outcome outcome,
                       sbx.WaitWithin(kPatience));
  if (outcome.status.exited() && outcome.status.exit_status() == 0) return "";
  return outcome.words.empty() ? "it ended without a word" : outcome.words;
}

Finding Try(const Check& check, const std::vector<std::string>& environment) {
  const auto words = Run(check.trial, environment);
  if (words.ok() && words->empty()) return {.name = std::string(check.name)};
  Finding finding =
      FindingOf(check, words.ok() ? *words : words.status().message());
  if (check.weaker_trial.empty()) return finding;
  const auto weaker = Run(check.weaker_trial, environment);
  if (weaker.ok() && weaker->empty()) {
    finding.state = State::kWeaker;
    finding.why = absl::StrCat(check.weaker, ": ", finding.why);
  }
  return finding;
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
  Finding finding = {.name = "a network of its own"};
  for (const char* path : {"/usr/bin/pasta", "/usr/bin/slirp4netns"}) {
    if (access(path, X_OK) == 0) return finding;
  }
  finding.state = State::kDoesNot;
  finding.why =
      "neither pasta nor slirp4netns is there to connect a sandbox's network "
      "with, as engines do that start bwrap";
  finding.remedy = "as root: apt install passt";
  return finding;
}

// The scopes that --net=host wants.
constexpr int kWantedAbi = 6;

Finding Landlock() {
  Finding finding = {.name = "Landlock"};
  const int abi = sys::LandlockAbi();
  if (abi >= kWantedAbi) return finding;
  finding.state = abi == 0 ? State::kDoesNot : State::kWeaker;
  finding.why = absl::StrCat(
      "the kernel has ", abi == 0 ? "none" : absl::StrCat("version ", abi),
      ", and ", kWantedAbi,
      " keeps abstract sockets of the host away with --net=host");
  finding.remedy = abi == 0 ? "boot with lsm=landlock before the others in the "
                              "list of /sys/kernel/security/lsm"
                            : "Linux 6.12 or later";
  return finding;
}

}  // namespace

absl::string_view NameOf(State state) {
  static constexpr absl::string_view kNames[] = {"works", "weaker", "does not"};
  return kNames[static_cast<int>(state)];
}

absl::Span<const Check> Checks() { return kChecks; }

std::vector<Finding> Examine(const std::vector<std::string>& environment) {
  std::vector<Finding> findings;
  for (const Check& check : kChecks) {
    findings.push_back(Try(check, environment));
  }
  findings.push_back(Landlock());
  findings.push_back(NetworkPrograms());
  return findings;
}

Finding FindingOf(const Check& check, absl::string_view words) {
  Finding finding = {.name = std::string(check.name),
                     .state = State::kDoesNot,
                     .remedy = std::string(check.remedy)};
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

}  // namespace sbx::doctor
