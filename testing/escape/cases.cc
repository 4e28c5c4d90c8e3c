// SPDX-License-Identifier: Apache-2.0

#include "testing/escape/cases.h"

namespace sbx::escape {
namespace {

// A root with all capabilities and no filter: what still stops it is the
// kernel.
constexpr char kStrongest[] = "sbx --user=0 --cap=ALL --seccomp=none --";
constexpr char kWithoutFilter[] = "sbx --seccomp=none --";

constexpr Case kCases[] = {
    // --- Processes ------------------------------------------------------
    {.name = "trace-process-1",
     .tries = "ptrace(2) of the sandbox's process 1",
     .stopped_by = "process 1 is not dumpable",
     .attack = "trace 1",
     .succeeds_in = "sbx --as-pid-1 --"},
    {.name = "read-process-1",
     .tries = "process_vm_readv(2) of process 1",
     .stopped_by = "process 1 is not dumpable",
     .attack = "read-memory 1",
     .succeeds_in = "sbx --as-pid-1 --"},
    {.name = "memory-of-process-1",
     .tries = "/proc/1/mem",
     .stopped_by = "process 1 is not dumpable",
     .attack = "open /proc/1/mem w",
     .error = "EACCES",
     .succeeds_in = "sbx --as-pid-1 --"},
    {.name = "signal-outside",
     .tries = "kill(2) of a process of the host",
     .stopped_by = "an own pid namespace",
     .attack = "signal $victim",
     .error = "ESRCH"},
    {.name = "nest-unshare",
     .tries = "unshare(2) of a user namespace, which has every capability",
     .stopped_by = "the system call filter",
     .attack = "nest-unshare",
     .succeeds_in = "sbx --nested --"},
    {.name = "sysctl-core-pattern",
     .tries = "a program of the attacker as the host's core_pattern",
     .stopped_by = "the file is the host's root's",
     .attack = "open /proc/sys/kernel/core_pattern w",
     .in = kStrongest,
     .error = "EACCES",
     .succeeds_in = kStrongest,
     .succeeding = "open /proc/sys/net/ipv4/ip_forward w"},
    {.name = "type-cooked",
     .tries = "TIOCSTI, which types into the caller's terminal",
     .stopped_by = "the system call filter",
     .attack = "type cooked low",
     .succeeds_in = kWithoutFilter,
     .closed_to_all = "EIO",
     .streams = Streams::kTerminal},
};

}  // namespace

absl::Span<const Case> Cases() { return kCases; }

}  // namespace sbx::escape
