// SPDX-License-Identifier: Apache-2.0
//
// What the processes of one sandbox say to each other.
//
//   sbx                        process 1                     the command
//
//   clone3 ──────────────────▶ starts
//   writes its maps
//   kGo ─────────────────────▶ builds the root               (only if it waits)
//                              clone3 ─────────────────────▶ restricts itself
//          ◀─────────────────────────────────────── kFailed  or
//          ◀───────────────────────────────────── kListener  (if it is to
//                                                            hear refusals)
//                                                            execve
//   kSignalled ──────────────▶ was it sent to everybody?
//          ◀───────── kTarget, with a pidfd, or without
//   signals the command by it
//          ◀───────── kStopped  the command was stopped
//          ◀─────────── kEnded  the command is no more
//                              exits, and takes everybody along
//
// sbx has one channel, and its end is a message too: nobody is there any more.
// The command's copy is closed by its execve: what runs cannot speak for us,
// and no kFailed by then means that it runs.  Another channel, between process
// 1 and the command's process, brings kGo where the command waits for process 1
// to give its rights away, and kListener where process 1 is asked about signals
// (broker.h).

#ifndef SBX_SANDBOX_HANDSHAKE_H_
#define SBX_SANDBOX_HANDSHAKE_H_

#include <sys/resource.h>

#include <cstdint>
#include <optional>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "sandbox/sys/fd.h"
#include "sandbox/sys/process.h"

namespace sbx {

enum class Word : int32_t {
  kGo,
  kFailed,
  kListener,
  kSignalled,
  kTarget,
  kStopped,
  kEnded,
};

struct Message {
  Word word = Word::kFailed;
  // kSignalled, kStopped: a signal.
  int signal = 0;
  // kEnded: how, and what the command and its children have used.
  sys::WaitStatus status = {};
  rusage usage = {};
  // kFailed: step, errno and words.
  absl::Status failure = {};
  // kTarget: the command, if the signal was sent to sbx alone.  kListener: what
  // asks about system calls: those that are refused, or signals.
  sys::Fd target = {};
};

// One end of the channel.
class Channel {
 public:
  // An end of nothing.
  Channel() = default;
  // Returns the two ends.
  static absl::StatusOr<std::pair<Channel, Channel>> New();

  absl::Status Send(const Message& message) const;
  // The same with write(2) alone, which every filter of system calls lets
  // through; without a target.  A reader that is gone sends SIGPIPE.
  absl::Status SendPlainly(const Message& message) const;
  // Waits for the next message; nothing: the other end is closed.  A failure if
  // what arrives is no message.
  absl::StatusOr<std::optional<Message>> Receive() const;
  // Whether the other end is closed.
  bool Abandoned() const;

  const sys::Fd& fd() const { return fd_; }

 private:
  explicit Channel(sys::Fd fd) : fd_(std::move(fd)) {}

  sys::Fd fd_;
};

}  // namespace sbx

#endif  // SBX_SANDBOX_HANDSHAKE_H_
