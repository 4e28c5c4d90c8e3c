// SPDX-License-Identifier: Apache-2.0

#include "sandbox/handshake.h"

#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <string>

#include "sandbox/sys/status.h"

namespace sbx {
namespace {

// A message as it is sent: both ends are the same program.
struct Frame {
  Word word;
  int signal;
  int status;
  int error;
  rusage usage;
  // Both end with a NUL; what does not fit is cut off.
  char step[64];
  char words[1024];
};

void Copy(absl::string_view text, char* field, size_t size) {
  const size_t length = std::min(text.size(), size - 1);
  std::copy_n(text.begin(), length, field);
  field[length] = '\0';
}

// Only as many bytes as there is something to say.
size_t SizeOf(const Frame& frame) {
  if (frame.word != Word::kFailed) return offsetof(Frame, step);
  return offsetof(Frame, words) + std::strlen(frame.words) + 1;
}

Frame FrameOf(const Message& message) {
  Frame frame;
  frame.word = message.word;
  frame.signal = message.signal;
  frame.status = message.status.raw;
  frame.error = sys::ErrnoOf(message.failure);
  frame.usage = message.usage;
  if (message.word == Word::kFailed) {
    Copy(sys::StepOf(message.failure), frame.step, sizeof(frame.step));
    Copy(message.failure.message(), frame.words, sizeof(frame.words));
  }
  return frame;
}

// What arrives is not ours until it has been looked at.
absl::Status Accept(Frame& frame) {
  frame.step[sizeof(frame.step) - 1] = '\0';
  frame.words[sizeof(frame.words) - 1] = '\0';
  if (frame.word >= Word::kGo && frame.word <= Word::kEnded) {
    return absl::OkStatus();
  }
  return absl::InternalError("a process of the sandbox said no known word");
}

absl::Status FailureIn(const Frame& frame) {
  // The words are whole already: they end with what errno means.
  return sys::Reported(frame.step, frame.error, frame.words);
}

Message MessageOf(const Frame& frame) {
  Message message = {.word = frame.word,
                     .signal = frame.signal,
                     .status = {frame.status},
                     .usage = frame.usage};
  if (frame.word == Word::kFailed) message.failure = FailureIn(frame);
  return message;
}

// The room for one descriptor beside a message (cmsg(3)).
union Extra {
  cmsghdr header;
  char room[CMSG_SPACE(sizeof(int))];
};

void AttachFd(const sys::Fd& fd, msghdr& header, Extra& extra) {
  if (!fd) return;
  header.msg_control = extra.room;
  header.msg_controllen = sizeof(extra.room);
  extra.header = {.cmsg_len = CMSG_LEN(sizeof(int)),
                  .cmsg_level = SOL_SOCKET,
                  .cmsg_type = SCM_RIGHTS};
  const int number = fd.get();
  std::memcpy(CMSG_DATA(&extra.header), &number, sizeof(number));
}

sys::Fd DetachFd(msghdr& header) {
  const cmsghdr* control = CMSG_FIRSTHDR(&header);
  if (control == nullptr || control->cmsg_type != SCM_RIGHTS) return {};
  int number = -1;
  std::memcpy(&number, CMSG_DATA(control), sizeof(number));
  return sys::Fd(number);
}

}  // namespace

absl::StatusOr<std::pair<Channel, Channel>> Channel::New() {
  int ends[2];
  if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) != 0) {
    return sys::CallFailed("socketpair");
  }
  return std::make_pair(Channel(sys::Fd(ends[0])), Channel(sys::Fd(ends[1])));
}

absl::Status Channel::Send(const Message& message) const {
  Frame frame = FrameOf(message);
  iovec part = {.iov_base = &frame, .iov_len = SizeOf(frame)};
  msghdr header = {};
  header.msg_iov = &part;
  header.msg_iovlen = 1;
  Extra extra = {};
  AttachFd(message.target, header, extra);
  while (sendmsg(fd_.get(), &header, MSG_NOSIGNAL) < 0) {
    if (errno != EINTR) return sys::CallFailed("sendmsg");
  }
  return absl::OkStatus();
}

absl::Status Channel::SendPlainly(const Message& message) const {
  const Frame frame = FrameOf(message);
  while (write(fd_.get(), &frame, SizeOf(frame)) < 0) {
    if (errno != EINTR) return sys::CallFailed("write");
  }
  return absl::OkStatus();
}

absl::StatusOr<std::optional<Message>> Channel::Receive() const {
  Frame frame = {};
  iovec part = {.iov_base = &frame, .iov_len = sizeof(frame)};
  Extra extra = {};
  msghdr header = {};
  header.msg_iov = &part;
  header.msg_iovlen = 1;
  header.msg_control = extra.room;
  header.msg_controllen = sizeof(extra.room);
  ssize_t size = -1;
  while ((size = recvmsg(fd_.get(), &header, MSG_CMSG_CLOEXEC)) < 0) {
    // ECONNRESET comes once, where the other end was closed before it had read
    // everything; what it sent before comes after.
    if (errno != EINTR && errno != ECONNRESET) {
      return sys::CallFailed("recvmsg");
    }
  }
  if (size == 0) return std::nullopt;
  SBX_RETURN_IF_ERROR(Accept(frame));
  Message message = MessageOf(frame);
  message.target = DetachFd(header);
  return message;
}

bool Channel::Abandoned() const {
  pollfd look = {.fd = fd_.get(), .events = 0, .revents = 0};
  return poll(&look, 1, 0) == 1 && (look.revents & POLLHUP) != 0;
}

}  // namespace sbx
