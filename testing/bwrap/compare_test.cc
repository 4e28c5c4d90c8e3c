// SPDX-License-Identifier: Apache-2.0
//
// sbx as bwrap beside Debian's bubblewrap: the same command lines, and what
// comes of them.

#include <regex>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "gtest/gtest.h"
#include "testing/bwrap/rows.h"
#include "testing/command.h"

namespace sbx::test {
namespace {

constexpr char kBubblewrap[] = "/usr/bin/bwrap";
constexpr char kOurs[] = "bwrap";

constexpr char kPrelude[] = R"(
HOST='--ro-bind / /'
OWN='--unshare-pid --ro-bind / / --proc /proc'
USR='--ro-bind /usr /usr --symlink usr/bin /bin --symlink usr/lib /lib --symlink usr/lib64 /lib64'
exec 2>&1
mkdir row || exit 99
( cd row
)";
// Bubblewrap leaves a process behind where it fails late.
constexpr char kEpilogue[] = R"(
)
status=$?
trap '' TERM
kill -TERM 0
chmod -R u+rwx row && rm -rf row
exit $status
)";

// Numbers differ from run to run.
std::string WithoutNumbers(const std::string& text) {
  static const std::regex* const kNumbers =
      new std::regex("402653[0-9]{4}|(child-pid\": )[0-9]+");
  return std::regex_replace(text, *kNumbers, "$1N");
}

// What a script writes, and its exit status.
std::string Run(const Row& row, const std::string& program) {
  CommandOptions options = {
      .argv = {"bash", "-c",
               absl::StrCat("B=", program, kPrelude, row.script, kEpilogue)}};
  const CommandResult result = RunCommand(options);
  EXPECT_NE(result.exit_status, 99) << result;
  return absl::StrReplaceAll(
      absl::StrCat(WithoutNumbers(result.out), "=> ", result.exit_status, "\n"),
      {{"/newroot", ""}});
}

// Whether two messages are of the same kind: they begin with the same words,
// and end with what errno means.  Between, ours names the call.
bool AreAlike(const std::string& line, const std::string& ours) {
  if (line == ours) return true;
  const size_t last = line.rfind(": ");
  return absl::StartsWith(line, "bwrap: ") && last > 6 &&
         absl::StartsWith(ours, line.substr(0, last + 2)) &&
         absl::EndsWith(ours, line.substr(last));
}

void ExpectAlike(const std::string& theirs, const std::string& ours) {
  const std::vector<std::string> their_lines = absl::StrSplit(theirs, '\n');
  const std::vector<std::string> our_lines = absl::StrSplit(ours, '\n');
  bool alike = their_lines.size() == our_lines.size();
  for (size_t i = 0; alike && i < their_lines.size(); ++i) {
    alike = AreAlike(their_lines[i], our_lines[i]);
  }
  EXPECT_TRUE(alike) << "bubblewrap:\n" << theirs << "sbx:\n" << ours;
}

void Compare(absl::Span<const Row> rows) {
  for (const Row& row : rows) {
    SCOPED_TRACE(absl::StrCat(row.sentence, "\n", row.script));
    const std::string ours = Run(row, kOurs);
    if (row.reason.empty()) {
      ExpectAlike(Run(row, kBubblewrap), ours);
    } else {
      EXPECT_EQ(ours, row.expected) << row.reason;
    }
  }
}

TEST(Bwrap, ShowsTheSameFilesAsBubblewrap) { Compare(FileRows()); }

TEST(Bwrap, RunsCommandsAsBubblewrapDoes) { Compare(ProcessRows()); }

TEST(Bwrap, RefusesWhatBubblewrapRefuses) { Compare(ErrorRows()); }

}  // namespace
}  // namespace sbx::test
