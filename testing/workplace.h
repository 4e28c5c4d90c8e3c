// SPDX-License-Identifier: Apache-2.0
//
// Fresh directories for one test of the ordinary account.

#ifndef SBX_TESTING_WORKPLACE_H_
#define SBX_TESTING_WORKPLACE_H_

#include <sys/types.h>
#include <unistd.h>

#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "testing/account.h"

namespace sbx::test {

// A fresh directory with three in it: one for programs, which comes first on
// PATH, one to work in, and one for temporary files.  It lies in the account's
// home, for a sandbox has a /tmp of its own and would hide it there.
class Workplace {
 public:
  static absl::StatusOr<Workplace> Make(const Account& account);

  Workplace(Workplace&& other) noexcept
      : account_(std::move(other.account_)),
        path_(std::exchange(other.path_, "")),
        maker_(other.maker_) {}
  // Removes it, unless this is a process that its maker has forked.
  ~Workplace();

  std::string path() const { return path_; }
  std::string programs() const { return path_ + "/bin"; }
  std::string work() const { return path_ + "/work"; }
  std::string temporary() const { return path_ + "/tmp"; }

  // Copies the file `program` to be found on PATH as `name`.
  absl::Status Install(const std::string& name, const std::string& program);

  // Copies the file `source` to `name` below the directory to work in, for the
  // account to do with as it likes.
  absl::Status Copy(const std::string& name, const std::string& source);

  // Moves there and says so in PATH, TMPDIR and TEST_TMPDIR.
  absl::Status Enter() const;

  // Removes it with all that is in it, files of subordinate ids included.
  absl::Status Remove();

 private:
  Workplace(Account account, std::string path)
      : account_(std::move(account)), path_(std::move(path)) {}

  // For root is not to own what the account cannot remove.
  absl::Status GiveToAccount(const std::string& path) const;

  Account account_;
  std::string path_;
  pid_t maker_ = getpid();
};

}  // namespace sbx::test

#endif  // SBX_TESTING_WORKPLACE_H_
