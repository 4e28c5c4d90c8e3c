// SPDX-License-Identifier: Apache-2.0

#include "tools/bwrap/words.h"

#include <cerrno>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "sandbox/report.h"
#include "sandbox/sys/status.h"

namespace sbx::bwrap {
namespace {

// What is said in place of a step of the machinery.  %s: the command, or where
// it starts.
struct StepRow {
  absl::string_view step;
  absl::string_view words;
  std::string (*object)(const Spec& spec, absl::string_view words);
};

constexpr absl::string_view kMakingNamespaces = "making namespaces";

std::string Nothing(const Spec&, absl::string_view) { return ""; }
std::string Command(const Spec& spec, absl::string_view) {
  return absl::StrCat(" ", spec.command[0]);
}
std::string Directory(const Spec& spec, absl::string_view) {
  return absl::StrCat(" ", spec.files.cwd);
}
// The one that the words are about.
std::string LockIn(const Spec& spec, absl::string_view words) {
  for (const std::string& lock : spec.locks) {
    if (absl::StrContains(words, sys::Quoted(lock))) {
      return absl::StrCat(" ", lock);
    }
  }
  return "";
}

// What is known about failures of namespaces.
struct ErrorRow {
  absl::string_view step;
  int error;
  absl::string_view words;
};
constexpr ErrorRow kNamespaceErrors[] = {
    {kMakingNamespaces, EINVAL, "the kernel does not support one of them"},
    {kMakingNamespaces, EPERM,
     "No permissions to create a new namespace, likely because the kernel does "
     "not allow non-privileged user namespaces"},
    {kMakingNamespaces, ENOSPC,
     "nesting depth or /proc/sys/user/max_*_namespaces exceeded (ENOSPC)"},
    {"joining the user namespace", EINVAL,
     "it might not be a descendant of the current user namespace"},
};

std::string Hint(const absl::Status& failure) {
  const std::string step = sys::StepOf(failure);
  for (const ErrorRow& row : kNamespaceErrors) {
    if (row.step == step && row.error == sys::ErrnoOf(failure)) {
      return absl::StrCat(": ", row.words);
    }
  }
  return "";
}

constexpr StepRow kSteps[] = {
    {kRunning, "execvp", Command},
    {"entering the root", "Can't chdir to", Directory},
    {kMakingNamespaces, "Creating new namespace failed", Nothing},
    {"joining the user namespace", "Joining specified user namespace failed",
     Nothing},
    {"joining the pid namespace", "Setting pidns failed", Nothing},
    {"joining the command's user namespace", "Setting userns2 failed", Nothing},
    {"locking files", "Unable to open lock file", LockIn},
    {"announcing the sandbox", "Write to info_fd", Nothing},
};

// Steps whose failures are whole sentences without them.
constexpr absl::string_view kSilentSteps[] = {
    "building the root", "entering the last user namespace"};

// Pairs of keys and numbers, the first process first.
std::string Members(const Newborn& newborn, absl::string_view separator) {
  std::string text = absl::StrCat("\"child-pid\": ", newborn.pid);
  for (const NamespaceId& id : newborn.namespaces) {
    absl::StrAppend(&text, separator, "\"", id.name,
                    "-namespace\": ", id.number);
  }
  return text;
}

}  // namespace

std::string Line(Level level, Prefix prefix, absl::string_view words) {
  const std::string number = absl::StrCat("<", static_cast<int>(level), ">");
  return absl::StrCat(prefix == Prefix::kLevelAndName ? number : "",
                      "bwrap: ", words, "\n");
}

std::string Words(const absl::Status& failure, const Spec& spec) {
  const std::string step = sys::StepOf(failure);
  absl::string_view words = failure.message();
  if (!absl::ConsumePrefix(&words, absl::StrCat(step, ": "))) {
    return std::string(words);
  }
  for (const StepRow& row : kSteps) {
    if (row.step == step) {
      return absl::StrCat(row.words, row.object(spec, words), Hint(failure),
                          ": ", words);
    }
  }
  for (const absl::string_view silent : kSilentSteps) {
    if (silent == step) return std::string(words);
  }
  return std::string(failure.message());
}

std::string InfoJson(const Newborn& newborn) {
  return absl::StrCat("{\n    ", Members(newborn, ",\n    "), "\n}\n");
}

std::string StatusJson(const Newborn& newborn) {
  return absl::StrCat("{ ", Members(newborn, ", "), " }\n");
}

std::string ExitJson(int exit_status) {
  return absl::StrCat("{ \"exit-code\": ", exit_status, " }\n");
}

}  // namespace sbx::bwrap
