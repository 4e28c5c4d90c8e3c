// SPDX-License-Identifier: Apache-2.0
//
// Failures of the kernel as absl::Status: a sentence that words the call as it
// was made, and the errno beside it for code that must tell failures apart.

#ifndef SBX_SANDBOX_SYS_STATUS_H_
#define SBX_SANDBOX_SYS_STATUS_H_

#include <cerrno>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/string_view.h"

namespace sbx::sys {

// Returns a failure that reads "<doing>: <what errno `error` means>".
absl::Status ErrnoStatus(int error, absl::string_view doing);

// Returns the errno that `status` carries, or 0 if it carries none.
int ErrnoOf(const absl::Status& status);

// Returns `status` with what was being done put before its words:
// "<doing>: <words>".  The errno stays, and `doing` is its step from now on.
absl::Status While(absl::string_view doing, const absl::Status& status);

// Returns a failure of which another process has told step, errno and words.
absl::Status Reported(absl::string_view step, int error,
                      absl::string_view words);

// Returns the outermost `doing` that While put before the words of `status`.
std::string StepOf(const absl::Status& status);

// Returns `text` in quotes, with control characters and bytes that are not
// UTF-8 escaped, so that no file name can write to a terminal.
std::string Quoted(absl::string_view text);

// Returns `text` as it is, if Quoted would change nothing in it.
std::string PlainOrQuoted(absl::string_view text);

// Arguments of a call as CallFailed words them.
inline std::string ArgText(absl::string_view text) { return Quoted(text); }
template <typename T>
requires std::is_arithmetic_v<T> std::string ArgText(T number) {
  return absl::StrCat(number);
}

// Returns the failure of the system call that has just set errno, worded as the
// call was made:
//
//   move_mount("/src"): No such file or directory
//
// The arguments are references, so that nothing runs before errno is read.
template <typename... Args>
absl::Status CallFailed(absl::string_view call, const Args&... args) {
  const int error = errno;
  const std::vector<std::string> texts = {ArgText(args)...};
  return ErrnoStatus(error,
                     absl::StrCat(call, "(", absl::StrJoin(texts, ", "), ")"));
}

}  // namespace sbx::sys

// Returns from the function if the expression, a Status, is a failure.
#define SBX_RETURN_IF_ERROR(expression)      \
  do {                                       \
    absl::Status sbx_status = (expression);  \
    if (!sbx_status.ok()) return sbx_status; \
  } while (false)

#define SBX_CONCAT_(a, b) a##b
#define SBX_CONCAT(a, b) SBX_CONCAT_(a, b)

// Declares or assigns `left` from the StatusOr `expression`, or returns its
// failure.
#define SBX_ASSIGN_OR_RETURN(left, expression) \
  SBX_ASSIGN_OR_RETURN_(SBX_CONCAT(sbx_status_or_, __LINE__), left, expression)
#define SBX_ASSIGN_OR_RETURN_(result, left, expression) \
  auto result = (expression);                           \
  if (!result.ok()) return std::move(result).status();  \
  left = *std::move(result)

#endif  // SBX_SANDBOX_SYS_STATUS_H_
