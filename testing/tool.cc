// SPDX-License-Identifier: Apache-2.0

#include "testing/tool.h"

#include <unistd.h>

#include <cstdio>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "sandbox/sys/process.h"
#include "sandbox/sys/status.h"

namespace sbx::test {
namespace {

[[noreturn]] void ExecTool(const std::vector<std::string>& command) {
  const std::vector<std::string> environment = {
      "PATH=/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL=C"};
  sys::Program program(command, environment);
  const absl::Status status = program.Exec(command[0]);
  dprintf(STDERR_FILENO, "%s\n", std::string(status.message()).c_str());
  _exit(127);
}

}  // namespace

absl::Status RunTool(const std::vector<std::string>& command) {
  SBX_ASSIGN_OR_RETURN(sys::Child child, sys::Fork({}));
  if (child.pid() == 0) ExecTool(command);
  SBX_ASSIGN_OR_RETURN(const sys::WaitStatus ended, child.Wait());
  if (ended.exited() && ended.exit_status() == 0) return absl::OkStatus();
  const std::string how =
      ended.exited() ? absl::StrCat("exit status ", ended.exit_status())
                     : absl::StrCat("signal ", ended.signal());
  return absl::InternalError(
      absl::StrCat("`", absl::StrJoin(command, " "), "` ended with ", how));
}

}  // namespace sbx::test
