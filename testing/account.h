// SPDX-License-Identifier: Apache-2.0
//
// The ordinary user that tests run as.  Whoever starts the tests, sbx is for
// people without any privilege, and a test that root runs proves nothing.

#ifndef SBX_TESTING_ACCOUNT_H_
#define SBX_TESTING_ACCOUNT_H_

#include <sys/types.h>

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace sbx::test {

// What a sandbox with several users inside needs of subordinate ids.
inline constexpr int kSubordinateIds = 65536;

struct Account {
  std::string name = {};
  uid_t uid = 0;
  gid_t gid = 0;
  std::string home = {};
};

// Returns the caller's account, or for root that of `sbx-tester`, which is made
// on first use together with its home and subordinate ids.  Many processes may
// ask at once.
absl::StatusOr<Account> OrdinaryAccount();

// Gives up root for good in favour of `account`: ids, groups, and what the
// environment says about the user.  Does nothing for an ordinary caller.
absl::Status TakeIdsOf(const Account& account);

// Becomes the ordinary account and moves into a fresh workplace (workplace.h),
// which is removed at exit.
absl::Status BecomeAccount();

// Copies `program` to where the ordinary account can run it, whoever owns the
// directory that it lies in, and returns the copy's path.  Root's build outputs
// are such a case.  The copy is removed at exit.
absl::StatusOr<std::string> InstallForAccount(const std::string& program);

// Whether `ranges`, the text of subuid(5) or subgid(5), gives `name` enough.
bool HasSubordinateIds(absl::string_view ranges, absl::string_view name);

// Returns the first id behind all of `ranges` that an account may be given.
int64_t FreeSubordinateId(absl::string_view ranges);

}  // namespace sbx::test

#endif  // SBX_TESTING_ACCOUNT_H_
