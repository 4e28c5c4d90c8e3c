// SPDX-License-Identifier: Apache-2.0
//
// Programs of the host that work for us.

#ifndef SBX_IDMAP_PROGRAM_H_
#define SBX_IDMAP_PROGRAM_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "sandbox/sys/fd.h"
#include "sandbox/sys/process.h"

namespace sbx::idmap {

// A program that runs beside us.  It knows nothing of the caller: a fixed
// environment, no descriptor but 0 to 2, no signal blocked or ignored.  It is
// killed and reaped when this goes out of scope.
class Program {
 public:
  // Starts the file `path` with `arguments`.
  static absl::StatusOr<Program> Start(
      const std::string& path, const std::vector<std::string>& arguments);

  struct Outcome {
    sys::WaitStatus status;
    // What it wrote, whether as output or as error.
    std::string words = {};
  };
  absl::StatusOr<Outcome> Wait();

  // Waits for it, and returns its words unless it failed; the failure says them
  // otherwise.
  absl::StatusOr<std::string> Finish();

  // Returns the failure that `outcome` is.
  absl::Status FailureOf(const Outcome& outcome) const;

 private:
  Program(std::string call, sys::Child child, sys::Fd output)
      : call_(std::move(call)),
        child_(std::move(child)),
        output_(std::move(output)) {}

  std::string call_;
  sys::Child child_;
  sys::Fd output_;
};

}  // namespace sbx::idmap

#endif  // SBX_IDMAP_PROGRAM_H_
