// SPDX-License-Identifier: Apache-2.0

#include "tools/sbx/table.h"

#include <algorithm>
#include <map>
#include <optional>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "sandbox/sys/status.h"

namespace sbx::tools {
namespace {

// How many letters must change, come or go to make one word of the other.
size_t Distance(absl::string_view a, absl::string_view b) {
  std::vector<size_t> row(b.size() + 1);
  for (size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (size_t i = 1; i <= a.size(); ++i) {
    size_t diagonal = row[0];
    row[0] = i;
    for (size_t j = 1; j <= b.size(); ++j) {
      const size_t changed = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
      diagonal = row[j];
      row[j] = std::min({changed, row[j] + 1, row[j - 1] + 1});
    }
  }
  return row[b.size()];
}

// One option as it stands on the command line.
struct Given {
  absl::string_view name;
  std::optional<absl::string_view> value;
};

Given Split(absl::string_view argument) {
  argument.remove_prefix(2);
  const size_t equals = argument.find('=');
  if (equals == absl::string_view::npos) return {argument, std::nullopt};
  return {argument.substr(0, equals), argument.substr(equals + 1)};
}

class Parser {
 public:
  Parser(absl::Span<const Section> sections,
         const std::vector<std::string>& arguments, Draft& draft)
      : sections_(sections), arguments_(arguments), draft_(draft) {}

  absl::Status Run() {
    while (next_ < arguments_.size()) {
      const absl::string_view argument = arguments_[next_];
      if (argument == "--") {
        ++next_;
        break;
      }
      if (!absl::StartsWith(argument, "-") || argument == "-") break;
      ++next_;
      SBX_RETURN_IF_ERROR(TakeOne(argument));
    }
    draft_.spec.command.assign(
        arguments_.begin() + static_cast<ptrdiff_t>(next_), arguments_.end());
    return absl::OkStatus();
  }

 private:
  absl::Status TakeOne(absl::string_view argument) {
    if (argument == "-h") argument = "--help";
    if (!absl::StartsWith(argument, "--")) return Unknown(argument);
    Given given = Split(argument);
    const Option* option = Find(given.name);
    if (option == nullptr) return Unknown(absl::StrCat("--", given.name));
    SBX_RETURN_IF_ERROR(TakeValue(*option, given));
    SBX_RETURN_IF_ERROR(CheckTimes(*option, given.value.value_or("")));
    absl::Status status = option->take(given.value.value_or(""), draft_);
    if (status.ok()) return status;
    return absl::InvalidArgumentError(
        absl::StrCat("--", option->name, ": ", status.message()));
  }

  absl::Status TakeValue(const Option& option, Given& given) {
    if (option.takes == Takes::kNothing && given.value) {
      return absl::InvalidArgumentError(
          absl::StrCat("--", option.name, " takes no value"));
    }
    if (option.takes != Takes::kValue || given.value) return absl::OkStatus();
    if (next_ == arguments_.size()) {
      return absl::InvalidArgumentError(
          absl::StrCat("--", option.name, " needs a value: --", option.name,
                       "=", option.value));
    }
    given.value = arguments_[next_++];
    return absl::OkStatus();
  }

  // Said twice with the same value does no harm; with another, one of the two
  // would be lost without a word.
  absl::Status CheckTimes(const Option& option, absl::string_view value) {
    if (option.times == Times::kMany) return absl::OkStatus();
    const auto [row, is_new] = given_.try_emplace(option.name, value);
    if (is_new || row->second == value) return absl::OkStatus();
    return absl::InvalidArgumentError(absl::StrCat(
        "--", option.name, " is given twice and contradicts itself: ",
        sys::Quoted(row->second), " and ", sys::Quoted(value)));
  }

  const Option* Find(absl::string_view name) const {
    for (const Section& section : sections_) {
      for (const Option& option : section.options) {
        if (option.name == name) return &option;
      }
    }
    return nullptr;
  }

  absl::Status Unknown(absl::string_view argument) const {
    const Option* nearest = nullptr;
    size_t least = 3;
    for (const Section& section : sections_) {
      for (const Option& option : section.options) {
        const size_t distance =
            Distance(absl::StripPrefix(argument, "--"), option.name);
        // Half of a short name is no likeness.
        if (distance < least && 2 * distance < option.name.size()) {
          least = distance;
          nearest = &option;
        }
      }
    }
    return absl::InvalidArgumentError(absl::StrCat(
        "there is no option ", sys::Quoted(argument),
        nearest == nullptr ? "; see sbx --help"
                           : absl::StrCat("; is --", nearest->name,
                                          " meant? See sbx --help")));
  }

  absl::Span<const Section> sections_;
  const std::vector<std::string>& arguments_;
  Draft& draft_;
  size_t next_ = 0;
  std::map<absl::string_view, std::string> given_;
};

}  // namespace

absl::Status Parse(absl::Span<const Section> sections,
                   const std::vector<std::string>& arguments, Draft& draft) {
  return Parser(sections, arguments, draft).Run();
}

}  // namespace sbx::tools
