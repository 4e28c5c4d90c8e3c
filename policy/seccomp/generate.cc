// SPDX-License-Identifier: Apache-2.0
//
// Writes filter.cc, the default profile under every set of grants:
//
//   generate x86_64|aarch64 > filter.cc

#include <linux/filter.h>

#include <cstdint>
#include <iostream>
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
constexpr std::array<absl::Span<const sock_filter>, kGrantsEnd> kFilters = {
    %s};

}  // namespace

absl::Span<const sock_filter> DefaultFilter(Grants grants) {
  return kFilters.at(grants);
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

std::string FilterName(uint32_t grants) {
  return absl::StrCat("kFilter", grants);
}

std::string FilterText(uint32_t grants, absl::Span<const sock_filter> program) {
  std::string text =
      absl::StrCat("constexpr sock_filter ", FilterName(grants), "[] = {\n");
  for (const sock_filter& instruction : program) {
    absl::StrAppend(&text, InstructionText(instruction));
  }
  return absl::StrCat(text, "};\n");
}

absl::StatusOr<std::string> SourceText(Architecture architecture) {
  std::string filters;
  std::vector<std::string> names;
  for (uint32_t grants = 0; grants < kGrantsEnd; ++grants) {
    const absl::StatusOr<std::vector<sock_filter>> program =
        Compile(DefaultGroups(), static_cast<Grants>(grants), architecture);
    if (!program.ok()) return program.status();
    absl::StrAppend(&filters, FilterText(grants, *program));
    names.push_back(FilterName(grants));
  }
  return absl::StrFormat(kSource, filters, absl::StrJoin(names, ", "));
}

int Main(absl::Span<char* const> arguments) {
  const std::optional<Architecture> architecture =
      ParseArchitecture(arguments.size() == 2 ? arguments[1] : "");
  if (!architecture) {
    std::cerr << "usage: generate x86_64|aarch64\n";
    return 2;
  }
  const absl::StatusOr<std::string> source = SourceText(*architecture);
  if (!source.ok()) {
    std::cerr << "compiling the default profile: " << source.status().message()
              << "\n";
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
