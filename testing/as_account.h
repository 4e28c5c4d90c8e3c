// SPDX-License-Identifier: Apache-2.0
//
// Runs a part of a test program as the ordinary account, in a child, while the
// parent stays who it was and looks that nothing is left behind.

#ifndef SBX_TESTING_AS_ACCOUNT_H_
#define SBX_TESTING_AS_ACCOUNT_H_

#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "testing/workplace.h"

namespace sbx::test {

// A file to take along, and the name that it gets.
struct Item {
  std::string name = {};
  std::string path = {};
  bool operator==(const Item&) const = default;
};

// What the account finds in its workplace.
struct Luggage {
  std::vector<Item> programs = {};
  std::vector<Item> files = {};
  bool operator==(const Luggage&) const = default;
};

// Takes the options `--install NAME=PATH` (a program) and `--copy NAME=PATH`
// (a file to work with; just PATH keeps its name) off the front of
// `arguments`, and a `--` behind them.
absl::StatusOr<Luggage> TakeLuggage(std::vector<std::string>& arguments);

// Makes a workplace for `account` with `luggage` in it.
absl::StatusOr<Workplace> Pack(const Account& account, const Luggage& luggage);

// Runs `work` in a child that has become `account` and entered `workplace`, and
// returns its exit status, or 128 + N if signal N killed it.  Passes on the
// signals that ask for an end.  Processes that outlive the child are killed,
// and a failure that lists them.
absl::StatusOr<int> RunAsAccount(const Account& account,
                                 const Workplace& workplace,
                                 absl::FunctionRef<int()> work);

}  // namespace sbx::test

#endif  // SBX_TESTING_AS_ACCOUNT_H_
