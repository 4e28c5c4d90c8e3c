// SPDX-License-Identifier: Apache-2.0
//
// attacks NAME [WORD]…
//
// Tries one attack and says how it went: "succeeded", or "stopped by EPERM".

#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>

#include "testing/escape/attack.h"

namespace sbx::escape {

void CannotTry(std::string_view what) {
  const int error = errno;
  std::printf("cannot be tried: %.*s: %s\n", static_cast<int>(what.size()),
              what.data(), strerrorname_np(error));
  std::fflush(stdout);
  _exit(kCannotTry);
}

int Number(const std::string& word) {
  return static_cast<int>(strtol(word.c_str(), nullptr, 0));
}

Outcome RunInChild(Outcome (*run)(const void*), const void* attack) {
  // Some hosts let only an ancestor trace; who attacks process 1 from within is
  // none, and is not to be stopped by that.  It fails where nobody asks.
  (void)prctl(PR_SET_PTRACER, PR_SET_PTRACER_ANY, 0, 0, 0);
  std::fflush(stdout);
  const pid_t child = fork();
  if (child < 0) CannotTry("fork");
  if (child == 0) _exit(run(attack).error);
  int status = 0;
  if (waitpid(child, &status, 0) < 0) CannotTry("waitpid");
  if (!WIFEXITED(status)) CannotTry("the child was killed");
  return {WEXITSTATUS(status)};
}

namespace {

int Try(const Attack& attack, const Words& words) {
  if (attack.words != kAnyWords && words.size() != attack.words) {
    errno = EINVAL;
    CannotTry("wrong number of words");
  }
  const Outcome outcome = attack.run(words);
  if (outcome.error == 0) {
    std::puts("succeeded");
    return EXIT_SUCCESS;
  }
  std::printf("stopped by %s\n", strerrorname_np(outcome.error));
  return EXIT_FAILURE;
}

int Main(const std::string& name, const Words& words) {
  for (const auto& attacks :
       {AttacksOnFiles(), AttacksOnMounts(), AttacksOnProcesses(),
        AttacksOnNetwork(), AttacksOnTerminals(), AttacksOnTheKernel(),
        AttacksFromOutside()}) {
    for (const Attack& attack : attacks) {
      if (attack.name == name) return Try(attack, words);
    }
  }
  errno = ENOENT;
  CannotTry(name);
}

}  // namespace
}  // namespace sbx::escape

int main(int argc, char** argv) {
  if (argc < 2) return 2;
  return sbx::escape::Main(argv[1], {argv + 2, argv + argc});
}
