// SPDX-License-Identifier: Apache-2.0
//
// What an attacker could be after, on the host.

#ifndef SBX_TESTING_ESCAPE_SURROUNDINGS_H_
#define SBX_TESTING_ESCAPE_SURROUNDINGS_H_

#include <sys/types.h>

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "sandbox/sys/fd.h"
#include "testing/command.h"
#include "testing/escape/cases.h"

namespace sbx::escape {

// A host with something to steal, and with neighbours.  A line that is run in
// it finds these variables:
//
//   host      a directory that is not the current one, which is empty, with
//             `file`, `attacks`, `socket`, `pipe`, an empty `empty`, and
//             `home/.ssh/id`, where HOME is $host/home
//   programs  the directory that holds `attacks` and sbx
//   abstract  the name of an abstract socket, and port one of the loopback
//   terminal  somebody else's terminal
//   victim    a process
//   key       a key in the session keyring
//   memory    shared memory of System V
//   SECRET    a word that is nowhere else; terces is the same backwards
//   paused    process 1 of a sandbox that is being made, and made no further
//   alive     a process in a sandbox
//   dead      the directory in /proc, still open, of one that was in a sandbox
//             which has ended
//
// Descriptor 9 is $host, which somebody forgot to close.
class Surroundings {
 public:
  Surroundings();
  ~Surroundings();
  Surroundings(const Surroundings&) = delete;
  Surroundings& operator=(const Surroundings&) = delete;

  // Runs a line of a shell.
  test::CommandResult Run(const std::string& line, Streams streams);

  const std::string& host() const { return host_; }

 private:
  struct Neighbour;

  absl::Status MakeFiles();
  absl::Status Listen();
  absl::Status MakeKey();
  absl::Status MakeTerminal();
  absl::Status ShareMemory();
  absl::Status StartVictim();
  absl::Status PauseSetUp();
  absl::Status StartSandbox();
  absl::Status EndSandbox();

  // What lines that name a variable need.
  static const Neighbour kNeighbours[];

  std::string host_;
  std::string directory_;
  test::Environment variables_;
  std::vector<sys::Fd> open_;
  sys::Fd dead_;
  std::vector<test::Command> commands_;
  int memory_ = -1;
};

}  // namespace sbx::escape

#endif  // SBX_TESTING_ESCAPE_SURROUNDINGS_H_
