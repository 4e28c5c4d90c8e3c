// SPDX-License-Identifier: Apache-2.0

#include "sandbox/steps.h"

#include <unistd.h>

#include <cstdio>

#include "sandbox/sys/self.h"

namespace sbx {
namespace {

// In one write(2), for others write there too, and without allocating: it may
// be done in the memory of another process.
void Tell(absl::string_view doing, absl::Duration taken) {
  constexpr int kLongest = 160;
  char line[kLongest];
  const int length = snprintf(line, sizeof(line), "sbx: %9.3f ms  %.*s\n",
                              absl::ToDoubleMilliseconds(taken),
                              static_cast<int>(doing.size()), doing.data());
  if (length <= 0 || length >= kLongest) return;
  // There is nobody to be told that nobody listens.
  [[maybe_unused]] const ssize_t written =
      write(STDERR_FILENO, line, static_cast<size_t>(length));
}

}  // namespace

Steps::Steps(Telling telling) : told_(telling == Telling::kSteps) {
  if (told_) last_ = sys::SinceBoot();
}

void Steps::Done(absl::string_view doing) {
  if (!told_) return;
  const absl::Duration now = sys::SinceBoot();
  Tell(doing, now - last_);
  last_ = now;
}

}  // namespace sbx
