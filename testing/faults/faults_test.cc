// SPDX-License-Identifier: Apache-2.0
//
// Fail-closed: whichever system call of the set-up fails, the command does not
// run with less than was asked for; and at whichever somebody is killed, nobody
// is left.

#include <errno.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <optional>
#include <ostream>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "sandbox/sys/capabilities.h"
#include "sandbox/sys/file.h"
#include "sandbox/sys/status.h"
#include "testing/command.h"
#include "testing/faults/tracer.h"
#include "testing/status.h"

namespace sbx::test {
namespace {

using Words = std::vector<std::string>;

// How a call fails, and who makes it fail so.
struct ErrorRow {
  const char* name;
  int error;
  const char* reason;
};

constexpr ErrorRow kErrors[] = {
    {"EPERM", EPERM, "a security module or a filter around sbx refuses it"},
    {"EINVAL", EINVAL, "an older kernel does not know a flag"},
    {"ENOSYS", ENOSYS, "an older kernel does not know the call"},
    {"ENOMEM", ENOMEM, "the host has run out of something"},
    {"SIGKILL", kKilled, "somebody, or the kernel for want of memory, ends it"},
};

const ErrorRow& ErrorNamed(absl::string_view name) {
  for (const ErrorRow& row : kErrors) {
    if (row.name == name) return row;
  }
  std::abort();
}

// A way to set a sandbox up, and what the probe has to know of it.
struct SandboxRow {
  const char* name;
  Words options;
  Words asked;
  // The processes that it starts.
  std::vector<absl::string_view> processes;
  // What it is made of.
  enum class Kind { kNamespaces, kLandlock, kChroot } kind = Kind::kNamespaces;
  std::optional<int> landlock_abi = {};
  // Root of a user namespace, who may mount or may not.
  bool may_mount = false;
};

using Kind = SandboxRow::Kind;

const SandboxRow& SandboxNamed(absl::string_view name) {
  using Processes = std::vector<absl::string_view>;
  const Processes three = {"sbx", "process 1", "the command's process"};
  const Processes with_trial = {"sbx", "a trial", "process 1",
                                "the command's process"};
  static const auto* const kSandboxes = new std::vector<SandboxRow>{
      {"Ordinary", {}, {}, three},
      {"SeveralIds",
       {"--user=0", "--ids=range"},
       {"uid=0"},
       {"sbx", "process 1", "the command's process", "newuidmap's process",
        "newgidmap's process"}},
      {"CommandIsProcess1",
       {"--as-pid-1"},
       {"process-1=yes"},
       {"sbx", "process 1"}},
      // Where the filter does not insist on no_new_privs too.
      {"NoFilter", {"--seccomp=none"}, {"filter=none"}, three},
      {"SomeCapability",
       {"--cap=CHOWN"},
       {"capabilities=0000000000000001"},
       three},
      {"Landlock", {}, {}, three, Kind::kLandlock},
      // What process 1 is asked about.
      {"Landlock5", {}, {}, three, Kind::kLandlock, 5},
      {"Chroot", {}, {}, three, Kind::kChroot},
      {"ChrootThatIsAMount",
       {},
       {"read-only=/bin"},
       with_trial,
       Kind::kChroot,
       std::nullopt,
       /*may_mount=*/true},
      {"ChrootWithoutLandlock", {}, {}, three, Kind::kChroot, 0},
      {"ChrootThatAMountAloneKeeps",
       {},
       {"read-only=/bin"},
       with_trial,
       Kind::kChroot,
       0,
       /*may_mount=*/true},
  };
  for (const SandboxRow& row : *kSandboxes) {
    if (row.name == name) return row;
  }
  std::abort();
}

std::string PathOf(const std::string& program) {
  for (const absl::string_view directory :
       absl::StrSplit(getenv("PATH"), ':')) {
    std::string path = absl::StrCat(directory, "/", program);
    if (access(path.c_str(), X_OK) == 0) return path;
  }
  ADD_FAILURE() << program << " is not on PATH";
  return "";
}

absl::Status WriteFiles(
    absl::Span<const std::pair<const char*, std::string>> files) {
  for (const auto& [path, text] : files) {
    SBX_RETURN_IF_ERROR(sys::WriteFile(path, text));
  }
  return absl::OkStatus();
}

// In a user namespace, with this one's /proc mounted at `proc`.
absl::Status BecomeRootOfNamespace(const std::string& proc) {
  const std::pair<const char*, std::string> maps[] = {
      {"/proc/self/setgroups", "deny"},
      {"/proc/self/uid_map", absl::StrCat("0 ", geteuid(), " 1")},
      {"/proc/self/gid_map", absl::StrCat("0 ", getegid(), " 1")}};
  if (unshare(CLONE_NEWUSER | CLONE_NEWNS) != 0) {
    return sys::CallFailed("unshare");
  }
  SBX_RETURN_IF_ERROR(WriteFiles(maps));
  if (mount("/proc", proc.c_str(), nullptr, MS_BIND | MS_REC, nullptr) != 0) {
    return sys::CallFailed("mount", proc);
  }
  return absl::OkStatus();
}

absl::Status GiveUpMounting() {
  const sys::CapabilitySet all =
      sys::CapabilitySet((uint64_t{1} << (CAP_LAST_CAP + 1)) - 1);
  const sys::CapabilitySet kept = all & ~sys::CapabilitySet::Of(CAP_SYS_ADMIN);
  SBX_RETURN_IF_ERROR(sys::BoundCapabilities(kept));
  return sys::SetCapabilities({.effective = kept, .permitted = kept});
}

void Append(const Words& more, Words& words) {
  words.insert(words.end(), more.begin(), more.end());
}

struct Case {
  const char* sandbox;
  const char* error;
};
void PrintTo(const Case& row, std::ostream* stream) {
  *stream << row.sandbox << " with " << row.error;
}

class Sandbox : public testing::TestWithParam<Case> {
 protected:
  void SetUp() override {
    for (const std::string& file :
         {asked_secret_, default_secret_, outside_file_}) {
      std::filesystem::create_directories(
          std::filesystem::path(file).parent_path());
      std::ofstream(file) << "secret";
    }
    if (row_.kind == Kind::kChroot) MakeRoot();
    options_.env = OurEnvironment();
    (*options_.env)["HOME"] = here_ + "/home";
    options_.argv = Command();
    // One that the command is not to inherit, for sbx keeps all of its own.
    options_.descriptors = {{50, STDERR_FILENO}};
    place_.landlock_abi = row_.landlock_abi;
    place_.trials = row_.may_mount ? 1 : 0;
    if (row_.kind == Kind::kChroot) place_.enter = [this] { return BeRoot(); };
  }

