// SPDX-License-Identifier: Apache-2.0

#include <algorithm>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_split.h"
#include "sandbox/sys/fd.h"
#include "sandbox/sys/file.h"
#include "sandbox/sys/status.h"
#include "tools/bwrap/table.h"
#include "tools/bwrap/values.h"

namespace sbx::bwrap {
namespace {

// All words together, those from --args too.
constexpr size_t kMostWords = 9000;

constexpr absl::string_view kCounts[] = {"", "an argument", "two arguments",
                                         "three arguments"};

// Of which bubblewrap says "one argument".
constexpr absl::string_view kTakeOne[] = {"--argv0", "--chdir", "--remount-ro"};

absl::string_view CountWords(absl::string_view name, size_t count) {
  const bool takes_one = std::find(std::begin(kTakeOne), std::end(kTakeOne),
                                   name) != std::end(kTakeOne);
  return takes_one ? "one argument" : kCounts[count];
}

size_t CountOf(absl::string_view values) {
  if (values.empty()) return 0;
  return 1 + static_cast<size_t>(std::count(values.begin(), values.end(), ' '));
}

const Option* Find(absl::string_view name) {
  for (const Option& option : Options()) {
    if (option.name == name) return &option;
  }
  return nullptr;
}

// An overlay takes all that are there.
absl::Status CheckLayers(const Draft& draft) {
  if (draft.layers.empty()) return absl::OkStatus();
  return absl::InvalidArgumentError(
      "--overlay-src must be followed by another --overlay-src or one of "
      "--overlay, --tmp-overlay, or --ro-overlay");
}

// Where words come from: an --args may not stand in what another one has read.
enum class Source { kCommandLine, kDescriptor };

class Parser {
 public:
  explicit Parser(Draft& draft) : draft_(draft) {}

  // Returns how many of `words` are options.
  absl::StatusOr<size_t> Run(Values words, Source source) {
    SBX_RETURN_IF_ERROR(AddToCount(words.size()));
    size_t next = 0;
    while (next < words.size() && draft_.instead == Instead::kNothing) {
      const std::string& word = words[next];
      if (word.empty() || word[0] != '-') break;
      ++next;
      if (word == "--") break;
      const Option* option = Find(word);
      if (option == nullptr) {
        return Refuse(absl::StrCat("Unknown option ", word));
      }
      const size_t count = CountOf(option->values);
      if (count > words.size() - next) {
        return Refuse(absl::StrCat(word, " takes ", CountWords(word, count)));
      }
      SBX_RETURN_IF_ERROR(Take(*option, words.subspan(next, count), source));
      next += count;
    }
    return next;
  }

 private:
  static absl::Status Refuse(const std::string& words) {
    return absl::InvalidArgumentError(words);
  }

  absl::Status AddToCount(size_t count) {
    words_ += count;
    if (words_ <= kMostWords) return absl::OkStatus();
    return Refuse(
        absl::StrCat("Exceeded maximum number of arguments ", kMostWords));
  }

  absl::Status Take(const Option& option, Values values, Source source) {
    if (option.name == kArgs) return TakeArgs(values[0], source);
    const std::string name(option.name);
    if (option.repeated == Repeated::kLastCounts &&
        !draft_.given.insert(name).second) {
      draft_.warnings.push_back(
          absl::StrCat("Only the last ", name, " option will take effect"));
    }
    SBX_RETURN_IF_ERROR(option.take(values, draft_));
    return option.name == kOverlaySrc ? absl::OkStatus() : CheckLayers(draft_);
  }

  absl::Status TakeArgs(const std::string& value, Source source) {
    if (source == Source::kDescriptor) {
      return Refuse("--args not supported in arguments file");
    }
    SBX_ASSIGN_OR_RETURN(const int number, ParseDescriptor(value));
    const absl::StatusOr<std::string> text = sys::ReadAll(number, value);
    if (!text.ok()) return sys::While("Can't read --args data", text.status());
    const sys::Fd read(number);
    const std::vector<std::string> words = Split(*text);
    return Run(words, Source::kDescriptor).status();
  }

  // Each word ends with a NUL, but for the last, which may.
  static std::vector<std::string> Split(absl::string_view text) {
    std::vector<std::string> words = absl::StrSplit(text, '\0');
    if (words.back().empty()) words.pop_back();
    return words;
  }

  Draft& draft_;
  size_t words_ = 0;
};

}  // namespace

absl::Status Parse(const std::vector<std::string>& words, Draft& draft) {
  SBX_ASSIGN_OR_RETURN(const size_t options,
                       Parser(draft).Run(words, Source::kCommandLine));
  draft.spec.command.assign(words.begin() + static_cast<ptrdiff_t>(options),
                            words.end());
  return CheckLayers(draft);
}

std::string Usage(absl::string_view program) {
  std::string text = absl::StrCat("usage: ", program,
                                  " [OPTIONS...] [--] COMMAND [ARGS...]\n\n");
  for (const Option& option : Options()) {
    absl::StrAppendFormat(
        &text, "    %-28s %s\n",
        absl::StrCat(option.name, option.values.empty() ? "" : " ",
                     option.values),
        option.help);
  }
  return text;
}

}  // namespace sbx::bwrap
