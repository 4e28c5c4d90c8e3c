// SPDX-License-Identifier: Apache-2.0

#ifndef SBX_SANDBOX_STEPS_H_
#define SBX_SANDBOX_STEPS_H_

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "sandbox/spec.h"

namespace sbx {

// Tells of each step that is done, and how long it took, on standard error, as
// it is done; or of none.  One for each process: the next step begins where the
// last ended.
class Steps {
 public:
  explicit Steps(Telling telling);

  void Done(absl::string_view doing);

 private:
  bool told_;
  // Since boot; only if it is told.
  absl::Duration last_ = absl::ZeroDuration();
};

}  // namespace sbx

#endif  // SBX_SANDBOX_STEPS_H_
