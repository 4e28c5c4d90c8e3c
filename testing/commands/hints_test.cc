// SPDX-License-Identifier: Apache-2.0
//
// Each hint of sbx is given where it is for: the situation is made, here or in
// the virtual machine.

#include "tools/sbx/hints.h"

#include <cerrno>
#include <cstring>
#include <fstream>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "sandbox/sys/file.h"
#include "testing/command.h"
#include "testing/commands/sandbox.h"
#include "testing/status.h"

namespace sbx::test {
namespace {

using tools::HintRow;

// What a shell does, in a directory of its own that has refusing_CALL.json for
// some calls.
constexpr const char* kSituations[] = {
    // A chroot of somebody who cannot leave it again.
    "mkdir root; sbx --nested --user=0 --cap=SYS_CHROOT --ro=/:$PWD/root -- "
    "/usr/sbin/chroot root $(command -v sbx) -- true",
    // What an administrator may set.
    "unshare --user --map-root-user sh -c 'echo 0 "
    ">/proc/sys/user/max_user_namespaces; sbx -- true'",
    // A sandbox that lets nobody make another.
    "sbx -- sbx -- true",
    // Filters around sbx.
    "sbx --nested --seccomp=refusing_open_tree.json -- sbx -- true",
    "sbx --nested --seccomp=refusing_fsopen.json -- sbx --bare --ro=/usr -- "
    "true",
    // A /proc as containers have it, and others.
    "sbx --nested --user=0 --cap=ALL --seccomp=none --tmpfs=/proc/sys -- sbx "
    "-- true",
    "sbx --nested --proc=none -- sbx -- true",
    "sbx --nested --bare --ro=/usr --ro=/etc --symlink=usr/lib:/lib "
    "--symlink=usr/lib64:/lib64 --ro=$(dirname $(command -v sbx)):/opt -- "
    "/opt/sbx -- true",
    "sbx --nested --proc=none -- old_landlock 3 sbx --mode=landlock "
    "--landlock=prefer --bare --ro=/usr -- true",
    "sbx --nested --proc=outer -- sbx -- true",
    // Root of a sandbox, and whom a security module takes all power.
    "sbx --nested --user=0 -- sbx -- true",
    "powerless sbx -- true",
    "sbx --mode=chroot --root=/ -- true",
    // The landlock mode and reports of refusals, inside of themselves.
    "sbx --mode=landlock -- sbx --mode=landlock -- true",
    "old_landlock 3 sbx --mode=landlock --landlock=prefer --bare --ro=/usr "
    "--ro=/etc --ro=/proc --ro=/dev --ro=$(dirname $(command -v sbx)) -- "
    "$(command -v sbx) --mode=landlock --landlock=prefer --bare --ro=/usr -- "
    "true",
    "sbx=$(command -v sbx); one=\"$sbx --mode=landlock --bare --ro=/usr "
    "--ro=/etc "
    "--ro=/proc --ro=/dev --ro=${sbx%/*} --\"; $one $one $one $one $one true",
    "sbx --nested --seccomp-log -- sbx --seccomp-log -- true",
    // What the caller got wrong.
    "sbx --ro=nothing -- true",
    "sbx --cwd=/no/such/place -- true",
    "ln -s elsewhere link; sbx --report=link -- true",
    "sbx --rlimit=nofile=9999999999 -- true",
};

// Those that take a machine with nothing but version 2 of cgroups, as a case of
// the virtual machine has words of the hint in it.
constexpr struct {
  absl::string_view call;
  int error;
  absl::string_view words;
} kInMachine[] = {
    {"mkdir", EACCES, "systemd-run --user --scope"},
    {"write", EACCES, "systemd-run --user --scope"},
    {"mkdir", EROFS, "the cgroups are read-only here"},
};

// What sbx would say of the row's situation, but for the call's arguments.
bool Says(const std::string& said, const HintRow& row) {
  return absl::StrContains(
             said, absl::StrCat("sbx: ", row.step, ": ", row.call, "(")) &&
         absl::StrContains(said, absl::StrCat(": ", strerror(row.error),
                                              "\nsbx: hint: ", row.hint, "\n"));
}

std::vector<std::string> AllThatIsSaid() {
  for (const char* call : {"open_tree", "fsopen"}) {
    std::ofstream(absl::StrCat("refusing_", call, ".json"))
        << R"({"defaultAction": "SCMP_ACT_ALLOW", "syscalls": [{"names": [")"
        << call << R"("], "action": "SCMP_ACT_ERRNO"}]})";
  }
  std::vector<std::string> said;
  for (const char* situation : kSituations) {
    const CommandResult result = RunCommand(Bash(situation));
    EXPECT_THAT(result, ExitsWith(125)) << situation;
    said.push_back(result.err);
  }
  return said;
}

bool IsInMachine(const HintRow& row, const std::string& script) {
  if (row.step != "limiting the sandbox") return false;
  for (const auto& one : kInMachine) {
    if (one.call != row.call || one.error != row.error) continue;
    return absl::StrContains(row.hint, one.words) &&
           absl::StrContains(script, one.words);
  }
  return false;
}

TEST(Hints, AreEachGivenWhereTheyAreFor) {
  const std::vector<std::string> said = AllThatIsSaid();
  ASSERT_OK_AND_ASSIGN(const std::string script,
                       sys::ReadFile("testing/vm/cases/hints.sh"));
  std::vector<bool> used(said.size());
  for (const HintRow& row : tools::Hints()) {
    bool found = IsInMachine(row, script);
    for (size_t i = 0; i < said.size(); ++i) {
      if (!Says(said[i], row)) continue;
      found = used[i] = true;
    }
    EXPECT_TRUE(found) << row.step << ": " << row.call << ": "
                       << strerror(row.error);
  }
  for (size_t i = 0; i < said.size(); ++i) {
    EXPECT_TRUE(used[i]) << kSituations[i] << "\n" << said[i];
  }
}

}  // namespace
}  // namespace sbx::test
