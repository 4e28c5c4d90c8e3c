// SPDX-License-Identifier: Apache-2.0
//
// What a sandbox sees of the host where it was shared, and what not.

#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <filesystem>
#include <string>

#include "absl/status/status.h"
#include "fs/built_root.h"
#include "fs/spec.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "sandbox/sys/process.h"
#include "sandbox/sys/status.h"
#include "testing/namespaces.h"
#include "testing/status.h"

namespace sbx::fs {
namespace {

using test::FailsWith;
using test::InOwnNamespaces;
using test::Says;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

namespace stdfs = std::filesystem;

TEST(Share, ReadOnlyRefusesWrites) {
  const Host host;
  host.File("/file", "old");
  EXPECT_OK(InRoot(Of({Bind{host.path(""), "/data"}}), [] {
    EXPECT_EQ(TextOf("/data/file"), "old");
    EXPECT_EQ(Writing("/data/file"), EROFS);
    EXPECT_EQ(Making("/data/new"), EROFS);
    EXPECT_EQ(unlink("/data/file"), -1);
    EXPECT_EQ(chmod("/data/file", 0777), -1);
  }));
  EXPECT_EQ(TextOf(host.path("/file")), "old");
}

TEST(Share, ReadOnlyRefusesWritesToWhatIsMountedBelow) {
  const Host host;
  host.Directory("/sub/sub");
  EXPECT_OK(InOwnNamespaces([&] {
    MountTmpfs(host.path("/sub"));
    host.Directory("/sub/sub");
    MountTmpfs(host.path("/sub/sub"));
    host.File("/sub/sub/file", "old");
    return Enter(Of({Bind{host.path(""), "/data"}}), [] {
      EXPECT_EQ(TextOf("/data/sub/sub/file"), "old");
      EXPECT_EQ(Writing("/data/sub/sub/file"), EROFS);
      EXPECT_EQ(Making("/data/sub/new"), EROFS);
    });
  }));
}

TEST(Share, WritableTakesWrites) {
  const Host host;
  EXPECT_OK(InRoot(Of({Bind{host.path(""), "/data", Access::kReadWrite}}),
                   [] { EXPECT_EQ(Making("/data/new"), 0); }));
  EXPECT_TRUE(host.Has("/new"));
}

TEST(Share, HasNoSetIdProgramsAndNoDevices) {
  const Host host;
  host.Directory("/sub");
  EXPECT_OK(InOwnNamespaces([&] {
    MountTmpfs(host.path("/sub"));
    return Enter(Of({Bind{host.path(""), "/data", Access::kReadWrite}}), [] {
      for (const char* path : {"/data", "/data/sub"}) {
        EXPECT_TRUE(FlagsOf(path) & ST_NOSUID) << path;
        EXPECT_TRUE(FlagsOf(path) & ST_NODEV) << path;
      }
    });
  }));
}

TEST(Share, DeviceInItCannotBeOpened) {
  EXPECT_EQ(Reading("/dev/null"), 0);
  EXPECT_OK(InRoot(Of({Bind{"/dev", "/devices", Access::kReadWrite}}),
                   [] { EXPECT_EQ(Reading("/devices/null"), EACCES); }));
}

TEST(Share, OfAFileIsThatFileAlone) {
  const Host host;
  EXPECT_OK(InRoot(Of({Bind{host.File("/a", "text"), "/b"}}), [] {
    EXPECT_EQ(TextOf("/b"), "text");
    EXPECT_EQ(Writing("/b"), EROFS);
    EXPECT_THAT(NamesIn("/"), ElementsAre("b"));
  }));
}

TEST(Share, ThatMayBeMissingIsLeftOut) {
  const Host host;
  EXPECT_OK(InRoot(Of({Bind{.host = host.path("/none"),
                            .inside = "/none",
                            .source = Absent::kSkip}}),
                   [] { EXPECT_THAT(NamesIn("/"), IsEmpty()); }));
}

TEST(Share, ThatMustExistIsAnErrorThatNamesIt) {
  const Host host;
  EXPECT_THAT(Build(Of({Bind{host.path("/none"), "/none"}})),
              AllOf(FailsWith(ENOENT), Says(host.path("/none"))));
}

TEST(Share, LaterOneCoversAnEarlierOne) {
  const Host host;
  host.File("/old/file", "old");
  host.File("/new/file", "new");
  EXPECT_OK(InRoot(
      Of({Bind{host.path("/old"), "/data"}, Bind{host.path("/new"), "/data"}}),
      [] { EXPECT_EQ(TextOf("/data/file"), "new"); }));
}

TEST(Share, AsTheRootIsReadOnlyToo) {
  const Host host;
  EXPECT_OK(InRoot(Of({Bind{host.path(""), "/"}}),
                   [] { EXPECT_EQ(Making("/new"), EROFS); }));
  EXPECT_FALSE(host.Has("/new"));
}

TEST(Share, IsCutOffFromWhatIsMountedLater) {
  const Host host;
  ExpectMountsApart(Of({Bind{host.path(""), "/data", Access::kReadWrite}}),
                    host, "/data");
}

TEST(Share, OfTheWholeHostElsewhereShowsTheHost) {
  EXPECT_OK(InRoot(Of({Directory{"/new"}, Bind{"/", "/host"}}), [] {
    EXPECT_TRUE(stdfs::exists("/host/etc/passwd"));
    EXPECT_FALSE(stdfs::exists("/host/new"));
  }));
}

TEST(Share, WhoseLinkGoesUpToTheRootIsTheHosts) {
  const Host host;
  host.File("/real", "real");
  // As /etc/os-release is a link to ../usr/lib/os-release.
  std::string up;
  for (int i = 0; i < 20; ++i) up += "../";
  host.Link(up + host.path("/real").substr(1), "/link");
  host.Link(up, "/root");
  EXPECT_OK(InRoot(
      Of({Bind{host.path("/link"), "/file"}, Bind{host.path("/root"), "/host"},
          Device{host.path("/root") + "/dev/null", "/null"}}),
      [] {
        EXPECT_EQ(TextOf("/file"), "real");
        EXPECT_TRUE(stdfs::exists("/host/etc/passwd"));
        EXPECT_EQ(Reading("/null"), 0);
      }));
}

TEST(Share, MayHaveDevices) {
  EXPECT_OK(InRoot(
      Of({Bind{.host = "/dev", .inside = "/with", .devices = Devices::kUsable},
          Bind{.host = "/dev", .inside = "/without"}}),
      [] {
        EXPECT_EQ(Reading("/with/null"), 0);
        EXPECT_EQ(Reading("/without/null"), EACCES);
      }));
}

TEST(Share, ThatFollowsTheHostShowsWhatIsMountedThereLater) {
  const Host host;
  host.Directory("/late");
  const Operation follows = Bind{.host = host.path(""),
                                 .inside = "/data",
                                 .access = Access::kReadWrite,
                                 .propagation = Propagation::kSlave};
  EXPECT_OK(InOwnNamespaces([&]() -> absl::Status {
    MountTmpfs(host.path(""));
    host.Directory("/late");
    EXPECT_EQ(
        mount(nullptr, host.path("").c_str(), nullptr, MS_SHARED, nullptr), 0);
    Turn built, mounted;
    SBX_ASSIGN_OR_RETURN(sys::Child child, sys::Fork({.mount = true}));
    if (child.pid() == 0) {
      EXPECT_OK(Enter(Of({follows}), [&] {
        built.Give();
        mounted.Await();
        EXPECT_EQ(Reading("/data/late/file"), 0);
      }));
      _exit(::testing::Test::HasFailure() ? 1 : 0);
    }
    built.Await();
    MountTmpfs(host.path("/late"));
    host.File("/late/file", "text");
    mounted.Give();
    SBX_ASSIGN_OR_RETURN(const sys::WaitStatus status, child.Wait());
    EXPECT_EQ(status.raw, 0);
    return absl::OkStatus();
  }));
}

}  // namespace
}  // namespace sbx::fs
