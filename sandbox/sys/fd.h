// SPDX-License-Identifier: Apache-2.0

#ifndef SBX_SANDBOX_SYS_FD_H_
#define SBX_SANDBOX_SYS_FD_H_

#include <fcntl.h>
#include <unistd.h>

#include <utility>

namespace sbx::sys {

// An open file descriptor, closed when it goes out of scope.  Everything in
// sandbox/sys that returns one has made it close-on-exec.
class Fd {
 public:
  Fd() = default;
  explicit Fd(int number) : number_(number) {}
  Fd(Fd&& other) noexcept : number_(other.Release()) {}
  Fd& operator=(Fd&& other) noexcept {
    Reset(other.Release());
    return *this;
  }
  ~Fd() { Reset(-1); }

  explicit operator bool() const { return number_ >= 0; }
  int get() const { return number_; }

  // Gives the descriptor away: whoever takes the number closes it.
  int Release() { return std::exchange(number_, -1); }

 private:
  void Reset(int number) {
    // close(2) must not be repeated, and nothing here writes data that a
    // failing close could lose.
    if (number_ >= 0) close(number_);
    number_ = number;
  }

  int number_ = -1;
};

// Stands for the current directory in calls that take a directory.
inline constexpr int kCurrentDirectory = AT_FDCWD;

}  // namespace sbx::sys

#endif  // SBX_SANDBOX_SYS_FD_H_
