// SPDX-License-Identifier: Apache-2.0
//
// Changes to a text, the same on every machine for the same seed.

#ifndef SBX_TESTING_FUZZ_MUTATE_H_
#define SBX_TESTING_FUZZ_MUTATE_H_

#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include "absl/types/span.h"

namespace sbx::test {

class Mutator {
 public:
  Mutator(uint64_t seed, absl::Span<const std::string> texts)
      : random_(seed), texts_(texts) {}

  // One of the texts with a few changes.
  std::string Next();

 private:
  // The distributions of the standard differ from library to library.
  size_t Below(size_t end) { return end == 0 ? 0 : random_() % end; }
  void Change(std::string& text);

  std::mt19937_64 random_;
  absl::Span<const std::string> texts_;
};

}  // namespace sbx::test

#endif  // SBX_TESTING_FUZZ_MUTATE_H_
