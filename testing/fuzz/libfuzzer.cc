// SPDX-License-Identifier: Apache-2.0
//
// What libFuzzer, which brings its own main(), asks for in the long run.

#include <stdlib.h>

#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "testing/fuzz/target.h"

namespace {

// Writes the seeds to a new directory and returns its name.
std::string WriteSeeds() {
  std::string directory =
      std::filesystem::temp_directory_path() / "sbx-seeds-XXXXXX";
  if (mkdtemp(directory.data()) == nullptr) abort();
  int number = 0;
  for (const std::string& seed : sbx::test::kTarget.seeds) {
    std::ofstream(directory + "/" + std::to_string(number++)) << seed;
  }
  return directory;
}

}  // namespace

// Adds the seeds behind the directories that are given: libFuzzer writes to the
// first.
extern "C" int LLVMFuzzerInitialize(int* argc, char*** argv) {
  static std::string directory = WriteSeeds();
  static std::vector<char*> arguments(*argv, *argv + *argc);
  arguments.push_back(directory.data());
  *argc = static_cast<int>(arguments.size());
  arguments.push_back(nullptr);
  *argv = arguments.data();
  return 0;
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  sbx::test::kTarget.check({reinterpret_cast<const char*>(data), size});
  return 0;
}
