// SPDX-License-Identifier: Apache-2.0
//
// Writes filter.cc, the built-in profiles under every set of grants:
//
//   generate x86_64|aarch64 > filter.cc

#include <linux/filter.h>

#include <cstdint>
#include <iostream>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "policy/seccomp/compile.h"
#include "policy/seccomp/groups.h"
#include "policy/seccomp/numbers.h"

namespace sbx::policy::seccomp {
namespace {

constexpr char kSource[] = R"(// SPDX-License-Identifier: Apache-2.0
//
// Written by policy/seccomp/generate.cc.

#include "policy/seccomp/filter.h"

#include <linux/filter.h>

#include <array>

#include "absl/types/span.h"
#include "policy/seccomp/groups.h"

namespace sbx::policy::seccomp {
namespace {

%s
using Filters = std::array<absl::Span<const sock_filter>, kGrantsEnd>;

constexpr Filters kFilters[] = {
%s};

}  // namespace

absl::Span<const sock_filter> BuiltInFilter(BuiltIn profile, Grants grants) {
  return kFilters[static_cast<int>(profile)].at(grants);
}

}  // namespace sbx::policy::seccomp
)";

std::optional<Architecture> ParseArchitecture(absl::string_view name) {
  if (name == "x86_64") return Architecture::kX86_64;
  if (name == "aarch64") return Architecture::kAarch64;
  return std::nullopt;
}

std::string InstructionText(const sock_filter& instruction) {
  return absl::StrFormat("    {0x%02x, %d, %d, 0x%08x},\n", instruction.code,
                         instruction.jt, instruction.jf, instruction.k);
}

// Writes each program once: most grants change nothing in most profiles.
class Source {
 public:
  explicit Source(Architecture architecture) : architecture_(architecture) {}

  absl::StatusOr<std::string> Write() && {
    for (const BuiltIn profile : kBuiltIns) {
      std::vector<std::string> names;
      for (uint32_t grants = 0; grants < kGrantsEnd; ++grants) {
        const auto program = Compile(
            TableOf(profile), static_cast<Grants>(grants), architecture_);
        if (!program.ok()) return program.status();
        names.push_back(NameFor(*program));
      }
      absl::StrAppend(&rows_, "    {", absl::StrJoin(names, ", "), "},\n");
    }
    return absl::StrFormat(kSource, programs_, rows_);
  }

 private:
  std::string NameFor(absl::Span<const sock_filter> program) {
    std::string text;
    for (const sock_filter& instruction : program) {
      absl::StrAppend(&text, InstructionText(instruction));
    }
    const auto [row, is_new] =
        names_.try_emplace(text, absl::StrCat("kFilter", names_.size()));
    if (is_new) {
      absl::StrAppend(&programs_, "constexpr sock_filter ", row->second,
                      "[] = {\n", text, "};\n");
    }
    return row->second;
  }

  Architecture architecture_;
  std::string programs_, rows_;
  std::map<std::string, std::string> names_;
};

int Main(absl::Span<char* const> arguments) {
  const std::optional<Architecture> architecture =
      ParseArchitecture(arguments.size() == 2 ? arguments[1] : "");
  if (!architecture) {
    std::cerr << "usage: generate x86_64|aarch64\n";
    return 2;
  }
  const absl::StatusOr<std::string> source = Source(*architecture).Write();
  if (!source.ok()) {
    std::cerr << "compiling the built-in profiles: "
              << source.status().message() << "\n";
    return 1;
  }
  return std::cout << *source << std::flush ? 0 : 1;
}

}  // namespace
}  // namespace sbx::policy::seccomp

int main(int argc, char** argv) {
  return sbx::policy::seccomp::Main(
      absl::MakeConstSpan(argv, static_cast<size_t>(argc)));
}
