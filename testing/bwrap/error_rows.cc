// SPDX-License-Identifier: Apache-2.0

#include "testing/bwrap/rows.h"

namespace sbx::test {
namespace {

constexpr char kNotIn08[] = "0.8.0 has no such option";
constexpr char kNamesTheMount[] =
    "the message names what was to be done, and the call that failed";

constexpr Row kRows[] = {
    // The command line.
    {"options that there are not",
     "$B --foo; $B -x; $B - ; $B $HOST --bin / / true"},
    {"values that are missing",
     "for o in args unshare-foo userns userns2 pidns uid gid hostname chdir "
     "setenv unsetenv lock-file sync-fd bind bind-try dev-bind dev-bind-try "
     "ro-bind ro-bind-try remount-ro exec-label file-label proc dev tmpfs "
     "mqueue dir file bind-data ro-bind-data symlink seccomp add-seccomp-fd "
     "block-fd userns-block-fd info-fd json-status-fd cap-add cap-drop perms "
     "size chmod; do $B --$o; done; $B --bind /; $B --chmod 0; $B --setenv A"},
    {"values of later options that are missing",
     "for o in argv0 overlay-src overlay tmp-overlay ro-overlay; do $B --$o; "
     "done; $B --overlay a b",
     kNotIn08,
     "bwrap: --argv0 takes one argument\nbwrap: --overlay-src takes an "
     "argument\nbwrap: --overlay takes three arguments\nbwrap: --tmp-overlay "
     "takes an argument\nbwrap: --ro-overlay takes an argument\nbwrap: "
     "--overlay takes three arguments\n=> 1\n"},
    {"no command",
     "$B >o 2>e; echo $?; head -1 e | cut -d' ' -f1,3-; wc -l <o; $B $HOST >o "
     "2>e; echo $?; head -1 e | cut -d' ' -f1,3-; $B $HOST -- 2>/dev/null"},
    {"help and version",
     "$B --help | head -1 | cut -d' ' -f1,3-; $B --version | cut -d' ' -f1; $B "
     "$HOST --foo --help 2>&1 | wc -l"},
    {"help names the program as it was called",
     "$B --help | grep -c \"^usage: $B \""},
    {"descriptors that are no numbers",
     "for o in args userns userns2 pidns sync-fd seccomp add-seccomp-fd "
     "block-fd userns-block-fd info-fd json-status-fd; do $B --$o x true; $B "
     "--$o -1 true; done; $B --file x /a true; $B --bind-data x /a true; $B "
     "--bind-fd x /a true"},
    {"ids that are no numbers",
     "$B --uid x true; $B --gid x true; $B --uid -1 true; $B --uid '' true"},
    {"ids that are too large", "$B $HOST --uid 99999999999 true",
     "0.8.0 takes another id than the one that it was given",
     "bwrap: Invalid uid: 99999999999\n=> 1\n"},
    {"modes and sizes",
     "for p in x 8 -1 10000; do $B --perms $p --dir /a true; done; for s in x "
     "0 -1 99999999999999999999; do $B --size $s --tmpfs /a true; done; $B "
     "--chmod 99 / true"},
    {"modes and sizes that belong to nothing",
     "$B --perms 0 --bind / / true; $B --perms 0 --perms 0; $B --size 1 --size "
     "1; $B --size 1 --dir /a true; $B --perms 0 --symlink a b true; $B "
     "--perms 0 --proc /p; $B --size 1 --bind / / true"},
    {"a size that is too large",
     "$B --size 9223372036854775808 --tmpfs /a true"},
    {"capabilities that there are not",
     "$B --cap-add FOO true; $B --cap-drop CAP_FOO true; $B --cap-add KILL "
     "true; $B --cap-add '' true"},
    {"variables that cannot be",
     "$B --setenv A=B c true; $B --setenv '' c true; $B --unsetenv A=B true",
     "the message says why",
     "bwrap: setenv failed: Invalid argument\nbwrap: setenv failed: Invalid "
     "argument\nbwrap: unsetenv failed: Invalid argument\n=> 1\n"},
    {"too many words",
     "for i in {1..4500}; do printf -- '--unsetenv\\0A\\0'; done >a; $B $HOST "
     "--args 5 true 5<a; for i in {1..4490}; do printf -- '--unsetenv\\0A\\0'; "
     "done >a; $B $HOST --args 5 true 5<a"},
    {"words that read words",
     "printf -- '--args\\0006\\0' >a; $B --args 5 true 5<a"},
    {"words that cannot be read", "$B --args 77 true"},
    {"words of a descriptor that lack a value",
     "printf -- '--dir\\0' >a; $B --args 5 true 5<a; printf -- '--foo\\0' >a; "
     "$B --args 5 true 5<a"},
    {"options of which the last one counts",
     "$B $HOST --chdir /a --chdir /usr --uid 4 --uid 5 --gid 4 --gid 5 "
     "--unshare-uts --hostname a --hostname b sh -c 'pwd; id -u; id -g; "
     "hostname'; $B $HOST --block-fd 5 --block-fd 5 --info-fd 6 --info-fd 6 "
     "--json-status-fd 7 --json-status-fd 7 true 5</etc/passwd 6>o 7>o"},
    {"a name that is given twice", "$B $HOST --argv0 a --argv0 b true",
     kNotIn08, "bwrap: --argv0 used multiple times\n=> 1\n"},
    {"several descriptors to keep",
     "$B $HOST --sync-fd 5 --sync-fd 6 echo hi 5</dev/null 6</dev/null",
     "0.13.1 and later keep all", "hi\n=> 0\n"},
    {"contradictions",
     "$B $HOST --unshare-user --userns 5 true 5</proc/self/ns/user; $B $HOST "
     "--unshare-user-try --userns 5 true; $B $HOST --userns-block-fd 5 true; "
     "$B $HOST --unshare-user --userns-block-fd 5 true; $B $HOST "
     "--disable-userns true; $B $HOST --hostname x true; $B $HOST --as-pid-1 "
     "true; $B $HOST --unshare-pid --as-pid-1 --lock-file /etc/passwd true; $B "
     "$HOST --seccomp 5 --add-seccomp-fd 5 true"},
    {"a filter and a stack of them",
     "$B $HOST --add-seccomp-fd 5 --seccomp 5 true",
     "0.8.0 does not see it in this order",
     "bwrap: --seccomp cannot be combined with --add-seccomp-fd\n=> 1\n"},
    {"an id needs a user namespace",
     "$B $HOST --userns 5 --uid 7 true 5</proc/self/ns/user 2>&1 | wc -l"},
    {"labels", "$B $HOST --exec-label a true; $B $HOST --file-label a true"},
    {"overlays that lack something",
     "$B --ro-overlay /o true; $B --overlay-src a --ro-overlay /o true; $B "
     "--tmp-overlay /o true; $B --overlay a b /o true; $B --overlay-src a "
     "--dir /o true; $B --overlay-src a true; $B --perms 0 --overlay-src a "
     "true",
     kNotIn08,
     "bwrap: --ro-overlay requires at least two --overlay-src\nbwrap: "
     "--ro-overlay requires at least two --overlay-src\nbwrap: --tmp-overlay "
     "requires at least one --overlay-src\nbwrap: --overlay requires at least "
     "one --overlay-src\nbwrap: --overlay-src must be followed by another "
     "--overlay-src or one of --overlay, --tmp-overlay, or "
     "--ro-overlay\nbwrap: --overlay-src must be followed by another "
     "--overlay-src or one of --overlay, --tmp-overlay, or "
     "--ro-overlay\nbwrap: --perms must be followed by an option that creates "
     "a file\n=> 1\n"},
    // The host.
    {"sources that there are not",
     "$B --bind /nope /x true; $B --ro-bind /nope / true; $B --dev-bind "
     "/etc/passwd/x /x true"},
    {"sources that one may not reach",
     "mkdir -p d/e; chmod 0 d; $B $USR --bind-try d/e /x true; chmod 700 d"},
    {"descriptors that are closed",
     "$B $HOST --userns 99 true; $B $HOST --seccomp 99 true"},
    {"closed descriptors that are used late",
     "$B $HOST --info-fd 99 true; $B $HOST --json-status-fd 99 true; $B $HOST "
     "--userns2 99 true",
     "0.8.0 leaves a process waiting",
     "bwrap: Write to info_fd: fcntl(99, \"F_DUPFD_CLOEXEC\"): Bad file "
     "descriptor\nbwrap: Write to info_fd: fcntl(99, \"F_DUPFD_CLOEXEC\"): Bad "
     "file descriptor\nbwrap: Setting userns2 failed: setns(99, "
     "\"CLONE_NEWUSER\"): Bad file descriptor\n=> 1\n"},
    {"descriptors that are closed and do no harm",
     "$B $HOST --sync-fd 99 echo a; $B $HOST --block-fd 99 echo b"},
    {"a closed descriptor of a pid namespace", "$B $HOST --pidns 99 true",
     "0.8.0 says it twice",
     "bwrap: Setting pidns failed: setns(99, \"CLONE_NEWPID\"): Bad file "
     "descriptor\n=> 1\n"},
    {"descriptors of something else", "$B $HOST --userns 5 true 5</etc/passwd",
     "the message names the call",
     "bwrap: Joining specified user namespace failed: it might not be a "
     "descendant of the current user namespace: setns(5, \"CLONE_NEWUSER\"): "
     "Invalid argument\n=> 1\n"},
    {"data that cannot be read", "$B $USR --bind-data 99 /x true"},
    {"filters that are none",
     "$B $HOST --seccomp 5 true 5</etc/hostname; printf 12345678 >f; $B $HOST "
     "--seccomp 5 true 5<f 2>&1 | wc -l"},
    {"a place that is missing in a read-only share",
     "$B $HOST --dir /nope/x true; $B $HOST --tmpfs /nope true; $B $HOST "
     "--symlink a /nope true; $B $HOST --file 5 /nope true 5</dev/null",
     kNamesTheMount,
     "bwrap: Can't mkdir /nope/x: mkdirat(\"nope\"): Read-only file "
     "system\nbwrap: Can't mount tmpfs on /nope: mkdirat(\"nope\"): Read-only "
     "file system\nbwrap: Can't make symlink at /nope: symlinkat(\"a\", "
     "\"/nope\"): Read-only file system\nbwrap: Can't create file /nope: "
     "openat2(\"/nope\"): Read-only file system\n=> 1\n"},
    {"modes of what is missing or read-only",
     "$B $HOST --chmod 0600 /nope true; $B $HOST --chmod 0600 /usr true; $B "
     "$USR --chmod 0600 /usr true"},
    {"a directory over a file and a file over a directory",
     "$B $HOST --ro-bind /etc /etc/passwd true; $B $HOST --ro-bind /etc/passwd "
     "/etc true",
     kNamesTheMount,
     "bwrap: Can't bind mount /etc on /etc/passwd: mounting on "
     "\"/etc/passwd\": Not a directory\nbwrap: Can't bind mount /etc/passwd on "
     "/etc: mounting on \"/etc\": Is a directory\n=> 1\n"},
    {"what is no mount cannot be read-only",
     "$B $HOST --remount-ro /usr/lib true", kNamesTheMount,
     "bwrap: Can't remount readonly on /usr/lib: \"/usr/lib\" is no mount "
     "point: Invalid argument\n=> 1\n"},
    {"file systems that one may not mount",
     "$B $USR --mqueue /q true 2>&1 | wc -l"},
    {"what cannot be made of the root",
     "$B $USR --symlink a / true; $B $USR --file 5 / true 5</dev/null; $B $USR "
     "--bind-data 5 / true 5</dev/null; $B $USR --dir / --dir '' echo hi",
     kNamesTheMount,
     "bwrap: Can't make symlink at /: destination exists and is not a "
     "symlink\nbwrap: Can't create file /: openat2(\"/\"): Is a "
     "directory\nbwrap: Can't create file at /: mounting a file on \"/\": Is a "
     "directory\nhi\n=> 0\n"},
    {"directories to start in that there are not",
     "$B $HOST --chdir /nope true; $B $HOST --chdir /etc/passwd true"},
    {"locks on what is missing", "$B $HOST --lock-file /nope true"},
    {"programs that cannot be run",
     "$B $HOST /nope; $B $HOST nope; $B $HOST /etc/passwd; $B $HOST /usr; $B "
     "$OWN /nope"},
};

}  // namespace

absl::Span<const Row> ErrorRows() { return kRows; }

}  // namespace sbx::test
