// SPDX-License-Identifier: Apache-2.0
//
// For tests: builds roots, enters them, and does there what a program tries.

#ifndef SBX_FS_BUILT_ROOT_H_
#define SBX_FS_BUILT_ROOT_H_

#include <sys/stat.h>

#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "fs/facts.h"
#include "fs/spec.h"

namespace sbx::fs {

using Work = absl::FunctionRef<void()>;

// A directory of the host with files in it, named after the test.
class Host {
 public:
  Host();

  std::string path(const std::string& below) const { return path_ + below; }
  std::string Directory(const std::string& below) const;
  std::string File(const std::string& below, const std::string& text) const;
  void Link(const std::string& target, const std::string& below) const;
  bool Has(const std::string& below) const;

 private:
  std::string path_;
};

Spec Of(std::vector<Operation> operations);

// What the host answers; in one of the two runs of these tests as an older
// kernel would (BUILD).
absl::StatusOr<Facts> Answers(const Spec& spec);

// In namespaces of the test's own: builds what `spec` asks for, goes there, and
// does `then`.
absl::Status Enter(const Spec& spec, Work then);

// The same, in namespaces made for it.
absl::Status InRoot(const Spec& spec, Work then);

// How building the root of `spec` ends.
absl::Status Build(const Spec& spec);

// --- What a program tries ------------------------------------------------

std::string TextOf(const std::string& path);

// How opening a file goes: 0 or errno.
int Opening(const std::string& path, int flags);
int Reading(const std::string& path);
int Writing(const std::string& path);
int Making(const std::string& path);

std::vector<std::string> NamesIn(const std::string& directory);
std::string TargetOf(const std::string& link);
mode_t ModeOf(const std::string& path);
// As statvfs(3) has them.
unsigned long FlagsOf(const std::string& path);
// Where something is mounted, as /proc tells (proc_pid_mountinfo(5)).
std::vector<std::string> MountPointsInside();

// --- What the host does --------------------------------------------------

void MountTmpfs(const std::string& place);
void BindAt(const std::string& source, const std::string& place);

// A pair of pipes by which two processes wait for each other.
class Turn {
 public:
  Turn();
  void Give();
  void Await();

 private:
  int ends_[2] = {};
};

// Looks from inside a sandbox that shows `host` at `inside` whether mounts of
// one side show on the other.
void ExpectMountsApart(const Spec& spec, const Host& host,
                       const std::string& inside);

}  // namespace sbx::fs

#endif  // SBX_FS_BUILT_ROOT_H_
