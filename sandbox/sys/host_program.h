// SPDX-License-Identifier: Apache-2.0
//
// Programs of the host that work for us.

#ifndef SBX_SANDBOX_SYS_HOST_PROGRAM_H_
#define SBX_SANDBOX_SYS_HOST_PROGRAM_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "sandbox/sys/fd.h"
#include "sandbox/sys/process.h"

namespace sbx::sys {

// A program that runs beside us.  It knows nothing of the caller: a fixed
// environment, no descriptor but 0 to 2, no signal blocked or ignored.  It is
// killed and reaped when this goes out of scope.
class HostProgram {
 public:
  // Starts the file `path` with `arguments`, and with the variables `told`,
  // "NAME=value", besides the fixed ones.
  static absl::StatusOr<HostProgram> Start(
      const std::string& path, const std::vector<std::string>& arguments,
      const std::vector<std::string>& told = {});

  struct Outcome {
    WaitStatus status;
    // What it wrote, whether as output or as error.
    std::string words = {};
  };
  absl::StatusOr<Outcome> Wait();
  // The same, but fails if that takes longer than `patience`.
  absl::StatusOr<Outcome> WaitWithin(absl::Duration patience);

  // Waits for it, and returns its words unless it failed; the failure says them
  // otherwise.
  absl::StatusOr<std::string> Finish();
  // The same, but fails if that takes longer than `patience`.
  absl::StatusOr<std::string> FinishWithin(absl::Duration patience);

  // Returns the failure that `outcome` is.
  absl::Status FailureOf(const Outcome& outcome) const;

 private:
  absl::StatusOr<std::string> WordsOf(absl::StatusOr<Outcome> outcome) const;

  HostProgram(std::string call, Child child, Fd output)
      : call_(std::move(call)),
        child_(std::move(child)),
        output_(std::move(output)) {}

  std::string call_;
  Child child_;
  Fd output_;
};

}  // namespace sbx::sys

#endif  // SBX_SANDBOX_SYS_HOST_PROGRAM_H_
