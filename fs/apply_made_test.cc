// SPDX-License-Identifier: Apache-2.0
//
// What is made for the sandbox: files, devices, processes, overlays.

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <filesystem>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "fs/apply.h"
#include "fs/built_root.h"
#include "fs/plan.h"
#include "fs/spec.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "sandbox/sys/fd.h"
#include "sandbox/sys/status.h"
#include "testing/namespaces.h"
#include "testing/status.h"

namespace sbx::fs {
namespace {

using test::FailsWith;
using test::InOwnNamespaces;
using test::Says;
using ::testing::AllOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

namespace stdfs = std::filesystem;

// --- What is made --------------------------------------------------------

TEST(Text, StandsOverTheFileThatIsThere) {
  const Host host;
  host.File("/file", "old");
  EXPECT_OK(InRoot(Of({Bind{host.path(""), "/data", Access::kReadWrite},
                       Text{"/data/file", "new"}}),
                   [] {
                     EXPECT_EQ(TextOf("/data/file"), "new");
                     EXPECT_EQ(Writing("/data/file"), EROFS);
                   }));
  EXPECT_EQ(TextOf(host.path("/file")), "old");
}

TEST(Text, StandsOverWhatALinkLeadsTo) {
  const Host host;
  host.File("/file", "old");
  host.Link("file", "/link");
  EXPECT_OK(
      InRoot(Of({Bind{host.path(""), "/data"}, Text{"/data/link", "new"}}), [] {
        EXPECT_EQ(TextOf("/data/file"), "new");
        EXPECT_EQ(TargetOf("/data/link"), "file");
      }));
}

TEST(Text, IsMadeWhereNothingIs) {
  EXPECT_OK(InRoot(Of({Text{"/etc/passwd", "text", 0400}}), [] {
    EXPECT_EQ(TextOf("/etc/passwd"), "text");
    EXPECT_EQ(ModeOf("/etc/passwd"), 0400u);
  }));
}

TEST(File, HoldsWhatTheDescriptorGives) {
  int ends[2];
  ASSERT_EQ(pipe2(ends, O_CLOEXEC), 0);
  const sys::Fd content(ends[0]);
  ASSERT_OK(sys::WriteAll(sys::Fd(ends[1]), "a text", "pipe"));
  EXPECT_OK(InRoot(Of({File{"/etc/file", content.get(), 0640}}), [] {
    EXPECT_EQ(TextOf("/etc/file"), "a text");
    EXPECT_EQ(ModeOf("/etc/file"), 0640u);
    EXPECT_EQ(Writing("/etc/file"), 0);
  }));
}

TEST(File, DoesNotReplaceOneNorFollowALink) {
  const sys::Fd content(memfd_create("content", MFD_CLOEXEC));
  EXPECT_THAT(
      Build(Of({Symlink{"target", "/link"}, File{"/link", content.get()}})),
      AllOf(FailsWith(EEXIST), Says("/link")));
}

sys::Fd ContentOf(const std::string& text) {
  sys::Fd content(memfd_create("content", MFD_CLOEXEC));
  EXPECT_OK(sys::WriteAll(content, text, "content"));
  EXPECT_EQ(lseek(content.get(), 0, SEEK_SET), 0);
  return content;
}

TEST(File, MayOverwriteOne) {
  const sys::Fd first = ContentOf("first"), second = ContentOf("2nd");
  EXPECT_OK(InRoot(Of({File{"/file", first.get()},
                       File{.inside = "/file",
                            .content = second.get(),
                            .existing = Existing::kOverwritten}}),
                   [] { EXPECT_EQ(TextOf("/file"), "2nd"); }));
}

TEST(Data, StandsOverAFileWithItsModeAndIsWritableOrNot) {
  const Host host;
  host.File("/share/file", "old");
  const sys::Fd content = ContentOf("new"), more = ContentOf("more");
  EXPECT_OK(InRoot(Of({Bind{host.path("/share"), "/share"},
                       Data{"/share/file", content.get(), 0640},
                       Data{"/more", more.get(), 0600, Access::kReadOnly}}),
                   [] {
                     EXPECT_EQ(TextOf("/share/file"), "new");
                     EXPECT_EQ(ModeOf("/share/file"), 0640u);
                     EXPECT_EQ(Writing("/share/file"), 0);
                     EXPECT_EQ(TextOf("/more"), "more");
                     EXPECT_EQ(Writing("/more"), EROFS);
                   }));
  EXPECT_EQ(TextOf(host.path("/share/file")), "old");
}

TEST(Mode, ChangesWhatIsThereAndNothingOutside) {
  const Host host;
  host.File("/share/file", "");
  chmod(host.path("/share/file").c_str(), 0600);
  EXPECT_OK(InRoot(Of({Directory{"/dir"}, Mode{"/dir", 01777}}),
                   [] { EXPECT_EQ(ModeOf("/dir"), 01777u); }));
  EXPECT_THAT(Build(Of({Bind{host.path("/share"), "/share"},
                        Mode{"/share/file", 0777}})),
              FailsWith(EROFS));
  EXPECT_THAT(Build(Of({Mode{"/nothing", 0777}})), FailsWith(ENOENT));
}

TEST(ReadOnly, IsThatMountAlone) {
  EXPECT_OK(InRoot(Of({Tmpfs{"/a"}, Tmpfs{"/a/b"}, ReadOnly{"/a"}}), [] {
    EXPECT_EQ(Making("/a/file"), EROFS);
    EXPECT_EQ(Making("/a/b/file"), 0);
  }));
  EXPECT_THAT(Build(Of({Directory{"/a"}, ReadOnly{"/a"}})),
              AllOf(FailsWith(EINVAL), Says("\"/a\" is no mount point")));
}

TEST(Symlink, MayBeThereAlreadyIfItLeadsToTheSame) {
  EXPECT_OK(Build(Of({Symlink{"a", "/link"}, Symlink{"a", "/link"}})));
  EXPECT_THAT(Build(Of({Symlink{"a", "/link"}, Symlink{"b", "/link"}})),
              Says("existing destination is a"));
  EXPECT_THAT(Build(Of({Directory{"/link"}, Symlink{"b", "/link"}})),
              Says("destination exists and is not a symlink"));
}

TEST(Symlink, LeadsWhereItWasAskedTo) {
  EXPECT_OK(InRoot(Of({Symlink{"usr/bin", "/bin"}}),
                   [] { EXPECT_EQ(TargetOf("/bin"), "usr/bin"); }));
}

TEST(Directory, HasTheModeAskedForAndStaysIfItIsThere) {
  EXPECT_OK(InRoot(Of({Directory{"/a/b", 01770}, Directory{"/a/b", 0700}}),
                   [] { EXPECT_EQ(ModeOf("/a/b"), 01770u); }));
}

TEST(Tmpfs, HasTheModeAndTheSizeAskedFor) {
  EXPECT_OK(
      InRoot(Of({Tmpfs{.inside = "/t", .mode = 01777, .size = 1 << 20}}), [] {
        struct statvfs found = {};
        EXPECT_EQ(statvfs("/t", &found), 0);
        EXPECT_EQ(found.f_blocks * found.f_frsize, 1u << 20);
        EXPECT_EQ(ModeOf("/t"), 01777u);
        EXPECT_EQ(Making("/t/new"), 0);
        EXPECT_TRUE(found.f_flag & ST_NOSUID);
        EXPECT_TRUE(found.f_flag & ST_NODEV);
      }));
}

// --- /dev and /proc ------------------------------------------------------

TEST(Dev, HasTheMinimalDevicesAndNothingElse) {
  EXPECT_OK(InRoot(Of({Dev{}}), [] {
    EXPECT_THAT(NamesIn("/dev"),
                UnorderedElementsAre("null", "zero", "full", "random",
                                     "urandom", "tty", "fd", "stdin", "stdout",
                                     "stderr", "ptmx", "shm", "pts"));
    for (const char* name : {"null", "zero", "full", "random", "urandom"}) {
      EXPECT_EQ(Opening(absl::StrCat("/dev/", name), O_RDWR), 0) << name;
    }
    EXPECT_TRUE(stdfs::is_character_file("/dev/tty"));
    EXPECT_EQ(TargetOf("/dev/fd"), "/proc/self/fd");
    EXPECT_EQ(TargetOf("/dev/stdin"), "/proc/self/fd/0");
    EXPECT_EQ(TargetOf("/dev/stdout"), "/proc/self/fd/1");
    EXPECT_EQ(TargetOf("/dev/stderr"), "/proc/self/fd/2");
    EXPECT_EQ(TargetOf("/dev/ptmx"), "pts/ptmx");
    EXPECT_EQ(Making("/dev/shm/new"), 0);
    EXPECT_EQ(ModeOf("/dev/shm"), 01777u);
  }));
}

TEST(Dev, IsReadOnly) {
  EXPECT_OK(InRoot(Of({Dev{}}), [] {
    EXPECT_EQ(Making("/dev/new"), EROFS);
    EXPECT_EQ(unlink("/dev/ptmx"), -1);
    EXPECT_EQ(chmod("/dev/null", 0), -1);
    EXPECT_EQ(errno, EROFS);
  }));
}

TEST(Dev, TakesADeviceThatIsAskedForAfterIt) {
  EXPECT_OK(InRoot(Of({Dev{}, Device{"/dev/zero", "/dev/nought"}}), [] {
    const sys::Fd device(open("/dev/nought", O_RDONLY | O_CLOEXEC));
    char byte = 'x';
    EXPECT_EQ(read(device.get(), &byte, 1), 1);
    EXPECT_EQ(byte, 0);
    EXPECT_EQ(Making("/dev/new"), EROFS);
  }));
}

TEST(Dev, HasTerminalsOfItsOwn) {
  const sys::Fd outside(posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC));
  ASSERT_TRUE(outside);
  EXPECT_OK(InRoot(Of({Dev{}}), [] {
    EXPECT_THAT(NamesIn("/dev/pts"), ElementsAre("ptmx"));
    // The test has every capability; a command has none.
    EXPECT_EQ(ModeOf("/dev/pts/ptmx"), 0666u);
    const sys::Fd terminal(open("/dev/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC));
    EXPECT_TRUE(terminal);
    EXPECT_THAT(NamesIn("/dev/pts"), UnorderedElementsAre("ptmx", "0"));
    EXPECT_STREQ(ptsname(terminal.get()), "/dev/pts/0");
  }));
}

TEST(Dev, ShowsTheCallersTerminalAsConsole) {
  const sys::Fd ours(posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC));
  ASSERT_EQ(unlockpt(ours.get()), 0);
  const std::string name = ptsname(ours.get());
  EXPECT_OK(InOwnNamespaces([&]() -> absl::Status {
    SBX_ASSIGN_OR_RETURN(const Plan plan,
                         PlanRoot(Of({Dev{}}), {.terminal = name}, {}));
    struct stat outside = {}, inside = {};
    EXPECT_EQ(stat(name.c_str(), &outside), 0);
    SBX_ASSIGN_OR_RETURN(const Root root, BuildRoot(plan));
    SBX_RETURN_IF_ERROR(EnterRoot(root, {}).status());
    EXPECT_EQ(stat("/dev/console", &inside), 0);
    EXPECT_EQ(inside.st_rdev, outside.st_rdev);
    return absl::OkStatus();
  }));
}

TEST(Dev, MayBePlain) {
  EXPECT_OK(InRoot(Of({Dev{.style = DevStyle::kPlain}}), [] {
    EXPECT_EQ(Making("/dev/new"), 0);
    EXPECT_EQ(Writing("/dev/null"), 0);
    EXPECT_EQ(ModeOf("/dev/shm"), 0755u);
  }));
}

TEST(Mqueue, HoldsTheQueuesOfTheSandbox) {
  EXPECT_OK(InRoot(Of({Mqueue{"/queues"}}), [] {
    EXPECT_THAT(NamesIn("/queues"), IsEmpty());
    EXPECT_TRUE(FlagsOf("/queues") & ST_NOEXEC);
  }));
}

TEST(Device, ThatIsNoneIsRefused) {
  const Host host;
  EXPECT_THAT(Build(Of({Device{host.File("/file", ""), "/device"}})),
              Says("is not a device"));
}

TEST(Proc, ShowsTheProcessesOfTheSandboxAlone) {
  EXPECT_OK(InRoot(Of({Proc{}}), [] {
    std::vector<std::string> processes;
    for (const std::string& name : NamesIn("/proc")) {
      if (isdigit(name[0])) processes.push_back(name);
    }
    EXPECT_THAT(processes, ElementsAre("1"));
    EXPECT_TRUE(FlagsOf("/proc") & ST_NOSUID);
    EXPECT_TRUE(FlagsOf("/proc") & ST_NODEV);
    EXPECT_TRUE(FlagsOf("/proc") & ST_NOEXEC);
  }));
}

TEST(Proc, CoversWhatItWouldGrantToTheHostsRoot) {
  EXPECT_OK(InOwnNamespaces([]() -> absl::Status {
    SBX_ASSIGN_OR_RETURN(const Plan plan,
                         PlanRoot(Of({Proc{}}), {}, {.has_host_root = true}));
    SBX_ASSIGN_OR_RETURN(const Root root, BuildRoot(plan));
    SBX_RETURN_IF_ERROR(EnterRoot(root, {}).status());
    EXPECT_TRUE(FlagsOf("/proc/sys") & ST_RDONLY);
    EXPECT_FALSE(FlagsOf("/proc/self") & ST_RDONLY);
    EXPECT_THAT(MountPointsInside(),
                AllOf(Contains("/proc/sys"), Contains("/proc/fs")));
    // Not every kernel has these.
    if (stdfs::exists("/proc/keys")) {
      EXPECT_EQ(TextOf("/proc/keys"), "");
    }
    if (stdfs::exists("/proc/sysrq-trigger")) {
      EXPECT_TRUE(FlagsOf("/proc/sysrq-trigger") & ST_RDONLY);
    }
    return absl::OkStatus();
  }));
}

// --- Overlays ------------------------------------------------------------

TEST(Overlay, ShowsTheHighestLayerAndKeepsWritesWhereAsked) {
  const Host host;
  host.File("/low/file", "low");
  host.File("/low/other", "other");
  host.File("/high/file", "high");
  const Overlay overlay = {.inside = "/o",
                           .layers = {host.path("/low"), host.path("/high")},
                           .upper = Upper::kHost,
                           .written = host.Directory("/upper"),
                           .work = host.Directory("/work")};
  EXPECT_OK(InRoot(Of({overlay}), [] {
    EXPECT_EQ(TextOf("/o/file"), "high");
    EXPECT_EQ(unlink("/o/other"), 0);
    EXPECT_EQ(Making("/o/new"), 0);
    EXPECT_TRUE(FlagsOf("/o") & ST_NOSUID);
    EXPECT_TRUE(FlagsOf("/o") & ST_NODEV);
  }));
  EXPECT_TRUE(host.Has("/upper/new"));
  EXPECT_TRUE(host.Has("/low/other"));
  chmod(host.path("/work/work").c_str(), 0700);
}

TEST(Overlay, InMemoryForgetsAndReadOnlyRefuses) {
  const Host host;
  const std::vector<std::string> layers = {host.Directory("/a:b,c"),
                                           host.Directory("/d\\e")};
  host.File("/a:b,c/file", "text");
  EXPECT_OK(InRoot(Of({Overlay{"/memory", layers, Upper::kMemory},
                       Overlay{"/none", layers, Upper::kNone}}),
                   [] {
                     EXPECT_EQ(TextOf("/memory/file"), "text");
                     EXPECT_EQ(Making("/memory/new"), 0);
                     EXPECT_EQ(Making("/none/new"), EROFS);
                   }));
  EXPECT_THAT(NamesIn(layers[0]), ElementsAre("file"));
  EXPECT_THAT(NamesIn(layers[1]), IsEmpty());
}

}  // namespace
}  // namespace sbx::fs
