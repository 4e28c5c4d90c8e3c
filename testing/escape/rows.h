// SPDX-License-Identifier: Apache-2.0
//
// The attacks from inside, as a table.

#ifndef SBX_TESTING_ESCAPE_ROWS_H_
#define SBX_TESTING_ESCAPE_ROWS_H_

#include <ostream>

#include "absl/strings/string_view.h"
#include "testing/command.h"

namespace sbx::test {

// Instead of options: the control runs without any sandbox.
inline constexpr absl::string_view kOutside = "outside";

// One attack.  SOCKET, PORT, OUTSIDER and STORE in its words are an abstract
// socket and a port on which somebody listens outside, a process outside, and a
// store of secrets.
struct EscapeRow {
  absl::string_view name = {};
  // A script that says "succeeded" or "stopped".
  absl::string_view attack = {};
  // Options of sbx under which it is stopped, and those that take away just
  // what stops it.
  absl::string_view closed = {};
  absl::string_view open = {};
  // What succeeds in its place where nothing that sbx can give would let the
  // attack itself: it shows that the attempt is made right.
  absl::string_view control = {};
  // Said in the shell before sbx.
  absl::string_view setting = {};
  Streams streams = Streams::kPipes;
};

inline std::ostream& operator<<(std::ostream& out, const EscapeRow& row) {
  return out << row.name;
}

inline constexpr EscapeRow kEscapes[] = {
    // User namespaces, which give all capabilities.
    {.name = "userns-unshare", .attack = "attack unshare", .open = "--nested"},
    {.name = "userns-clone", .attack = "attack clone", .open = "--nested"},
    {.name = "userns-clone3", .attack = "attack clone3", .open = "--nested"},
    // What root inside could do with capabilities that it does not have.
    {.name = "unmount",
     .attack = "attack umount /tmp",
     .closed = "--user=0",
     .open = "--user=0 --cap=SYS_ADMIN"},
    {.name = "unmount-unfiltered",
     .attack = "attack umount /tmp",
     .closed = "--user=0 --seccomp=none",
     .open = "--user=0 --cap=SYS_ADMIN --seccomp=none"},
    {.name = "remount",
     .attack = "attack remount /",
     .closed = "--user=0 --seccomp=none",
     .open = "--user=0 --cap=SYS_ADMIN --seccomp=none",
     .control = "attack umount /tmp"},
    {.name = "new-mount",
     .attack = "attack fsopen",
     .closed = "--user=0",
     .open = "--user=0 --cap=SYS_ADMIN"},
    {.name = "chroot",
     .attack = "attack chroot",
     .closed = "--user=0",
     .open = "--user=0 --cap=SYS_CHROOT"},
    {.name = "hostname",
     .attack = "attack hostname",
     .closed = "--user=0",
     .open = "--user=0 --cap=SYS_ADMIN"},
    {.name = "setgroups",
     .attack = "attack setgroups",
     .closed = "--user=0 --ids=range --cap=SETGID --setgroups=deny",
     .open = "--user=0 --ids=range --cap=SETGID --setgroups=allow"},
    // Devices.
    {.name = "make-device",
     .attack = "attack mknod",
     .closed = "--user=0 --ids=range --cap=ALL --seccomp=none",
     .open = "--user=0",
     .control = "attack fifo"},
    {.name = "device-in-a-share",
     .attack = "attack open /tmp/d/null",
     .closed = "--ro=/dev:/tmp/d",
     .open = "--device=/dev/null:/tmp/d/null"},
    {.name = "device-of-the-host",
     .attack = "attack open /dev/loop-control || attack open /dev/kmsg",
     .open = "",
     .control = "attack open /dev/null"},
    // Other doors of the kernel.
    {.name = "i386", .attack = "attack i386", .open = "--seccomp=none"},
    {.name = "keyring", .attack = "attack key", .open = "--seccomp=none"},
    {.name = "io-uring", .attack = "attack ring", .open = "--seccomp=none"},
    // Process 1, which is sbx.
    {.name = "trace-process-1",
     .attack = "attack trace 1",
     .control = "sleep 9 & attack trace $!"},
    {.name = "read-memory-of-process-1",
     .attack = "attack peek 1",
     .control = "sleep 9 & attack peek $!"},
    {.name = "open-memory-of-process-1",
     .attack = "attack mem 1",
     .control = "sleep 9 & attack mem $!"},
    {.name = "environment-of-process-1",
     .attack = "attack environ 1",
     .control = "sleep 9 & attack environ $!"},
    {.name = "program-of-process-1",
     .attack = "attack exe 1",
     .control = "./sleep 9 & until [ /proc/$!/exe -ef sleep ]; do :; done; "
                "attack exe $!"},
    {.name = "descriptor-of-process-1",
     .attack = "attack steal 1",
     .control = "sleep 9 & attack steal $!"},
    {.name = "memory-of-process-1-as-root",
     .attack = "attack mem 1",
     .closed = "--user=0 --ids=range --cap=ALL --seccomp=none",
     .open = "--user=0",
     .control = "sleep 9 & attack mem $!"},
    {.name = "outlive-the-supervisor",
     .attack = "attack deathsig",
     .closed = "--as-pid-1",
     .open = ""},
    // Processes outside.
    {.name = "signal-outside",
     .attack = "attack kill OUTSIDER",
     .open = kOutside},
    {.name = "fork-bomb",
     .attack = "attack fork 100",
     .closed = "--rlimit=nproc=50",
     .open = ""},
    // What the caller did not mean to tell.
    {.name = "environment",
     .attack = "sleep 9 & attack find the-secret-of; kill $!",
     .closed = "--clearenv --setenv=PATH=$PATH",
     .open = ""},
    {.name = "arguments",
     .attack = "sleep 9 & attack find =the-secret-of; kill $!",
     .closed = "--setenv=A=the-secret-of-the-caller --clearenv "
               "--setenv=PATH=$PATH",
     .open = kOutside},
    {.name = "descriptors",
     .attack = "attack descriptor",
     .open = "--keep-fd=7",
     .setting = "exec 7</etc/passwd;"},
    {.name = "secrets",
     .attack = "attack open STORE/sbx-escape",
     .open = "--expose=aws"},
    {.name = "write-outside",
     .attack = "attack write ../written",
     .open = "--rw=.."},
    {.name = "core-pattern",
     .attack = "attack write /proc/sys/kernel/core_pattern",
     .closed = "--user=0 --ids=range --cap=ALL --seccomp=none",
     .open = "--user=0",
     .control = "attack write /proc/self/comm"},
    // Terminals.
    {.name = "type",
     .attack = "attack type",
     .open = "--seccomp=none",
     .streams = Streams::kTerminal},
    {.name = "type-disguised",
     .attack = "attack type-disguised",
     .open = "--seccomp=none",
     .streams = Streams::kTerminal},
    {.name = "type-raw",
     .attack = "attack type",
     .open = "--seccomp=none",
     .setting = "stty raw -echo;",
     .streams = Streams::kTerminal},
    {.name = "type-nested",
     .attack = "attack type",
     .closed = "--nested",
     .open = "--nested --seccomp=none",
     .streams = Streams::kTerminal},
    {.name = "paste",
     .attack = "attack paste",
     .open = "--seccomp=none",
     .streams = Streams::kTerminal},
    {.name = "terminal-of-a-new-session",
     .attack = "attack tty",
     .closed = "--new-session",
     .open = "",
     .streams = Streams::kTerminal},
    // Networks.
    {.name = "network", .attack = "attack tcp PORT", .open = "--net=host"},
    {.name = "abstract-socket",
     .attack = "attack abstract SOCKET",
     .open = "--net=host --reach-outside"},
    {.name = "abstract-socket-on-the-hosts-network",
     .attack = "attack abstract SOCKET",
     .closed = "--net=host",
     .open = "--net=host --reach-outside"},
};

}  // namespace sbx::test

#endif  // SBX_TESTING_ESCAPE_ROWS_H_