  void AddOptions(const Words& words) { Append(words, more_options_); }
  void AddAsked(const Words& words) { Append(words, more_asked_); }

  const CommandOptions& options() const { return options_; }
  const Place& place() const { return place_; }

 private:
  // sbx, and what the probe is to look for.
  Words Command() const {
    Words words = {PathOf("sbx"), "--new-session", "--rlimit=nofile=77"};
    Append(more_options_, words);
    Append(row_.options, words);
    Append(OptionsOfKind(), words);
    Append({"--", row_.kind == Kind::kChroot ? "/bin/probe" : PathOf("probe"),
            "files=77"},
           words);
    Append(AskedOfKind(), words);
    Append(row_.asked, words);
    Append(more_asked_, words);
    return words;
  }

  Words OptionsOfKind() const {
    switch (row_.kind) {
      case Kind::kNamespaces:
        return {"--hostname=lab", "--hide=" + asked_secret_};
      case Kind::kLandlock:
        return {"--mode=landlock", "--landlock=prefer", "--ro=" + here_,
                "--hide=" + asked_secret_};
      case Kind::kChroot:
        return {"--mode=chroot", "--landlock=prefer",
                absl::StrCat("--root=", root_, row_.may_mount ? ":ro" : "")};
    }
    return {};
  }

