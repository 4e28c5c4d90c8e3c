// SPDX-License-Identifier: Apache-2.0
//
// Processes as /proc tells of them, for tests that nothing is left behind.

#ifndef SBX_TESTING_PROCESSES_H_
#define SBX_TESTING_PROCESSES_H_

#include <sys/types.h>

#include <string>
#include <vector>

namespace sbx::test {

struct Process {
  pid_t pid = 0;
  pid_t parent = 0;
  pid_t session = 0;
  // One letter of proc(5): 'R', 'S', 'T', 'Z'…
  char state = '?';
  // Whether it has been killed or is exiting, and only needs the time to go.
  bool dying = false;
  // Its words, or its name in brackets where it has none left.
  std::string command = {};
};

// Returns the processes that `ancestor` has made and those that they have
// made, zombies included.
std::vector<Process> DescendantsOf(pid_t ancestor);

// Returns the processes of a session (setsid(2)).
std::vector<Process> ProcessesOfSession(pid_t session);

// Sends each SIGKILL; those that are gone already do not matter.
void KillAll(const std::vector<Process>& processes);

// Returns a line for each: "  pid 123 (S): sleep 1000".
std::string Describe(const std::vector<Process>& processes);

}  // namespace sbx::test

#endif  // SBX_TESTING_PROCESSES_H_
