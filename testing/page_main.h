// SPDX-License-Identifier: Apache-2.0

#ifndef SBX_TESTING_PAGE_MAIN_H_
#define SBX_TESTING_PAGE_MAIN_H_

#include <string>

namespace sbx::test {

// Expects that the page that is the first argument of the test shows `table`,
// its lines from the first to the last.
void ExpectOnPage(const std::string& table);

}  // namespace sbx::test

#endif  // SBX_TESTING_PAGE_MAIN_H_
