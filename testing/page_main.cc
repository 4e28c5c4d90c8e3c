// SPDX-License-Identifier: Apache-2.0
//
// main() of tests that compare a page with a table in code.

#include "testing/page_main.h"

#include <fstream>
#include <sstream>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"

namespace sbx::test {
namespace {

std::string& Page() {
  static auto* page = new std::string();
  return *page;
}

}  // namespace

void ExpectOnPage(const std::string& table) {
  std::ostringstream page;
  page << std::ifstream(Page()).rdbuf();
  EXPECT_TRUE(absl::StrContains(page.str(), absl::StrCat("\n\n", table, "\n")))
      << "a table of the page has to be:\n"
      << table;
}

}  // namespace sbx::test

int main(int argc, char** argv) {
  ::testing::InitGoogleTest(&argc, argv);
  if (argc < 2) return 2;
  sbx::test::Page() = argv[1];
  return RUN_ALL_TESTS();
}