  Words AskedOfKind() const {
    const Words secrets = {"secret=" + asked_secret_,
                           "secret=" + default_secret_};
    Words words = {absl::StrCat("uid=", getuid())};
    switch (row_.kind) {
      case Kind::kNamespaces:
        Append({"host-name=lab", "directory=" + here_}, words);
        for (const char* kind :
             {"cgroup", "ipc", "mnt", "net", "pid", "user", "uts"}) {
          const std::string link = absl::StrCat("/proc/self/ns/", kind);
          words.push_back("outside=" +
                          std::filesystem::read_symlink(link).string());
        }
        break;
      case Kind::kLandlock:
        Append({"confined=yes", "unbounded=yes", "securebits=0",
                "directory=" + here_, "outside-file=" + outside_file_,
                absl::StrCat("neighbour=", getpid())},
               words);
        break;
      case Kind::kChroot:
        words = {"uid=0", "confined=yes", "directory=/",
                 "outside-file=" + outside_file_,
                 absl::StrCat("neighbour=", getpid())};
        break;
    }
    Append(secrets, words);
    return words;
  }

  // Static, and so all that it needs.
  void MakeRoot() const {
    for (const char* directory : {"/bin", "/proc"}) {
      std::filesystem::create_directories(root_ + directory);
    }
    std::filesystem::copy_file(
        PathOf("probe"), root_ + "/bin/probe",
        std::filesystem::copy_options::overwrite_existing);
  }

  // Root of a user namespace, as in a container, for whom there is a /proc in
  // the root.
  absl::Status BeRoot() const {
    SBX_RETURN_IF_ERROR(BecomeRootOfNamespace(root_ + "/proc"));
    return row_.may_mount ? absl::OkStatus() : GiveUpMounting();
  }

