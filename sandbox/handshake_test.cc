// SPDX-License-Identifier: Apache-2.0

#include "sandbox/handshake.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>

#include <cstring>
#include <optional>
#include <string>
#include <utility>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "sandbox/sys/status.h"
#include "testing/status.h"

namespace sbx {
namespace {

using test::FailsWith;
using test::IsOk;
using test::Says;
using ::testing::AllOf;
using ::testing::Eq;
using ::testing::Not;

struct Ends {
  Channel here;
  Channel there;
};

Ends NewChannel() {
  auto ends = Channel::New().value();
  return {std::move(ends.first), std::move(ends.second)};
}

// What arrives at the other end of a new channel.
Message Arrives(const Message& message) {
  const Ends ends = NewChannel();
  EXPECT_OK(ends.here.Send(message));
  absl::StatusOr<std::optional<Message>> received = ends.there.Receive();
  EXPECT_OK(received);
  return received.ok() && received->has_value() ? **std::move(received)
                                                : Message();
}

rusage Usage() {
  rusage usage = {};
  usage.ru_utime = {.tv_sec = 12, .tv_usec = 34};
  usage.ru_stime = {.tv_sec = 56, .tv_usec = 78};
  usage.ru_maxrss = 4096;
  usage.ru_nivcsw = 9;
  return usage;
}

bool IsCloseOnExec(const sys::Fd& fd) {
  return (fcntl(fd.get(), F_GETFD) & FD_CLOEXEC) != 0;
}

TEST(Channel, BringsEachKindOfMessageAsItWasSent) {
  for (const Word word : {Word::kGo, Word::kSignalled, Word::kTarget,
                          Word::kStopped, Word::kEnded}) {
    const Message message = Arrives({.word = word,
                                     .signal = SIGTSTP,
                                     .status = {0x0b7f},
                                     .usage = Usage()});
    EXPECT_EQ(message.word, word);
    EXPECT_EQ(message.signal, SIGTSTP);
    EXPECT_EQ(message.status.raw, 0x0b7f);
    const rusage usage = Usage();
    EXPECT_EQ(std::memcmp(&message.usage, &usage, sizeof(usage)), 0);
    EXPECT_THAT(message.failure, IsOk());
    EXPECT_FALSE(message.target);
  }
}

TEST(Channel, AFailureKeepsStepErrnoAndWords) {
  const Message message = Arrives(
      {.word = Word::kFailed,
       .failure = sys::While("building the root",
                             sys::ErrnoStatus(EACCES, "open_tree(\"/a\")"))});
  EXPECT_EQ(message.word, Word::kFailed);
  EXPECT_THAT(message.failure,
              AllOf(FailsWith(EACCES), Says(Eq("building the root: "
                                               "open_tree(\"/a\"): Permission "
                                               "denied"))));
  EXPECT_EQ(sys::StepOf(message.failure), "building the root");
}

TEST(Channel, AFailureWithoutErrnoOrStepStaysAFailure) {
  const Message message =
      Arrives({.word = Word::kFailed,
               .failure = absl::InvalidArgumentError("not a device")});
  EXPECT_THAT(message.failure, AllOf(FailsWith(0), Says(Eq("not a device"))));
  EXPECT_EQ(sys::StepOf(message.failure), "");
}

TEST(Channel, CutsWordsThatAreTooLong) {
  const Message message =
      Arrives({.word = Word::kFailed,
               .failure = sys::Reported(std::string(100, 's'), EPERM,
                                        std::string(5000, 'w'))});
  EXPECT_THAT(message.failure,
              AllOf(FailsWith(EPERM), Says(Eq(std::string(1023, 'w')))));
  EXPECT_EQ(sys::StepOf(message.failure), std::string(63, 's'));
}

TEST(Channel, PassesADescriptorOnThatIsCloseOnExec) {
  struct stat sent, arrived;
  sys::Fd file(open("/dev/null", O_RDONLY));
  ASSERT_EQ(fstat(file.get(), &sent), 0);
  const int number = file.get();
  const Message message =
      Arrives({.word = Word::kTarget, .target = std::move(file)});
  ASSERT_TRUE(message.target);
  EXPECT_NE(message.target.get(), number) << "not a copy";
  ASSERT_EQ(fstat(message.target.get(), &arrived), 0);
  EXPECT_EQ(arrived.st_rdev, sent.st_rdev);
  EXPECT_EQ(arrived.st_ino, sent.st_ino);
  EXPECT_TRUE(IsCloseOnExec(message.target));
}

TEST(Channel, KeepsMessagesApartAndInOrder) {
  const Ends ends = NewChannel();
  ASSERT_OK(ends.here.Send({.word = Word::kStopped, .signal = SIGTSTP}));
  ASSERT_OK(
      ends.here.Send({.word = Word::kFailed,
                      .failure = sys::Reported("step", ENOENT, "words")}));
  ASSERT_OK(ends.here.Send({.word = Word::kEnded, .status = {256}}));
  ASSERT_OK_AND_ASSIGN(const auto first, ends.there.Receive());
  ASSERT_OK_AND_ASSIGN(const auto second, ends.there.Receive());
  ASSERT_OK_AND_ASSIGN(const auto third, ends.there.Receive());
  ASSERT_TRUE(first && second && third);
  EXPECT_EQ(first->word, Word::kStopped);
  EXPECT_EQ(second->word, Word::kFailed);
  EXPECT_THAT(second->failure, Says(Eq("words")));
  EXPECT_EQ(third->word, Word::kEnded);
  EXPECT_EQ(third->status.raw, 256);
}

TEST(Channel, SpeaksBothWays) {
  const Ends ends = NewChannel();
  ASSERT_OK(ends.there.Send({.word = Word::kGo}));
  ASSERT_OK_AND_ASSIGN(const auto message, ends.here.Receive());
  ASSERT_TRUE(message);
  EXPECT_EQ(message->word, Word::kGo);
}

TEST(Channel, ItsEndsAreCloseOnExec) {
  const Ends ends = NewChannel();
  EXPECT_TRUE(IsCloseOnExec(ends.here.fd()));
  EXPECT_TRUE(IsCloseOnExec(ends.there.fd()));
}

TEST(Channel, TheEndOfTheChannelIsNothing) {
  Ends ends = NewChannel();
  ASSERT_OK(ends.here.Send({.word = Word::kGo}));
  ends.here = Channel();
  ASSERT_OK_AND_ASSIGN(const auto message, ends.there.Receive());
  EXPECT_TRUE(message.has_value()) << "what was sent before still arrives";
  ASSERT_OK_AND_ASSIGN(const auto end, ends.there.Receive());
  EXPECT_FALSE(end.has_value());
}

TEST(Channel, AnEndThatLeftWithoutReadingIsNothingToo) {
  Ends ends = NewChannel();
  ASSERT_OK(ends.there.Send({.word = Word::kGo}));
  ends.here = Channel();
  ASSERT_OK_AND_ASSIGN(const auto end, ends.there.Receive());
  EXPECT_FALSE(end.has_value());
}

TEST(Channel, WhatWasSaidByAnEndThatLeftWithoutReadingArrives) {
  Ends ends = NewChannel();
  ASSERT_OK(ends.there.Send({.word = Word::kSignalled, .signal = SIGCONT}));
  ASSERT_OK(ends.here.Send({.word = Word::kEnded, .status = {256}}));
  ends.here = Channel();
  ASSERT_OK_AND_ASSIGN(const auto message, ends.there.Receive());
  ASSERT_TRUE(message.has_value());
  EXPECT_EQ(message->word, Word::kEnded);
  ASSERT_OK_AND_ASSIGN(const auto end, ends.there.Receive());
  EXPECT_FALSE(end.has_value());
}

TEST(Channel, SendingToNobodyIsAFailureAndNoSignal) {
  Ends ends = NewChannel();
  ends.there = Channel();
  EXPECT_THAT(ends.here.Send({.word = Word::kEnded}), FailsWith(EPIPE));
}

TEST(Channel, KnowsWhetherTheOtherEndIsClosed) {
  Ends ends = NewChannel();
  EXPECT_FALSE(ends.here.Abandoned());
  ASSERT_OK(ends.there.Send({.word = Word::kEnded}));
  EXPECT_FALSE(ends.here.Abandoned()) << "a message is no end";
  ends.there = Channel();
  EXPECT_TRUE(ends.here.Abandoned());
}

TEST(Channel, AnEndOfNothingSaysSo) {
  EXPECT_THAT(Channel().Send({.word = Word::kEnded}), FailsWith(EBADF));
  EXPECT_THAT(Channel().Receive(), AllOf(Not(IsOk()), FailsWith(EBADF)));
}

}  // namespace
}  // namespace sbx
