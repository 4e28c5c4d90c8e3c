// SPDX-License-Identifier: Apache-2.0

#include "tools/sbx/table.h"

#include <map>
#include <optional>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "sandbox/sys/spelling.h"
#include "sandbox/sys/status.h"

namespace sbx::tools {
namespace {

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
         absl::Span<const std::string> arguments, Draft& draft)
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
    draft_.given.emplace_back(option->name);
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
    std::vector<std::string> names;
    for (const Section& section : sections_) {
      for (const Option& option : section.options) {
        names.emplace_back(option.name);
      }
    }
    const std::vector<std::string> near =
        sys::NearNames(absl::StripPrefix(argument, "--"), names);
    return absl::InvalidArgumentError(absl::StrCat(
        "there is no option ", sys::Quoted(argument),
        near.empty()
            ? "; see sbx --help"
            : absl::StrCat("; is --", near[0], " meant? See sbx --help")));
  }

  absl::Span<const Section> sections_;
  absl::Span<const std::string> arguments_;
  Draft& draft_;
  size_t next_ = 0;
  std::map<absl::string_view, std::string> given_;
};

}  // namespace

absl::Status Parse(absl::Span<const Section> sections,
                   absl::Span<const std::string> arguments, Draft& draft) {
  return Parser(sections, arguments, draft).Run();
}

}  // namespace sbx::tools
