// SPDX-License-Identifier: Apache-2.0

#include "testing/processes.h"

#include <signal.h>

#include <algorithm>
#include <cctype>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "sandbox/sys/file.h"

namespace sbx::test {
namespace {

// The kernel's PF_EXITING, which /proc/PID/stat shows among its flags.
constexpr unsigned long kExiting = 0x4;

constexpr uint64_t kKilled = uint64_t{1} << (SIGKILL - 1);

std::string ReadOf(pid_t pid, absl::string_view file) {
  return sys::ReadFile(absl::StrCat("/proc/", pid, "/", file)).value_or("");
}

bool KillIsPending(pid_t pid) {
  for (absl::string_view line : absl::StrSplit(ReadOf(pid, "status"), '\n')) {
    const std::string text(line);
    unsigned long long pending = 0;
    // "SigPnd" and "ShdPnd".
    if (std::sscanf(text.c_str(), "S%*1[ih]%*1[gd]Pnd: %llx", &pending) == 1 &&
        (pending & kKilled) != 0) {
      return true;
    }
  }
  return false;
}

std::string CommandOf(pid_t pid, absl::string_view name) {
  const std::string words = absl::StrReplaceAll(
      ReadOf(pid, "cmdline"), {{absl::string_view("\0", 1), " "}});
  if (words.empty()) return absl::StrCat("[", name, "]");
  return std::string(absl::StripTrailingAsciiWhitespace(words));
}

std::optional<Process> ReadProcess(pid_t pid) {
  const std::string stat = ReadOf(pid, "stat");
  // The name stands in parentheses and may hold any character.
  const size_t open = stat.find('(');
  const size_t close = stat.rfind(')');
  if (open == std::string::npos || close == std::string::npos) return {};
  Process process = {.pid = pid};
  unsigned long flags = 0;
  if (std::sscanf(stat.c_str() + close + 1, " %c %d %*d %d %*d %*d %lu",
                  &process.state, &process.parent, &process.session,
                  &flags) != 4) {
    return {};
  }
  process.dying =
      process.state != 'Z' && ((flags & kExiting) != 0 || KillIsPending(pid));
  process.command = CommandOf(pid, stat.substr(open + 1, close - open - 1));
  return process;
}

std::vector<Process> ReadProcesses() {
  std::vector<Process> processes;
  std::error_code ignored;  // A directory that has gone is a process less.
  for (const auto& entry :
       std::filesystem::directory_iterator("/proc", ignored)) {
    const std::string name = entry.path().filename();
    if (!std::all_of(name.begin(), name.end(), absl::ascii_isdigit)) continue;
    if (auto process = ReadProcess(std::stoi(name))) {
      processes.push_back(*std::move(process));
    }
  }
  return processes;
}

}  // namespace

std::vector<Process> DescendantsOf(pid_t ancestor) {
  std::vector<Process> rest = ReadProcesses();
  std::set<pid_t> family = {ancestor};
  std::vector<Process> found;
  const auto is_child = [&family](const Process& process) {
    return family.contains(process.parent);
  };
  // Generation by generation, for pids wrap around and tell nothing of age.
  for (;;) {
    const auto children =
        std::stable_partition(rest.begin(), rest.end(), std::not_fn(is_child));
    if (children == rest.end()) return found;
    for (auto child = children; child != rest.end(); ++child) {
      family.insert(child->pid);
      found.push_back(std::move(*child));
    }
    rest.erase(children, rest.end());
  }
}

std::vector<Process> ProcessesOfSession(pid_t session) {
  std::vector<Process> processes = ReadProcesses();
  std::erase_if(processes, [session](const Process& process) {
    return process.session != session;
  });
  return processes;
}

void KillAll(const std::vector<Process>& processes) {
  for (const Process& process : processes) {
    static_cast<void>(kill(process.pid, SIGKILL));
  }
}

std::string Describe(const std::vector<Process>& processes) {
  return absl::StrJoin(processes, "\n",
                       [](std::string* line, const Process& process) {
                         absl::StrAppend(line, "  pid ", process.pid, " (",
                                         absl::string_view(&process.state, 1),
                                         "): ", process.command);
                       });
}

}  // namespace sbx::test
