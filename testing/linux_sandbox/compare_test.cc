// SPDX-License-Identifier: Apache-2.0
//
// sbx as linux-sandbox beside the one of Debian's Bazel (4.2.3): the same
// command lines, and what comes of them.

#include <string>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "testing/command.h"

namespace sbx::test {
namespace {

constexpr char kBazels[] = "/usr/share/bazel/linux-sandbox";
constexpr char kOurs[] = "linux-sandbox";

struct Row {
  absl::string_view sentence;
  // For bash, in an empty directory.  $L is the program.
  absl::string_view script;
};

// Of what both say with usage, the first line is the message.
constexpr Row kRows[] = {
    {"users", "for u in -R -U ''; do $L $u -- id -u; done"},
    {"the umask and the directory", "$L -- sh -c 'umask; pwd'"},
    {"processes",
     "$L -- sh -c 'ls /proc | grep -c ^1$'; $L -- sh -c 'echo $$'"},
    {"what is written where",
     "mkdir a b; $L -W $PWD/a -- touch x; ls a; $L -W $PWD/a -- touch "
     "$PWD/b/x; $L -W $PWD/a -w $PWD/b -- touch $PWD/b/x; ls b; $L -- touch "
     "/usr/x"},
    {"a file that may be written",
     "mkdir a; touch f g; $L -W $PWD/a -w $PWD/f -- sh -c 'echo hi >../f'; cat "
     "f; $L -W $PWD/a -w $PWD/f -- sh -c 'echo hi >../g' 2>e; wc -l <e; cat g"},
    {"mounts",
     "mkdir a b; echo hi >a/f; $L -M $PWD/a -m $PWD/b -- cat b/f; $L -M $PWD/a "
     "-m $PWD/b -- touch b/f; $L -M $PWD/a/f -- cat a/f"},
    {"an empty directory",
     "mkdir a; echo hi >a/f; $L -e $PWD/a -- sh -c 'ls -A a; touch a/g && ls "
     "a'; ls a"},
    {"devices and shared memory",
     "$L -- sh -c 'echo x >/dev/null && head -c1 /dev/zero | od -An -tx1; "
     "touch "
     "/dev/shm/q'; $L -w /dev/shm -- sh -c 'touch /dev/shm/q.$$ && rm "
     "/dev/shm/q.$$'"},
    {"networks", "$L -N -- grep -c : /proc/net/dev"},
    {"host names", "$L -H -- hostname"},
    {"exit statuses",
     "$L -- sh -c 'exit 7'; echo $?; $L -- sh -c 'kill -9 $$'; echo $?; $L -- "
     "/nonexist 2>/dev/null; echo $?"},
    {"time limits",
     "$L -T 1 -- sleep 100; echo $?; $L -T 1 -t 100 -- sleep 100; echo $?; $L "
     "-T 1 -t 1 -- bash -c 'trap \"\" TERM; while :; do sleep 100; done'; echo "
     "$?; $L -T 0 -- echo no limit"},
    {"an interrupt",
     "mkfifo go; $L -i -t 5 -w $PWD/go -- sh -c 'trap \"echo ended; exit 3\" "
     "TERM; echo >go; while :; do sleep 0.1; done' 2>/dev/null & read x <go; "
     "kill -INT $!; "
     "wait $!; echo $?"},
    {"an interrupt that is ignored",
     "mkfifo go; $L -i -t 1 -w $PWD/go -- bash -c 'trap \"\" TERM INT; echo "
     ">go; "
     "while :; do sleep 0.1; done' & read x <go; kill -INT $!; wait $!; echo "
     "$?"},
    {"output", "$L -l o -L e -- sh -c 'echo o; echo e >&2'; cat o e"},
    {"arguments of a file",
     "printf -- '-H\\n-R\\n' >a; $L @a -- sh -c 'hostname; id -u; echo $1' x "
     "@a"},
    {"several options in a word", "$L -HR -- id -u; $L -T5 -- echo hi"},
    {"messages about the command line",
     "for o in '-W x' '-w x' '-e x' '-M x' '-m /x' '-R -U' '-T x' '-t x' "
     "'-W /x -W /y' '-l x -l y' '-L x -L y' '-S x -S y'; do $L $o -- true 2>&1 "
     "| head -1; done; $L 2>&1 | head -1"},
    {"exit statuses of failures",
     "for o in '-W x' '-m /x' -Q '-M /nope' '-W /nope' '-w /nope' '-S /nope/x' "
     "'-l /nope/x' '-e /tmp -W /tmp/x' @/nope; do $L $o -- true 2>/dev/null; "
     "echo $?; done; $L 2>/dev/null"},
};

std::string OutcomeOf(const Row& row, const std::string& program) {
  const CommandOptions options = {
      .argv = {"bash", "-c",
               absl::StrCat("exec 2>&1; L=", program,
                            "; mkdir row || exit 99; (cd row; ", row.script,
                            "); s=$?; rm -rf row; exit $s")}};
  const CommandResult result = RunCommand(options);
  EXPECT_NE(result.exit_status, 99) << result;
  return absl::StrCat(result.out, "=> ", result.exit_status, "\n");
}

TEST(LinuxSandbox, DoesWhatBazelsDoes) {
  for (const Row& row : kRows) {
    SCOPED_TRACE(row.sentence);
    EXPECT_EQ(OutcomeOf(row, kBazels), OutcomeOf(row, kOurs));
  }
}

}  // namespace
}  // namespace sbx::test
