// SPDX-License-Identifier: Apache-2.0
//
// Names of files and what programs say, on their way to a terminal.

#include <algorithm>
#include <string>

#include "absl/strings/ascii.h"
#include "sandbox/sys/status.h"
#include "testing/fuzz/target.h"

namespace sbx::test {
namespace {

// Whether `text` has a control character of ISO 6429 (U+0080 to U+009F), which
// some terminals obey.
bool HasHighControl(absl::string_view text) {
  for (size_t i = 0; i + 1 < text.size(); ++i) {
    const auto next = static_cast<unsigned char>(text[i + 1]);
    if (text[i] == '\xc2' && next >= 0x80 && next < 0xa0) return true;
  }
  return false;
}

void Check(absl::string_view text) {
  const std::string quoted = sys::Quoted(text);
  Require(quoted.size() >= 2 && quoted.front() == '"' && quoted.back() == '"',
          "quotes are around it");
  Require(std::none_of(quoted.begin(), quoted.end(), absl::ascii_iscntrl) &&
              !HasHighControl(quoted),
          "nothing in it writes to a terminal");
  Require(quoted.find('"', 1) == quoted.size() - 1 ||
              quoted.find("\\\"") != std::string::npos,
          "a quote inside is escaped");
}

}  // namespace

const Target kTarget = {
    .seeds = {"", "plain", "a \"b\"", "new\nline", "\x1b[2J", "caf\xc3\xa9",
              "\xc3", std::string("\xc2\x9b") + "2J", "\\x41",
              // The mark that turns the direction of writing round.
              std::string{'\xe2', '\x80', '\xae'} + "gpj"},
    .check = Check};

}  // namespace sbx::test
