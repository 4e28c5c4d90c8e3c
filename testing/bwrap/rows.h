// SPDX-License-Identifier: Apache-2.0
//
// Command lines that bubblewrap and sbx are both run with, as data.

#ifndef SBX_TESTING_BWRAP_ROWS_H_
#define SBX_TESTING_BWRAP_ROWS_H_

#include "absl/strings/string_view.h"
#include "absl/types/span.h"

namespace sbx::test {

struct Row {
  absl::string_view sentence;
  // For bash, in an empty directory.  $B is the program; $HOST shows the host
  // read-only, $OWN the same with processes of its own, $USR only programs.
  const char* script;
  // Why sbx differs from Debian's bubblewrap (0.8.0), and then what comes of
  // the script: what it writes, and its exit status.  Empty: the same comes of
  // both, but for what a message says between its beginning and its end.
  absl::string_view reason = "";
  absl::string_view expected = "";
};

absl::Span<const Row> FileRows();
absl::Span<const Row> ProcessRows();
absl::Span<const Row> ErrorRows();

}  // namespace sbx::test

#endif  // SBX_TESTING_BWRAP_ROWS_H_
