// SPDX-License-Identifier: Apache-2.0

#include "testing/fuzz/mutate.h"

#include <algorithm>
#include <iterator>

#include "absl/strings/string_view.h"

namespace sbx::test {
namespace {

// What parsers stumble over.
constexpr absl::string_view kPieces[] = {":",
                                         ",",
                                         "=",
                                         "\n",
                                         "\\",
                                         "/",
                                         "//",
                                         "..",
                                         "-",
                                         "+",
                                         " ",
                                         "\t",
                                         "#",
                                         "0",
                                         "00",
                                         "0x",
                                         "65536",
                                         "2147483648",
                                         ".",
                                         "--",
                                         "\x1b[2J",
                                         "\"",
                                         "4294967294",
                                         "4294967295",
                                         "4294967296",
                                         "\xff",
                                         "é",
                                         "1e9",
                                         "T",
                                         "9223372036854775807",
                                         "18446744073709551616"};

}  // namespace

std::string Mutator::Next() {
  std::string text = texts_[Below(texts_.size())];
  for (size_t changes = 1 + Below(4); changes > 0; --changes) Change(text);
  return text;
}

void Mutator::Change(std::string& text) {
  const size_t at = Below(text.size() + 1);
  const size_t length = Below(std::min<size_t>(text.size() - at, 16) + 1);
  switch (Below(6)) {
    case 0:
      text.insert(at, 1, static_cast<char>(Below(256)));
      break;
    case 1:
      text.insert(at, std::string(kPieces[Below(std::size(kPieces))]));
      break;
    case 2:
      text.replace(at, length, std::string(kPieces[Below(std::size(kPieces))]));
      break;
    case 3:
      text.erase(at, length);
      break;
    case 4:
      text.insert(Below(text.size() + 1), text.substr(at, length));
      break;
    default:
      // The rest of another one.
      const std::string& other = texts_[Below(texts_.size())];
      text = text.substr(0, at) + other.substr(Below(other.size() + 1));
  }
}

}  // namespace sbx::test
