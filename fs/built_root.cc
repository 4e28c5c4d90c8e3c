// SPDX-License-Identifier: Apache-2.0

#include "fs/built_root.h"

#include <fcntl.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_split.h"
#include "fs/apply.h"
#include "fs/plan.h"
#include "gtest/gtest.h"
#include "sandbox/sys/fd.h"
#include "sandbox/sys/file.h"
#include "sandbox/sys/process.h"
#include "sandbox/sys/status.h"
#include "testing/namespaces.h"
#include "testing/status.h"

namespace sbx::fs {
using test::InOwnNamespaces;

namespace stdfs = std::filesystem;

absl::StatusOr<Facts> Answers(const Spec& spec) {
  SBX_ASSIGN_OR_RETURN(Facts facts, ReadFacts(spec));
  if (getenv("AS_ON_OLDER_KERNELS") != nullptr) {
    facts.assembles_detached = false;
  }
  return facts;
}

Host::Host() {
  const auto* test = ::testing::UnitTest::GetInstance()->current_test_info();
  path_ = stdfs::absolute(test->name()).string();
  stdfs::create_directories(path_);
}

std::string Host::Directory(const std::string& below) const {
  stdfs::create_directories(path(below));
  return path(below);
}

std::string Host::File(const std::string& below,
                       const std::string& text) const {
  stdfs::create_directories(stdfs::path(path(below)).parent_path());
  std::ofstream(path(below)) << text;
  return path(below);
}

void Host::Link(const std::string& target, const std::string& below) const {
  stdfs::create_symlink(target, path(below));
}

bool Host::Has(const std::string& below) const {
  return stdfs::exists(stdfs::symlink_status(path(below)));
}

Spec Of(std::vector<Operation> operations) {
  Spec spec;
  for (Operation& operation : operations) {
    spec.items.push_back({.operation = std::move(operation)});
  }
  return spec;
}

absl::Status Enter(const Spec& spec, Work then) {
  umask(0);
  SBX_ASSIGN_OR_RETURN(const Facts facts, Answers(spec));
  SBX_ASSIGN_OR_RETURN(const Plan plan,
                       PlanRoot(spec, facts, {.has_own_mounts = true}));
  SBX_ASSIGN_OR_RETURN(const Root root, BuildRoot(plan));
  SBX_RETURN_IF_ERROR(EnterRoot(root, plan).status());
  then();
  return absl::OkStatus();
}

absl::Status InRoot(const Spec& spec, Work then) {
  return InOwnNamespaces([&] { return Enter(spec, then); });
}

absl::Status Build(const Spec& spec) {
  return InRoot(spec, [] {});
}

// --- What a program tries ------------------------------------------------

std::string TextOf(const std::string& path) {
  return sys::ReadFile(path).value_or("(unreadable)");
}

int Opening(const std::string& path, int flags) {
  const sys::Fd file(open(path.c_str(), flags | O_CLOEXEC, 0600));
  return file ? 0 : errno;
}
int Reading(const std::string& path) { return Opening(path, O_RDONLY); }
int Writing(const std::string& path) { return Opening(path, O_WRONLY); }
int Making(const std::string& path) {
  return Opening(path, O_WRONLY | O_CREAT | O_EXCL);
}

std::vector<std::string> NamesIn(const std::string& directory) {
  std::vector<std::string> names;
  for (const auto& entry : stdfs::directory_iterator(directory)) {
    names.push_back(entry.path().filename().string());
  }
  return names;
}

std::string TargetOf(const std::string& link) {
  return stdfs::is_symlink(link) ? stdfs::read_symlink(link).string() : "";
}

mode_t ModeOf(const std::string& path) {
  struct stat found = {};
  EXPECT_EQ(stat(path.c_str(), &found), 0) << path;
  return found.st_mode & 07777;
}

unsigned long FlagsOf(const std::string& path) {
  struct statvfs found = {};
  EXPECT_EQ(statvfs(path.c_str(), &found), 0) << path;
  return found.f_flag;
}

std::vector<std::string> MountPointsInside() {
  std::vector<std::string> points;
  std::ifstream mounts("/proc/self/mountinfo");
  for (std::string line; std::getline(mounts, line);) {
    const std::vector<std::string> fields = absl::StrSplit(line, ' ');
    points.push_back(fields[4]);
  }
  return points;
}

// In namespaces of the test's own, where it is the host.
// --- What the host does --------------------------------------------------

void MountTmpfs(const std::string& place) {
  EXPECT_EQ(mount("tmpfs", place.c_str(), "tmpfs", 0, nullptr), 0) << place;
}
void BindAt(const std::string& source, const std::string& place) {
  EXPECT_EQ(mount(source.c_str(), place.c_str(), nullptr, MS_BIND, nullptr), 0)
      << place;
}

Turn::Turn() { EXPECT_EQ(pipe2(ends_, O_CLOEXEC), 0); }
void Turn::Give() { EXPECT_EQ(write(ends_[1], "x", 1), 1); }
void Turn::Await() {
  char byte = 0;
  EXPECT_EQ(read(ends_[0], &byte, 1), 1);
}

void ExpectMountsApart(const Spec& spec, const Host& host,
                       const std::string& inside) {
  EXPECT_OK(InOwnNamespaces([&]() -> absl::Status {
    // As on most hosts, where mounts reach every other namespace.
    MountTmpfs(host.path(""));
    host.Directory("/late");
    host.Directory("/back");
    EXPECT_EQ(
        mount(nullptr, host.path("").c_str(), nullptr, MS_SHARED, nullptr), 0);
    Turn built, mounted;
    // In the same user namespace, so that not even that parts them.
    SBX_ASSIGN_OR_RETURN(sys::Child child, sys::Fork({.mount = true}));
    if (child.pid() == 0) {
      const absl::Status status = Enter(spec, [&] {
        const std::string back = inside + "/back";
        EXPECT_EQ(mount("tmpfs", back.c_str(), "tmpfs", 0, nullptr), 0);
        built.Give();
        mounted.Await();
        EXPECT_EQ(Reading(inside + "/late"), 0);
        EXPECT_EQ(Reading(inside + "/late/file"), ENOENT);
      });
      EXPECT_OK(status);
      _exit(::testing::Test::HasFailure() ? 1 : 0);
    }
    built.Await();
    struct stat above = {}, below = {};
    EXPECT_EQ(stat(host.path("").c_str(), &above), 0);
    EXPECT_EQ(stat(host.path("/back").c_str(), &below), 0);
    EXPECT_EQ(above.st_dev, below.st_dev) << "a mount inside came out";
    MountTmpfs(host.path("/late"));
    host.File("/late/file", "text");
    mounted.Give();
    SBX_ASSIGN_OR_RETURN(const sys::WaitStatus status, child.Wait());
    EXPECT_EQ(status.raw, 0);
    return absl::OkStatus();
  }));
}

}  // namespace sbx::fs
