// SPDX-License-Identifier: Apache-2.0
//
// Paths as text: whether one lies below another decides what is hidden.

#include <string>
#include <vector>

#include "sandbox/sys/path.h"
#include "testing/fuzz/target.h"

namespace sbx::test {
namespace {

void Check(absl::string_view text) {
  const std::string path = sys::Lexical(sys::Absolute("/work", text));
  Require(!path.empty() && path[0] == '/', "it is absolute");
  Require(sys::Lexical(path) == path, "plain is plain");
  Require(path == "/" || path.back() != '/', "no slash ends it");
  for (const std::string& part : sys::Components(path)) {
    Require(!part.empty() && part != "." && part != ".." &&
                part.find('/') == std::string::npos,
            "each component is a name");
  }
  Require(sys::IsAtOrBelow(path, "/"), "all is below the root");
  Require(sys::IsAtOrBelow(path, path), "it is at itself");
  const std::string below = path == "/" ? "/x" : path + "/x";
  const std::string beside = path == "/" ? "/" : path + "x";
  Require(sys::IsAtOrBelow(below, path), "a child is below");
  Require(!sys::IsAtOrBelow(path, below), "a parent is not");
  Require(path == "/" || !sys::IsAtOrBelow(beside, path),
          "a longer name is another");
  Require(sys::ParentOf(below) == path, "it is the parent of its child");
}

}  // namespace

const Target kTarget = {.seeds = {"/", "", ".", "..", "/a/b", "a/../../b",
                                  "//a///b/.", "/a/b/..", "/..", "./a/."},
                        .check = Check};

}  // namespace sbx::test