  const SandboxRow& row_ = SandboxNamed(GetParam().sandbox);
  std::string here_ = std::filesystem::current_path();
  std::string root_ = here_ + "/root";
  std::string asked_secret_ = here_ + "/hidden/file";
  std::string default_secret_ = here_ + "/home/.ssh/id_ed25519";
  std::string outside_file_ = here_ + "/file";
  Words more_options_;
  Words more_asked_;
  CommandOptions options_;
  Place place_;
};

class FailClosed : public Sandbox {};

// What stays until it is ended, at the latest by a time limit.
class NothingLeft : public Sandbox {
 protected:
  void SetUp() override {
    ASSERT_EQ(prctl(PR_SET_CHILD_SUBREAPER, 1), 0);
    AddOptions({"--timeout=0.3", "--kill-after=0"});
    AddAsked({"stays=yes"});
    Sandbox::SetUp();
  }
};

// The calls after whose failure the C library ends the program, in words of its
// own: then the command has not run either.
struct LibraryRow {
  absl::string_view call;
  absl::string_view reason;
};

constexpr LibraryRow kOfLibrary[] = {
    {"arch_prctl", "its start: no thread-local storage"},
    {"mprotect", "its start: what it has relocated stays writable"},
    {"futex", "its locks: whatever is no known answer"},
};

bool EndsInLibrary(absl::string_view call) {
  for (const LibraryRow& row : kOfLibrary) {
    if (row.call == call) return true;
  }
  return false;
}

// What is wrong about how a run has ended; empty if nothing is.
std::string FlawOf(const FaultyRun& run) {
  const CommandResult& result = run.result;
  const bool has_run = absl::StrContains(result.out, "started\n");
  const bool has_looked = absl::EndsWith(result.out, "looked\n");
  // 126 and 127: of execve itself.
  const bool own_failure = result.exit_status >= 125 &&
                           result.exit_status <= 127 &&
                           absl::StartsWith(result.err, "sbx: ");
  if (run.hung) return "sbx does not end";
  if (absl::StrContains(result.out, "less: ")) return "the command has less";
  if (own_failure) return "";
  if (!has_run && EndsInLibrary(run.call)) return "";
  if (!has_run) return "sbx does not say why the command has not run";
  if (!has_looked) return "the command was cut short without a word";
  if (result.exit_status != 0) return "the command's end is lost";
  return "";
}

// Fails each call of `process` and returns how many there were.
int FailCallsOf(absl::string_view process, const CommandOptions& options,
                const Place& place, const ErrorRow& error) {
  for (int number = 1;; ++number) {
    const auto run = RunWithFault(
        options, place,
        {.process = process, .number = number, .error = error.error});
    if (!run.ok()) {
      ADD_FAILURE() << run.status();
      return 0;
    }
    EXPECT_EQ(FlawOf(*run), "")
        << "after " << run->call << ", call " << number << " of " << process
        << ", failed with " << error.name << ":\n"
        << run->result;
    if (run->call.empty()) {
      // Without a fault the probe is content.
      EXPECT_EQ(run->result.out, "started\nlooked\n");
      return number - 1;
    }
  }
}

// Kills `process` at each of its calls, and returns how many there were.
int KillAtCallsOf(absl::string_view process, const CommandOptions& options,
                  const Place& place) {
  for (int number = 1;; ++number) {
    const auto run =
        RunWithFault(options, place,
                     {.process = process, .number = number, .error = kKilled});
    if (!run.ok()) {
      ADD_FAILURE() << run.status();
      return 0;
    }
    EXPECT_FALSE(run->hung) << "after the end of " << process << " at "
                            << run->call << ", its call " << number;
    if (run->call.empty()) {
      EXPECT_THAT(run->result, ExitsWith(124));
      return number - 1;
    }
  }
}

TEST_P(NothingLeft, WhoeverIsKilledAtACall) {
  for (const absl::string_view process :
       SandboxNamed(GetParam().sandbox).processes) {
    EXPECT_GT(KillAtCallsOf(process, options(), place()), 5) << process;
  }
}

TEST_P(FailClosed, WhicheverCallFails) {
  const ErrorRow& error = ErrorNamed(GetParam().error);
  int all = 0;
  for (const absl::string_view process :
       SandboxNamed(GetParam().sandbox).processes) {
    const int calls = FailCallsOf(process, options(), place(), error);
    EXPECT_GT(calls, 5) << "of " << process;
    std::cout << calls << " calls of " << process << "\n";
    all += calls;
  }
  std::cout << all << " calls were failed with " << error.name
            << ", one a run\n";
}

// Each error in the sandboxes of most, each sandbox with the error of most.
constexpr Case kCases[] = {
    {"Ordinary", "EPERM"},
    {"Ordinary", "EINVAL"},
    {"Ordinary", "ENOSYS"},
    {"Ordinary", "ENOMEM"},
    {"SeveralIds", "EPERM"},
    {"CommandIsProcess1", "EPERM"},
    {"NoFilter", "EPERM"},
    {"SomeCapability", "EPERM"},
    {"Landlock", "EPERM"},
    {"Landlock", "EINVAL"},
    {"Landlock5", "EPERM"},
    {"Landlock5", "EINVAL"},
    {"Landlock5", "ENOMEM"},
    {"Chroot", "EPERM"},
    {"ChrootThatIsAMount", "EPERM"},
    {"ChrootThatIsAMount", "EINVAL"},
    {"ChrootWithoutLandlock", "EPERM"},
    {"ChrootWithoutLandlock", "EINVAL"},
    {"ChrootThatAMountAloneKeeps", "EPERM"},
    {"ChrootThatAMountAloneKeeps", "ENOSYS"},
};

std::string NameOf(const testing::TestParamInfo<Case>& row) {
  return absl::StrCat(row.param.sandbox, row.param.error);
}

INSTANTIATE_TEST_SUITE_P(Each, FailClosed, testing::ValuesIn(kCases), NameOf);

constexpr Case kKilledIn[] = {
    {"Ordinary", "SIGKILL"},
    {"Landlock", "SIGKILL"},
    {"Landlock5", "SIGKILL"},
    {"ChrootWithoutLandlock", "SIGKILL"},
};

INSTANTIATE_TEST_SUITE_P(Each, NothingLeft, testing::ValuesIn(kKilledIn),
                         NameOf);

}  // namespace
}  // namespace sbx::test
