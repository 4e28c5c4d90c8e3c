// SPDX-License-Identifier: Apache-2.0
//
// What an allowed system call costs under filters: nanoseconds, the median of
// many rounds in which all of them take turns.

#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <vector>

#include "absl/types/span.h"
#include "policy/seccomp/filter.h"
#include "policy/seccomp/groups.h"

namespace sbx::policy::seccomp {
namespace {

constexpr int kRounds = 31;
constexpr int kCalls = 200'000;

using Filter = absl::Span<const sock_filter>;

constexpr sock_filter kOne[] = {BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW)};

struct Row {
  const char* name;
  std::vector<Filter> filters;
  std::vector<double> rounds = {};
};

void Install(Filter filter) {
  const sock_fprog program = {
      .len = static_cast<unsigned short>(filter.size()),
      .filter = const_cast<sock_filter*>(filter.data())};
  if (syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &program) != 0) {
    std::perror("seccomp");
    _exit(EXIT_FAILURE);
  }
}

double Now() {
  timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return 1e9 * static_cast<double>(now.tv_sec) +
         static_cast<double>(now.tv_nsec);
}

// A filter stays for good, so each round has a process of its own.
double Measure(const Row& row) {
  int ends[2];
  if (pipe(ends) != 0) abort();
  const pid_t child = fork();
  if (child == 0) {
    prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
    for (const Filter filter : row.filters) Install(filter);
    const double start = Now();
    for (int i = 0; i < kCalls; ++i) syscall(SYS_getppid);
    const double each = (Now() - start) / kCalls;
    _exit(write(ends[1], &each, sizeof(each)) == sizeof(each) ? 0 : 1);
  }
  close(ends[1]);
  double each = 0;
  int status = 0;
  if (read(ends[0], &each, sizeof(each)) != sizeof(each) ||
      waitpid(child, &status, 0) != child || status != 0) {
    std::fprintf(stderr, "a round failed\n");
    exit(EXIT_FAILURE);
  }
  close(ends[0]);
  return each;
}

double Median(std::vector<double> values) {
  std::ranges::sort(values);
  return values[values.size() / 2];
}

void Run() {
  const Filter ours = BuiltInFilter(BuiltIn::kDefault, kNothing);
  const Filter strict = BuiltInFilter(BuiltIn::kStrict, kNothing);
  Row rows[] = {{"none", {}},
                {"one instruction", {kOne}},
                {"default", {ours}},
                {"strict", {strict}},
                {"default twice", {ours, ours}}};
  for (int round = 0; round < kRounds; ++round) {
    for (Row& row : rows) row.rounds.push_back(Measure(row));
  }
  const double one = Median(rows[1].rounds);
  std::printf("%-16s %8s %20s\n", "filter", "ns", "of one instruction");
  for (const Row& row : rows) {
    const double median = Median(row.rounds);
    std::printf("%-16s %8.1f %20.2f\n", row.name, median, median / one);
  }
}

}  // namespace
}  // namespace sbx::policy::seccomp

int main() { sbx::policy::seccomp::Run(); }
