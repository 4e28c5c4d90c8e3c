// SPDX-License-Identifier: Apache-2.0
//
// What bwrap says: messages, and JSON about the sandbox.

#ifndef SBX_TOOLS_BWRAP_WORDS_H_
#define SBX_TOOLS_BWRAP_WORDS_H_

#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "sandbox/newborn.h"
#include "sandbox/spec.h"

namespace sbx::bwrap {

// Levels of syslog(3).
enum class Level { kError = 3, kWarning = 4 };

// Whether each message begins with its level.
enum class Prefix { kName, kLevelAndName };

// One line of a message.
std::string Line(Level level, Prefix prefix, absl::string_view words);

// A failure as bubblewrap words it, as far as it has words for it.
std::string Words(const absl::Status& failure, const Spec& spec);

// For --info-fd, and for --json-status-fd at the beginning and at the end.
std::string InfoJson(const Newborn& newborn);
std::string StatusJson(const Newborn& newborn);
std::string ExitJson(int exit_status);

}  // namespace sbx::bwrap

#endif  // SBX_TOOLS_BWRAP_WORDS_H_
