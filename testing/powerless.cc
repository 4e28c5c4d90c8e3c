// SPDX-License-Identifier: Apache-2.0
//
// powerless COMMAND…
//
// Runs COMMAND as on Ubuntu since 23.10: a user namespace can be made, and
// there AppArmor takes the capabilities that it would give.  The first thing
// that takes one is to map ids.

#include <errno.h>
#include <limits.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <string>

#include "testing/stopping.h"

namespace {

std::string FileOf(pid_t pid, uint64_t descriptor) {
  const std::string link = "/proc/" + std::to_string(pid) + "/fd/" +
                           std::to_string(static_cast<int>(descriptor));
  char path[PATH_MAX];
  const ssize_t size = readlink(link.c_str(), path, sizeof(path));
  return size < 0 ? "" : std::string(path, static_cast<size_t>(size));
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 2) return 125;
  const auto answer = [](pid_t pid,
                         const auto& arguments) -> std::optional<int> {
    if (FileOf(pid, arguments[0]).ends_with("/uid_map")) return -EPERM;
    return {};
  };
  return sbx::test::RunAnswering(
      {.call = SYS_write}, sbx::test::Whose::kEverybodys, answer, argv + 1);
}
