// SPDX-License-Identifier: Apache-2.0

#include "sandbox/sys/path.h"

#include <string>
#include <vector>

#include "gtest/gtest.h"

namespace sbx::sys {
namespace {

TEST(Absolute, StartsARelativePathFromTheDirectory) {
  const struct {
    std::string directory;
    std::string path;
    std::string absolute;
  } rows[] = {
      {"/home/ana", "src", "/home/ana/src"},
      {"/home/ana", "src/a", "/home/ana/src/a"},
      {"/home/ana", "/etc", "/etc"},
      {"/home/ana", "/", "/"},
      {"/home/ana", ".", "/home/ana"},
      {"/home/ana", "", "/home/ana"},
      // For opening: the kernel has to see the ".." after symbolic links.
      {"/home/ana", "../bob", "/home/ana/../bob"},
      {"/home/ana", ".ssh", "/home/ana/.ssh"},
      {"/", "src", "/src"},
      {"/", ".", "/"},
  };
  for (const auto& row : rows) {
    EXPECT_EQ(Absolute(row.directory, row.path), row.absolute)
        << row.path << " from " << row.directory;
  }
}

TEST(Lexical, AppliesDotsToTheTextAlone) {
  const struct {
    std::string path;
    std::string lexical;
  } rows[] = {
      {"/", "/"},
      {"", "/"},
      {"/home/ana", "/home/ana"},
      {"/home/ana/", "/home/ana"},
      {"//home///ana", "/home/ana"},
      {"/./home/./ana/.", "/home/ana"},
      {"/home/ana/..", "/home"},
      {"/home/../etc", "/etc"},
      {"/home/ana/../../..", "/"},
      {"/../etc", "/etc"},
      {"/home/...", "/home/..."},
      {"/home/..ana/.b", "/home/..ana/.b"},
  };
  for (const auto& row : rows) {
    EXPECT_EQ(Lexical(row.path), row.lexical) << row.path;
  }
}

TEST(Components, LeaveOutEmptyOnesAndDots) {
  const struct {
    std::string path;
    std::vector<std::string> components;
  } rows[] = {
      {"/", {}},
      {"", {}},
      {"//./", {}},
      {"/home/ana", {"home", "ana"}},
      {"//home/./ana/", {"home", "ana"}},
      {"/home/../.ssh", {"home", "..", ".ssh"}},
  };
  for (const auto& row : rows) {
    EXPECT_EQ(Components(row.path), row.components) << row.path;
  }
}

TEST(ParentOf, IsTheDirectoryPart) {
  const struct {
    std::string path;
    std::string parent;
  } rows[] = {
      {"/a/b", "/a"}, {"/a/b/c", "/a/b"}, {"/a", "/"}, {"/", "/"}, {"", "/"},
  };
  for (const auto& row : rows) {
    EXPECT_EQ(ParentOf(row.path), row.parent) << row.path;
  }
}

}  // namespace
}  // namespace sbx::sys
