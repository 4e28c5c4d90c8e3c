// SPDX-License-Identifier: Apache-2.0
//
// What arrives on the channel between the processes of a sandbox, were one of
// them to say anything at all.

#include "sandbox/handshake.h"

#include <sys/socket.h>

#include <cstring>
#include <string>
#include <utility>

#include "absl/status/statusor.h"
#include "sandbox/sys/status.h"
#include "testing/fuzz/target.h"

namespace sbx::test {
namespace {

using Received = absl::StatusOr<std::optional<Message>>;

std::pair<Channel, Channel> NewChannel() {
  auto ends = Channel::New();
  Require(ends.ok(), "there are sockets");
  return *std::move(ends);
}

bool IsKnown(Word word) { return word >= Word::kGo && word <= Word::kEnded; }

void RequireSame(const Message& a, const Message& b) {
  Require(a.word == b.word && a.signal == b.signal &&
              a.status.raw == b.status.raw &&
              std::memcmp(&a.usage, &b.usage, sizeof(a.usage)) == 0,
          "what is passed on arrives");
  Require(a.failure.message() == b.failure.message() &&
              sys::ErrnoOf(a.failure) == sys::ErrnoOf(b.failure) &&
              sys::StepOf(a.failure) == sys::StepOf(b.failure),
          "a failure that is passed on arrives");
}

void Check(absl::string_view text) {
  const auto [here, there] = NewChannel();
  if (send(here.fd().get(), text.data(), text.size(), 0) < 0) return;
  const Received received = there.Receive();
  if (!received.ok()) return RequireSentence(received.status().message());
  if (!received->has_value()) {
    return Require(text.empty(), "only an empty message is the end");
  }
  const Message& message = **received;
  Require(IsKnown(message.word), "an unknown word is none");
  Require(there.Send(message).ok(), "what arrives can be passed on");
  const Received again = here.Receive();
  Require(again.ok() && again->has_value(), "what is passed on can be read");
  RequireSame(message, **again);
}

// The bytes of a message as they are sent.
std::string BytesOf(const Message& message) {
  const auto [here, there] = NewChannel();
  Require(here.Send(message).ok(), "a message can be sent");
  char bytes[4096];
  const ssize_t size = recv(there.fd().get(), bytes, sizeof(bytes), 0);
  return std::string(bytes, static_cast<size_t>(size));
}

std::string TooLong() {
  return BytesOf({.word = Word::kFailed}) + std::string(2000, 'x');
}

}  // namespace

const Target kTarget = {
    .seeds = {BytesOf({.word = Word::kGo}),
              BytesOf({.word = Word::kFailed,
                       .failure = sys::Reported("step", 1, "words")}),
              BytesOf({.word = Word::kStopped, .signal = 20}),
              BytesOf({.word = Word::kEnded, .status = {256}}), TooLong(),
              std::string(1, '\1'), std::string(2000, '\1')},
    .check = Check};

}  // namespace sbx::test
