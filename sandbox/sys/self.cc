// SPDX-License-Identifier: Apache-2.0

#include "sandbox/sys/self.h"

#include <fcntl.h>
#include <linux/seccomp.h>
#include <net/if.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <climits>
#include <cstring>
#include <ctime>

#include "sandbox/sys/status.h"

namespace sbx::sys {
namespace {

absl::Status Prctl(int option, absl::string_view name, unsigned long value) {
  if (prctl(option, value, 0, 0, 0) != 0) {
    return CallFailed("prctl", name, value);
  }
  return absl::OkStatus();
}

// Opens a file in which there is nothing to read: in a sandbox without devices
// not /dev/null, but one of our own.
absl::StatusOr<Fd> OpenNothing() {
  Fd nothing(open("/dev/null", O_RDWR | O_CLOEXEC));
  if (!nothing) nothing = Fd(memfd_create("nothing", MFD_CLOEXEC));
  if (!nothing) return CallFailed("memfd_create", "nothing");
  return nothing;
}

}  // namespace

absl::Status OccupyStandardDescriptors() {
  for (int number = 0; number <= STDERR_FILENO; ++number) {
    if (fcntl(number, F_GETFD) >= 0) continue;
    // The lowest number that is free, and so this one.
    SBX_ASSIGN_OR_RETURN(Fd nothing, OpenNothing());
    (void)nothing.Release();
  }
  return absl::OkStatus();
}

absl::Status LeaveStandardInputAndOutput() {
  SBX_ASSIGN_OR_RETURN(const Fd nothing, OpenNothing());
  for (const int number : {STDIN_FILENO, STDOUT_FILENO}) {
    if (dup3(nothing.get(), number, O_CLOEXEC) < 0) {
      return CallFailed("dup3", number);
    }
  }
  return absl::OkStatus();
}

absl::Status ForbidNewPrivileges() {
  return Prctl(PR_SET_NO_NEW_PRIVS, "PR_SET_NO_NEW_PRIVS", 1);
}

absl::StatusOr<bool> NewPrivilegesForbidden() {
  const int answer = prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0);
  if (answer < 0) return CallFailed("prctl", "PR_GET_NO_NEW_PRIVS");
  return answer == 1;
}

absl::Status SetDumpable(bool dumpable) {
  return Prctl(PR_SET_DUMPABLE, "PR_SET_DUMPABLE", dumpable ? 1 : 0);
}

absl::Status DieWithParent() {
  return Prctl(PR_SET_PDEATHSIG, "PR_SET_PDEATHSIG", SIGKILL);
}

absl::Status ContinueWithoutParent(bool continues) {
  return Prctl(PR_SET_PDEATHSIG, "PR_SET_PDEATHSIG", continues ? SIGCONT : 0);
}

absl::Status SetUser(uid_t uid) {
  if (setresuid(uid, uid, uid) != 0) return CallFailed("setresuid", uid);
  return absl::OkStatus();
}

absl::Status SetGroup(gid_t gid) {
  if (setresgid(gid, gid, gid) != 0) return CallFailed("setresgid", gid);
  return absl::OkStatus();
}

absl::Status SetLimit(int resource, const std::string& name,
                      const rlimit& limit) {
  if (setrlimit(static_cast<__rlimit_resource_t>(resource), &limit) != 0) {
    return CallFailed("setrlimit", name, limit.rlim_cur, limit.rlim_max);
  }
  return absl::OkStatus();
}

absl::Status SetHostName(const std::string& name) {
  if (sethostname(name.c_str(), name.size()) != 0) {
    return CallFailed("sethostname", name);
  }
  return absl::OkStatus();
}

absl::Status SetDomainName(const std::string& name) {
  if (setdomainname(name.c_str(), name.size()) != 0) {
    return CallFailed("setdomainname", name);
  }
  return absl::OkStatus();
}

absl::Status StartSession() {
  if (setsid() < 0) return CallFailed("setsid");
  return absl::OkStatus();
}

absl::Status RaiseLoopback() {
  const Fd any(socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  if (!any) return CallFailed("socket", "AF_INET");
  ifreq request = {};
  std::strcpy(request.ifr_name, "lo");
  request.ifr_flags = IFF_UP | IFF_RUNNING;
  if (ioctl(any.get(), SIOCSIFFLAGS, &request) != 0) {
    return CallFailed("ioctl", "SIOCSIFFLAGS", "lo");
  }
  return absl::OkStatus();
}

absl::Status ChangeDirectory(const Fd& directory) {
  if (fchdir(directory.get()) != 0) return CallFailed("fchdir");
  return absl::OkStatus();
}

void EndProcess(int status) { _exit(status); }

absl::Duration SinceBoot() {
  timespec now = {};
  clock_gettime(CLOCK_MONOTONIC, &now);
  return absl::DurationFromTimespec(now);
}

absl::StatusOr<std::string> CurrentDirectory() {
  char path[PATH_MAX];
  if (getcwd(path, sizeof(path)) == nullptr) return CallFailed("getcwd");
  // "(unreachable)/…": it lies outside the root directory of this process.
  if (path[0] != '/') return ErrnoStatus(ENOENT, "getcwd()");
  return std::string(path);
}

}  // namespace sbx::sys
