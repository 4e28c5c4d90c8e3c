// SPDX-License-Identifier: Apache-2.0

#include "testing/bwrap/rows.h"

namespace sbx::test {
namespace {

constexpr char kNotIn08[] = "0.8.0 has no such option";

constexpr Row kRows[] = {
    // Who and with what rights.
    {"one keeps one's ids and no capability",
     "$B $OWN sh -c 'id -u; id -g; cat /proc/self/uid_map /proc/self/gid_map "
     "/proc/self/setgroups; grep -E \"Cap|NoNew|Seccomp:\" /proc/self/status'"},
    {"other ids inside",
     "$B $OWN --uid 5 --gid 6 sh -c 'id -u; id -g; cat /proc/self/uid_map; "
     "stat -c %u /proc/self/status'; $B $OWN --uid 0 id -u -r"},
    {"capabilities, for a user and for root",
     "for user in '' '--unshare-user --uid 0'; do $B $OWN $user --cap-add "
     "CAP_KILL --cap-add cap_chown --cap-drop CAP_KILL grep Cap "
     "/proc/self/status; done"},
    {"all capabilities but some",
     "$B $OWN --cap-add ALL --cap-drop CAP_SYS_ADMIN grep Cap "
     "/proc/self/status; $B $OWN --cap-add ALL --cap-drop ALL grep Cap "
     "/proc/self/status"},
    // That of sbx gives them up once the command runs.
    {"process 1 has no capability",
     "$B $OWN --cap-add ALL timeout 60 sh -c 'while grep -qE "
     "\"Cap(Eff|Prm).*[1-9a-f]\" /proc/1/status; do :; done; grep -E "
     "\"Cap(Eff|Prm)\" /proc/1/status'"},
    {"with a capability one can mount, and mount again inside",
     "$B $OWN --unshare-user --uid 0 --cap-add CAP_SYS_ADMIN sh -c 'mount -t "
     "tmpfs x /tmp && ls -A /tmp | wc -l'"},
    // Namespaces.
    {"only the namespaces that are asked for",
     "for o in ipc pid net uts cgroup user; do $B $HOST --unshare-$o sh -c "
     "'readlink /proc/self/ns/*' | sort >in; (cd /proc/self/ns; readlink *) | "
     "sort >out; comm -13 out in | cut -d: -f1 | sort | tr '\\n' ' '; echo; "
     "done"},
    {"all of them",
     "$B --unshare-all $HOST sh -c 'readlink /proc/self/ns/*' | sort >in; (cd "
     "/proc/self/ns; readlink *) | sort >out; comm -13 out in | cut -d: -f1; "
     "$B --unshare-all --share-net $HOST readlink /proc/self/ns/net | comm -13 "
     "out -"},
    {"the loopback is up",
     "$B --unshare-net $HOST cat /proc/net/dev | cut -d: -f1; $B --unshare-net "
     "$HOST bash -c 'echo x >/dev/udp/127.0.0.1/9'"},
    {"a host name",
     "$B --unshare-uts --hostname box $HOST hostname; hostname | grep -c "
     "'^box$'"},
    {"no user namespaces inside",
     "$B --unshare-user --disable-userns $HOST sh -c 'unshare -U true; id -u; "
     "grep Cap /proc/self/status'; $B --unshare-user --disable-userns --uid 7 "
     "--cap-add CAP_SYS_ADMIN $HOST sh -c 'id -u; unshare -U true'"},
    {"the check that there are none",
     "$B --unshare-user --assert-userns-disabled $HOST echo no; $B "
     "--unshare-user --disable-userns --assert-userns-disabled $HOST echo yes"},
    {"a user namespace that is joined",
     "mkfifo go; $B --unshare-user --uid 3 --info-fd 5 $HOST sh -c 'readlink "
     "/proc/self/ns/user >&6; cat go' 5>info 6>id & until [ -s id ]; do :; "
     "done; pid=$(grep -o '[0-9]*' info | head -1); $B --userns 5 $HOST sh -c "
     "'readlink /proc/self/ns/user; id -u' 5</proc/$pid/ns/user | diff - id; "
     "echo >go; wait"},
    {"a pid namespace that is joined, and one below it",
     "mkfifo go; $B --unshare-all --info-fd 5 $OWN sh -c 'readlink "
     "/proc/self/ns/pid >&6; cat go' 5>info 6>id & until [ -s id ]; do :; "
     "done; pid=$(grep -o '[0-9]*' info | head -1); $B --userns 5 --pidns 6 "
     "--ro-bind / / --proc /proc readlink /proc/self/ns/pid "
     "5</proc/$pid/ns/user 6</proc/$pid/ns/pid | diff - id; $B --userns 5 "
     "--pidns 6 --unshare-pid --ro-bind / / --proc /proc sh -c 'readlink "
     "/proc/self/ns/pid >&2; echo $$' 2>&1 5</proc/$pid/ns/user "
     "6</proc/$pid/ns/pid | diff - id | grep -c '^<'; echo >go; wait"},
    {"id maps that others write",
     "mkfifo go; $B --unshare-user --userns-block-fd 6 --info-fd 5 $HOST sh -c "
     "'cat /proc/self/uid_map; id -u' 5>info 6<>go & until grep -q '^}' info; "
     "do :; done 2>/dev/null; pid=$(grep -o '[0-9]*' info | head -1); "
     "newuidmap $pid 0 $(id -u) 1; newgidmap $pid 0 $(id -g) 1; echo >go; "
     "wait"},
    // Life.
    {"the exit status is the command's, or its signal's",
     "$B $HOST sh -c 'exit 37'; echo $?; $B $OWN sh -c 'exit 38'; echo $?; $B "
     "$HOST sh -c 'kill -9 $$'; echo $?; $B $OWN sh -c 'kill -15 $$'; echo $?"},
    {"the command is process 2, or 1 if it wants to be",
     "$B $OWN sh -c 'echo $$'; $B $OWN --as-pid-1 sh -c 'echo $$'"},
    {"as process 1 the command inherits what is its own to reap",
     "$B $OWN --dev-bind /dev /dev --as-pid-1 bash -c '(sleep 0.01 & ) ; exit "
     "5'"},
    {"what the command leaves lives on",
     "mkfifo p; $B $OWN --dev-bind /dev /dev --bind $PWD $PWD bash -c 'cat <p "
     ">p2 & exit 3' >/dev/null; echo $?; echo alive >p; until [ -s p2 ]; do :; "
     "done; cat p2"},
    {"with --die-with-parent it does not",
     "$B $OWN --die-with-parent --dev-bind /dev /dev bash -c 'sleep 1000 & "
     "exit 3' | cat; echo ended"},
    {"a signal ends bwrap and not the command",
     "mkfifo p; $B $OWN --bind $PWD $PWD sh -c 'cat p >p2' & b=$!; until [ -e "
     "p2 ]; do :; done; kill $b; wait $b; echo $?; echo alive >p; until [ -s "
     "p2 ]; do :; done; cat p2"},
    {"a lock is held while the command runs",
     "mkfifo p q; touch f; printf '%s\\n' 'import fcntl,sys' 'try: "
     "fcntl.lockf(open(\"f\",\"w\"), fcntl.LOCK_EX|fcntl.LOCK_NB); "
     "print(\"free\")' 'except OSError: print(\"busy\")' >t.py; $B $HOST "
     "--lock-file $PWD/f --bind $PWD $PWD sh -c 'echo >p; cat q' & cat p; "
     "/usr/bin/python3 t.py; echo >q; wait; /usr/bin/python3 t.py"},
    {"a descriptor is kept for as long as the sandbox lives",
     "mkfifo p q; $B $OWN --bind $PWD $PWD --sync-fd 5 sh -c '[ -e "
     "/proc/self/fd/5 ]; echo $?; cat q' 5>p & (cat <p; echo end) & echo >q; "
     "wait"},
    {"the command waits for a word",
     "mkfifo p; $B $HOST --block-fd 5 echo go 5<>p & echo ready; echo x >p; "
     "wait"},
    {"a new session",
     "$B $HOST --new-session sh -c '[ $(ps -o sid= -p $$) -eq $$ ]; echo $?'; "
     "$B $HOST sh -c '[ $(ps -o sid= -p $$) -eq $$ ]; echo $?'"},
    {"signals that were ignored or blocked stay so",
     "trap '' INT; env --block-signal=USR1 $B $HOST grep -E 'Sig(Ign|Blk)' "
     "/proc/self/status"},
    {"the umask stays",
     "umask 027; $B $USR --dir /a sh -c 'umask; stat -c %a /a'"},
    // Environment.
    {"the environment stays, but for where the command is",
     "A=1 B2=2 $B $HOST env | grep -v '^_=' | sort >in; A=1 B2=2 env | grep -v "
     "'^_=' | sort | diff - in | grep '^[<>]'"},
    {"variables are set and unset in order",
     "$B $HOST --setenv A 1 --setenv A 2 --unsetenv HOME --setenv B '' "
     "--setenv C x --unsetenv C env | grep -E '^(A|B|C|HOME)='"},
    {"nothing is left but what was set afterwards",
     "$B $HOST --setenv A 1 --clearenv --setenv C 3 /usr/bin/env | sort | sed "
     "\"s|$PWD|here|\""},
    {"PWD is where the command is whatever was said",
     "$B $HOST --setenv PWD /x --chdir /usr /usr/bin/env | grep ^PWD=; $B "
     "$HOST --chdir /usr --unsetenv PWD /usr/bin/env | grep ^PWD="},
    {"the command starts where bwrap was, or at home, or at the root",
     "$B $HOST pwd | sed \"s|$PWD|here|\"; $B $USR --setenv HOME /usr/lib sh "
     "-c 'pwd; echo $PWD'; $B $USR --setenv HOME /nope sh -c 'pwd; echo $PWD'; "
     "$B $USR --chdir usr pwd"},
    {"where bwrap was is called as its caller calls it",
     "mkdir a; ln -s a b; cd b; $B $HOST pwd | sed 's|.*/||'"},
    {"the program is looked up in the PATH that it gets",
     "$B $USR --setenv PATH /nope ls; $B $USR --unsetenv PATH ls -d /usr"},
    {"another name for the command",
     "$B $HOST --argv0 other sh -c 'echo $0' ; $B $HOST --argv0 other cat "
     "/proc/self/cmdline | tr '\\0' ' '",
     kNotIn08, "other\nother /proc/self/cmdline => 0\n"},
    {"process 1 shows no environment",
     "A=secret $B $OWN --clearenv --info-fd 5 /usr/bin/grep -c secret "
     "/proc/1/environ 5>/dev/null",
     "bubblewrap leaves the caller's there", "0\n=> 1\n"},
    // Descriptors.
    {"inherited descriptors stay, and those of options do not",
     "echo >f; $B $OWN --tmpfs /tmp --file 5 /tmp/x --bind-data 6 /tmp/y "
     "--block-fd 7 --sync-fd 8 sh -c 'ls /proc/$$/fd' 4<f 5<f 6<f 7<f 8<f 9<f "
     "11<f"},
    {"a closed descriptor stays closed",
     "$B $OWN sh -c 'ls /proc/$$/fd' 0<&- | tr '\\n' ' '"},
    // What is told.
    {"about the sandbox",
     "$B $HOST --info-fd 5 true 5>&1; $B --unshare-all $OWN --info-fd 5 true "
     "5>&1"},
    {"about the sandbox and its end",
     "$B $HOST --json-status-fd 5 sh -c 'exit 9' 5>&1; $B --unshare-all $OWN "
     "--json-status-fd 5 sh -c 'kill -9 $$' 5>&1; $B $HOST --json-status-fd 5 "
     "/nope 5>j; cat j"},
    {"both at once",
     "$B $OWN --info-fd 5 --json-status-fd 6 true 5>i 6>j; cat i j"},
    {"about the sandbox before the command runs",
     "$B $HOST --info-fd 5 sh -c 'cat i | grep -c child' 5>i"},
    {"the numbers are those of the sandbox",
     "$B --unshare-all $OWN --info-fd 5 sh -c 'for n in cgroup ipc mnt net pid "
     "uts; do readlink /proc/self/ns/$n | grep -o \"[0-9]*\"; done' 5>i >o; "
     "grep namespace i | grep -o '[0-9]*' | diff - o"},
    // Filters.
    {"a filter of system calls",
     "printf "
     "'\\x20\\0\\0\\0\\0\\0\\0\\0\\x15\\0\\0\\x01\\x3f\\0\\0\\0\\x06\\0\\0\\0\\"
     "x01\\0\\x05\\0\\x06\\0\\0\\0\\0\\0\\xff\\x7f' >f; $B $OWN --seccomp 5 sh "
     "-c 'uname; grep Seccomp: /proc/self/status' 5<f; $B $OWN "
     "--add-seccomp-fd 5 --add-seccomp-fd 6 sh -c 'uname; grep filters "
     "/proc/self/status /proc/1/status' 5<f 6<f"},
    // Words from descriptors.
    {"--args reads from standard input too",
     "printf '%s\\0' --setenv A 1 | $B --args 0 $USR sh -c 'echo $A'"},
    {"words from a descriptor",
     "printf '%s\\0' --setenv A 'two words' --dir /a >a; $B $USR --args 5 sh "
     "-c 'echo $A; ls -d /a' 5<a; $B --args 5 --args 6 $USR env 5<a 6<a | grep "
     "^A="},
    {"what is no option there is left out",
     "printf '%s\\0' --setenv A 1 echo --setenv A 2 >a; $B $USR --args 5 sh -c "
     "'echo $A' 5<a; printf '%s\\0' -- x >a; $B $USR --args 5 echo hi 5<a; "
     "printf '' >a; $B $USR --args 5 echo hi 5<a"},
    {"the last word may be empty, or without its end",
     "printf '%s\\0' --setenv A '' >a; $B $USR --args 5 sh -c 'echo [${A-no}]' "
     "5<a; printf -- '--dir\\0/x' >a; $B $USR --args 5 ls -d /x 5<a"},
    {"options end at the command or at --",
     "$B $USR -- echo --help; $B $USR echo --help -- x"},
    {"it is said who said it",
     "$B --level-prefix $HOST --chdir /a --chdir /usr true; $B --level-prefix "
     "--nope; $B --level-prefix $HOST /nope",
     kNotIn08,
     "<4>bwrap: Only the last --chdir option will take effect\n<3>bwrap: "
     "Unknown option --nope\n<3>bwrap: execvp /nope: execve(\"/nope\"): No "
     "such file or directory\n=> 1\n"},
    {"what is no boundary may be called so",
     "$B --not-a-security-boundary $HOST echo hi", kNotIn08, "hi\n=> 0\n"},
    // Nesting.
    {"bwrap in bwrap",
     "$B $HOST --proc /proc $B $HOST --unshare-all --proc /proc --dev /dev "
     "echo hi"},
    {"bwrap in bwrap by the link that always leads to it",
     "$B $HOST --proc /proc --unshare-user --uid 0 --gid 0 --cap-add ALL "
     "/proc/self/exe --unshare-all $HOST --proc /proc id -u"},
    {"root inside can run bwrap without a user namespace",
     "$B $HOST --proc /proc --unshare-user --uid 0 --gid 0 --cap-add ALL $B "
     "$HOST --tmpfs /tmp sh -c 'ls -A /tmp | wc -l; grep CapEff "
     "/proc/self/status'"},
};

}  // namespace

absl::Span<const Row> ProcessRows() { return kRows; }

}  // namespace sbx::test
