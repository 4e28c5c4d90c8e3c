// SPDX-License-Identifier: Apache-2.0
//
// as_user [--install NAME=PATH]... [--copy NAME=PATH]... COMMAND ARGS…
//
// Runs COMMAND as an ordinary user with subordinate ids, whoever calls, in a
// fresh directory of its own, and passes on its exit status.  Programs given by
// --install come first on PATH, files given by --copy lie in the directory.
// What COMMAND leaves running is an error.

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include <cstdio>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "sandbox/sys/process.h"
#include "sandbox/sys/status.h"
#include "testing/account.h"
#include "testing/as_account.h"
#include "testing/workplace.h"

namespace sbx::test {
namespace {

int Refuse(const absl::Status& status) {
  std::fprintf(stderr, "as_user: %s\n", std::string(status.message()).c_str());
  return 1;
}

int Exec(const std::vector<std::string>& command) {
  std::vector<char*> words;
  for (const std::string& word : command) {
    words.push_back(const_cast<char*>(word.c_str()));
  }
  words.push_back(nullptr);
  // What we have inherited is our caller's and would differ from run to run.
  const absl::Status closing = sys::CloseOnExecFrom(3);
  if (!closing.ok()) return Refuse(closing);
  execvp(words[0], words.data());
  const int error = errno;
  std::fprintf(stderr, "as_user: running %s: %s\n", words[0], strerror(error));
  return error == ENOENT ? 127 : 126;
}

absl::StatusOr<int> Run(std::vector<std::string> arguments) {
  SBX_ASSIGN_OR_RETURN(const Luggage luggage, TakeLuggage(arguments));
  if (arguments.empty()) return absl::InvalidArgumentError("no command given");
  SBX_ASSIGN_OR_RETURN(const Account account, OrdinaryAccount());
  SBX_ASSIGN_OR_RETURN(Workplace workplace, Pack(account, luggage));
  SBX_ASSIGN_OR_RETURN(const int status,
                       RunAsAccount(account, workplace,
                                    [&arguments] { return Exec(arguments); }));
  SBX_RETURN_IF_ERROR(workplace.Remove());
  return status;
}

}  // namespace
}  // namespace sbx::test

int main(int argc, char** argv) {
  const absl::StatusOr<int> status = sbx::test::Run({argv + 1, argv + argc});
  return status.ok() ? *status : sbx::test::Refuse(status.status());
}
