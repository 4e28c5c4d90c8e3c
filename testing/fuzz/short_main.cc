// SPDX-License-Identifier: Apache-2.0
//
// main() of the short run, which every run of the tests makes: all seeds, and
// always the same mutations of them.  Needs no libFuzzer.

#include <signal.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <string>

#include "sandbox/sys/status.h"
#include "testing/fuzz/mutate.h"
#include "testing/fuzz/target.h"

namespace {

constexpr int kMutations = 20000;
constexpr uint64_t kSeed = 1;

std::string* current = nullptr;

void Check(std::string text) {
  *current = std::move(text);
  sbx::test::kTarget.check(*current);
}

// Not safe in general, but the program is at its end anyway.
void SayWhich(int number) {
  std::fprintf(stderr, "signal %d for the text %s\n", number,
               sbx::sys::Quoted(*current).c_str());
  signal(number, SIG_DFL);
  raise(number);
}

}  // namespace

int main() {
  current = new std::string;
  for (const int number : {SIGABRT, SIGSEGV, SIGFPE, SIGILL, SIGBUS}) {
    signal(number, SayWhich);
  }
  const sbx::test::Target& target = sbx::test::kTarget;
  for (const std::string& seed : target.seeds) Check(seed);
  sbx::test::Mutator mutator(kSeed, target.seeds);
  for (int i = 0; i < kMutations; ++i) Check(mutator.Next());
  std::printf("%zu seeds and %d mutations\n", target.seeds.size(), kMutations);
  delete current;
  return EXIT_SUCCESS;
}
