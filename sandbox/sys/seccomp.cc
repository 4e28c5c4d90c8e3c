// SPDX-License-Identifier: Apache-2.0

#include "sandbox/sys/seccomp.h"

#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "sandbox/sys/status.h"

namespace sbx::sys {
namespace {

sock_fprog ProgramOf(absl::Span<const sock_filter> filter) {
  return {.len = static_cast<unsigned short>(filter.size()),
          .filter = const_cast<sock_filter*>(filter.data())};
}

absl::Status Send(const Fd& listener, seccomp_notif_resp answer) {
  if (ioctl(listener.get(), SECCOMP_IOCTL_NOTIF_SEND, &answer) == 0 ||
      errno == ENOENT) {
    return absl::OkStatus();
  }
  return CallFailed("ioctl", "SECCOMP_IOCTL_NOTIF_SEND");
}

}  // namespace

absl::Status FilterSystemCalls(absl::Span<const sock_filter> filter) {
  const sock_fprog program = ProgramOf(filter);
  // Not seccomp(2), which an earlier filter may refuse that was made for others
  // to be loaded after it.
  if (prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program, 0, 0) != 0) {
    return CallFailed("prctl", "PR_SET_SECCOMP");
  }
  return absl::OkStatus();
}

absl::StatusOr<Fd> FilterWithListener(absl::Span<const sock_filter> filter) {
  const sock_fprog program = ProgramOf(filter);
  constexpr unsigned kFlags = SECCOMP_FILTER_FLAG_NEW_LISTENER;
  const auto load = [&program](unsigned flags) {
    return static_cast<int>(
        syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, flags, &program));
  };
  Fd listener(load(kFlags | SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV));
  if (!listener && errno == EINVAL) listener = Fd(load(kFlags));
  if (!listener) {
    return CallFailed("seccomp", "SECCOMP_FILTER_FLAG_NEW_LISTENER");
  }
  return listener;
}

absl::StatusOr<std::optional<seccomp_notif>> ReceiveCall(const Fd& listener) {
  seccomp_notif call = {};
  if (ioctl(listener.get(), SECCOMP_IOCTL_NOTIF_RECV, &call) == 0) return call;
  // ENOENT: it was killed in the meantime.
  if (errno == ENOENT || errno == EINTR) return std::nullopt;
  return CallFailed("ioctl", "SECCOMP_IOCTL_NOTIF_RECV");
}

bool StillWaits(const Fd& listener, const seccomp_notif& call) {
  return ioctl(listener.get(), SECCOMP_IOCTL_NOTIF_ID_VALID, &call.id) == 0;
}

absl::Status LetThrough(const Fd& listener, const seccomp_notif& call) {
  return Send(listener, {.id = call.id,
                         .val = 0,
                         .error = 0,
                         .flags = SECCOMP_USER_NOTIF_FLAG_CONTINUE});
}

absl::Status Answer(const Fd& listener, const seccomp_notif& call, int error) {
  return Send(listener, {.id = call.id, .val = 0, .error = -error, .flags = 0});
}

}  // namespace sbx::sys
