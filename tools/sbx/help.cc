// SPDX-License-Identifier: Apache-2.0

#include "tools/sbx/help.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"

namespace sbx::tools {
namespace {

constexpr absl::string_view kStart =
    R"(sbx: runs a command in a sandbox of its own, without root

  sbx [OPTIONS] [--] COMMAND [ARGUMENT…]
  sbx doctor            says what works here, and what would change the rest
  sbx caps [OPTIONS]    prints the capabilities that a command would have
  sbx bwrap …           takes bubblewrap's command line, as does the name bwrap
  sbx linux-sandbox …   takes that of Bazel's linux-sandbox, as does that name

By default the command sees the host's files, read-only; it can write to the
current directory and to a /tmp of its own. It has no network, none of your
keys and passwords, no other process, no capabilities, and no system calls that
only administrators use. Whatever it started ends with it. An option says what
is different:
)";

constexpr absl::string_view kEnd = R"(
Examples
  sbx -- make                           builds; writes only below here
  sbx --net=host -- npm install         the same, with the network
  sbx --ro=. --rw=./out -- ./build.sh   writes to ./out alone
  sbx --hide=.env -- ./run-tests        one file more that is not to be seen
  sbx --timeout=5m --report=r.json -- make check
  sbx --root=debian -- apt-get install hello
                                        as root in a root file system

Exit status
  that of the command; 128+N if signal N ended it; 124 if the time limit did
  125  sbx could not make the sandbox: nothing has run
  126  the command was found but could not be run
  127  the command was not found
--report tells these apart where a command uses the same numbers.
)";

constexpr size_t kWidth = 79;
constexpr size_t kIndent = 6;

std::string Usage(const Option& option) {
  switch (option.takes) {
    case Takes::kNothing:
      return absl::StrCat("--", option.name);
    case Takes::kValue:
      return absl::StrCat("--", option.name, "=", option.value);
    case Takes::kPerhapsAValue:
      return absl::StrCat("--", option.name, "[=", option.value, "]");
  }
  return "";
}

// Breaks `text` into lines with kIndent spaces before each.
std::string Wrap(absl::string_view text) {
  const std::string indent(kIndent, ' ');
  std::string lines, line = indent;
  for (absl::string_view word : absl::StrSplit(text, ' ')) {
    if (line.size() > kIndent && line.size() + 1 + word.size() > kWidth) {
      absl::StrAppend(&lines, line, "\n");
      line = indent;
    }
    absl::StrAppend(&line, line.size() > kIndent ? " " : "", word);
  }
  return absl::StrCat(lines, line, "\n");
}

}  // namespace

std::string Help(absl::Span<const Section> sections) {
  std::string text(kStart);
  for (const Section& section : sections) {
    absl::StrAppend(&text, "\n", section.title, "\n");
    for (const Option& option : section.options) {
      absl::StrAppend(&text, "  ", Usage(option), "\n", Wrap(option.help));
    }
  }
  return absl::StrCat(text, kEnd);
}

}  // namespace sbx::tools
