// SPDX-License-Identifier: Apache-2.0
//
// A whole command line, an argument a line.

#include "tools/sbx/options.h"

#include <algorithm>
#include <string>
#include <vector>

#include "absl/strings/str_split.h"
#include "sandbox/caller.h"
#include "sandbox/check.h"
#include "testing/fuzz/target.h"
#include "tools/sbx/defaults.h"
#include "tools/sbx/draft.h"
#include "tools/sbx/table.h"

namespace sbx::test {
namespace {

using Words = std::vector<std::string>;

void RequireSuffix(const Words& command, const Words& arguments) {
  Require(command.size() <= arguments.size() &&
              std::equal(command.rbegin(), command.rend(), arguments.rbegin()),
          "the command is the end of the arguments, word by word");
}

void CheckSpec(const tools::Draft& draft) {
  const Caller caller = {.environment = {"HOME=/home/ana"}};
  const auto spec = tools::Complete(draft, caller);
  if (!spec.ok()) return RequireSentence(spec.status().message());
  Require(spec->command == draft.spec.command, "the command stays as it is");
  const absl::Status sound = sbx::Check(*spec);
  if (!sound.ok()) RequireSentence(sound.message());
}

void CheckArguments(absl::string_view text) {
  const Words arguments = absl::StrSplit(text, '\n');
  tools::Draft draft = {.here = "/work"}, again = {.here = "/work"};
  const absl::Status read = tools::Parse(tools::Options(), arguments, draft);
  if (!read.ok()) return RequireSentence(read.message());
  RequireSuffix(draft.spec.command, arguments);
  Require(
      tools::Parse(tools::Options(), arguments, again).ok() && again == draft,
      "the same words mean the same");
  CheckSpec(draft);
}

}  // namespace

const Target kTarget = {
    .seeds = {"--\ntrue", "true\n--net=host", "--help", "--hostname\nlab\nid",
              "--user=0\n--ids=range\n--cap=ALL\n--\nid\n-u",
              "--root=dir:ro\n--setgroups=allow\n--cwd=/src\n--\nmake",
              "--bare\n--ro=/usr\n--rw=a\\:b:/c\n--symlink=usr/bin:/bin\nsh",
              "--tmpfs=/t:size=1M,mode=1777\n--dir=/d:mode=700\n--hide=x\nls",
              "--timeout=1.5s\n--kill-after=2m\n--new-session\n--as-pid-1\nx",
              "--rlimit=nofile=64:128\n--seccomp=none\n--nested=no\n-",
              "--setenv=A=b\n--unsetenv=C\n--clearenv\n--expose=ssh\nenv",
              "--report=out.json\n--explain\n--version\n--keep-fd=2\nx",
              "--proc=/p\n--dev\n--device=/dev/kvm\n--die-with-parent=no\nx"},
    .check = CheckArguments};

}  // namespace sbx::test
