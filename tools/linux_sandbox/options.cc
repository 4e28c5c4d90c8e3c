// SPDX-License-Identifier: Apache-2.0

#include "tools/linux_sandbox/options.h"

#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "sandbox/sys/file.h"
#include "sandbox/sys/status.h"

namespace sbx::linux_sandbox {
namespace {

absl::Status Refuse(absl::string_view words) {
  return absl::InvalidArgumentError(words);
}

absl::Status CheckAbsolute(char name, const std::string& path) {
  if (!path.empty() && path[0] == '/') return absl::OkStatus();
  return Refuse(absl::StrCat("The -", std::string(1, name),
                             " option must be used with absolute paths only."));
}

absl::Status TakeOnce(std::optional<std::string>& place,
                      const std::string& value, absl::string_view words) {
  if (place) return Refuse(words);
  place = value;
  return absl::OkStatus();
}

absl::Status TakeSeconds(std::optional<int>& place, const std::string& value,
                         absl::string_view what) {
  int seconds = -1;
  if (place || !absl::SimpleAtoi(value, &seconds) || seconds < 0) {
    return Refuse(absl::StrCat("Invalid ", what, " value: ", value));
  }
  place = seconds;
  return absl::OkStatus();
}

absl::Status TakeDirectory(const std::string& value, Draft& draft) {
  SBX_RETURN_IF_ERROR(CheckAbsolute('W', value));
  return TakeOnce(draft.directory, value,
                  "Multiple working directories (-W) specified, expected one.");
}

absl::Status TakeTimeLimit(const std::string& value, Draft& draft) {
  return TakeSeconds(draft.time_limit, value, "timeout (-T)");
}

absl::Status TakeGrace(const std::string& value, Draft& draft) {
  return TakeSeconds(draft.grace, value, "kill delay (-t)");
}

absl::Status TakeOutput(const std::string& value, Draft& draft) {
  return TakeOnce(draft.output, value,
                  "Cannot redirect stdout to more than one destination.");
}

absl::Status TakeError(const std::string& value, Draft& draft) {
  return TakeOnce(draft.error, value,
                  "Cannot redirect stderr to more than one destination.");
}

template <char name, std::vector<std::string> Draft::*list>
absl::Status TakePath(const std::string& value, Draft& draft) {
  SBX_RETURN_IF_ERROR(CheckAbsolute(name, value));
  (draft.*list).push_back(value);
  return absl::OkStatus();
}

absl::Status TakeSource(const std::string& value, Draft& draft) {
  SBX_RETURN_IF_ERROR(CheckAbsolute('M', value));
  draft.mounts.push_back({.source = value, .target = value});
  return absl::OkStatus();
}

absl::Status TakeTarget(const std::string& value, Draft& draft) {
  SBX_RETURN_IF_ERROR(CheckAbsolute('m', value));
  if (!draft.mount_is_open) {
    return Refuse("The -m option must be strictly preceded by an -M option.");
  }
  draft.mounts.back().target = value;
  return absl::OkStatus();
}

absl::Status TakeStatistics(const std::string& value, Draft& draft) {
  return TakeOnce(draft.statistics, value,
                  "Cannot write stats to more than one destination.");
}

absl::Status TakeRoot(const std::string& value, Draft& draft) {
  SBX_RETURN_IF_ERROR(CheckAbsolute('h', value));
  return TakeOnce(draft.root, value,
                  "Multiple sandbox roots (-h) specified, expected one.");
}

template <bool Draft::*flag>
absl::Status TakeFlag(const std::string&, Draft& draft) {
  draft.*flag = true;
  return absl::OkStatus();
}

template <char name>
absl::Status TakeNetwork(const std::string&, Draft& draft) {
  if (draft.network != 0 && draft.network != name) {
    return Refuse("The -n and -N options cannot be used at the same time.");
  }
  draft.network = name;
  return absl::OkStatus();
}

template <User user>
absl::Status TakeUser(const std::string&, Draft& draft) {
  if (draft.user != User::kCallers && draft.user != user) {
    // These are the words, spelling included, that others may look for.
    return Refuse(
        user == User::kRoot
            ? "The -R option cannot be used at the same time us the -U option."
            : "The -U option cannot be used at the same time us the -R "
              "option.");
  }
  draft.user = user;
  return absl::OkStatus();
}

absl::Status TakeDebug(const std::string& value, Draft& draft) {
  return TakeOnce(draft.debug, value,
                  "Cannot write debug output to more than one file.");
}

// Where Bazel 4, whose -D takes no file, has its debug messages.
constexpr char kStandardError[] = "/dev/stderr";

struct Option {
  // A letter, or a word for what linux-sandbox has not.
  absl::string_view name;
  // Empty: it takes none.
  absl::string_view value;
  absl::string_view help;
  absl::Status (*take)(const std::string& value, Draft& draft);
};

constexpr Option kOptions[] = {
    {"W", "<working-dir>",
     "working directory (uses current directory if not specified)",
     TakeDirectory},
    {"T", "<timeout>", "seconds after which the command gets SIGTERM",
     TakeTimeLimit},
    {"t", "<delay>", "seconds from then on after which it gets SIGKILL",
     TakeGrace},
    {"i", "", "on SIGINT, end the command as the timeout does",
     TakeFlag<&Draft::interruptible>},
    {"l", "<file>", "redirect stdout to a file", TakeOutput},
    {"L", "<file>", "redirect stderr to a file", TakeError},
    {"w", "<path>", "make a file or directory writable",
     TakePath<'w', &Draft::writable>},
    {"e", "<dir>", "mount an empty tmpfs on a directory",
     TakePath<'e', &Draft::empty>},
    {"M", "<source>", "mount it inside the sandbox, read-only", TakeSource},
    {"m", "<target>", "where the -M just before is mounted", TakeTarget},
    {"S", "<file>", "write stats in protobuf format to a file", TakeStatistics},
    {"h", "<dir>", "show nothing but this directory, and what is mounted in it",
     TakeRoot},
    {"H", "", "make hostname in the sandbox equal to 'localhost'",
     TakeFlag<&Draft::local_host>},
    {"n", "", "a new network namespace, with its loopback down",
     TakeNetwork<'n'>},
    {"N", "", "a new network namespace with a loopback", TakeNetwork<'N'>},
    {"R", "", "make the uid/gid be root", TakeUser<User::kRoot>},
    {"U", "", "make the uid/gid be nobody", TakeUser<User::kNobody>},
    {"P", "", "make pseudoterminals usable", TakeFlag<&Draft::terminals>},
    {"D", "<file>", "write debug messages to a file", TakeDebug},
    {"p", "", "do not die with the parent", TakeFlag<&Draft::persistent>},
    {"C", "<dir>", "join this cgroup", TakePath<'C', &Draft::cgroups>},
    {"keep-capabilities", "",
     "with -R, leave all capabilities in the sandbox's own namespaces, as "
     "linux-sandbox itself does",
     TakeFlag<&Draft::keep_capabilities>},
};

std::string WithDashes(absl::string_view name) {
  return absl::StrCat(name.size() == 1 ? "-" : "--", name);
}

const Option* Find(absl::string_view name) {
  for (const Option& option : kOptions) {
    if (option.name == name) return &option;
  }
  return nullptr;
}

// Replaces each @FILE before the "--" by the lines of the file.
absl::StatusOr<std::vector<std::string>> Expand(
    const std::vector<std::string>& words) {
  std::vector<std::string> all;
  size_t next = 0;
  for (; next < words.size() && words[next] != "--"; ++next) {
    const std::string& word = words[next];
    if (word.empty() || word[0] != '@') {
      all.push_back(word);
      continue;
    }
    SBX_ASSIGN_OR_RETURN(const std::string text, sys::ReadFile(word.substr(1)));
    std::vector<std::string> lines = absl::StrSplit(text, '\n');
    if (lines.back().empty()) lines.pop_back();
    all.insert(all.end(), lines.begin(), lines.end());
  }
  all.insert(all.end(), words.begin() + static_cast<ptrdiff_t>(next),
             words.end());
  return all;
}

class Parser {
 public:
  Parser(std::vector<std::string> words, Draft& draft)
      : words_(std::move(words)), draft_(draft) {}

  absl::Status Run() {
    for (; next_ < words_.size(); ++next_) {
      const std::string word = words_[next_];
      if (word == "--") {
        ++next_;
        break;
      }
      if (word.size() < 2 || word[0] != '-') break;
      SBX_RETURN_IF_ERROR(word[1] == '-' ? TakeLongWord(word) : TakeWord(word));
    }
    draft_.command.assign(words_.begin() + static_cast<ptrdiff_t>(next_),
                          words_.end());
    if (!draft_.command.empty()) return absl::OkStatus();
    return Refuse("No command specified.");
  }

 private:
  bool IsLastOption() const {
    return next_ + 1 < words_.size() && words_[next_ + 1] == "--";
  }

  absl::Status TakeLongWord(const std::string& word) {
    const Option* option = Find(word.substr(2));
    if (option == nullptr || option->name.size() == 1) return Unknown(word);
    return option->take("", draft_);
  }

  static absl::Status Unknown(const std::string& word) {
    return Refuse(absl::StrCat("Unrecognized argument: ", word));
  }

  // One word may hold several options, and the value of the last (getopt(3)).
  absl::Status TakeWord(const std::string& word) {
    for (size_t i = 1; i < word.size(); ++i) {
      const Option* option = Find(word.substr(i, 1));
      if (option == nullptr) return Unknown(word);
      const bool has_value = !option->value.empty();
      std::string value = has_value ? word.substr(i + 1) : "";
      if (option->name == "D" && value.empty() && IsLastOption()) {
        value = kStandardError;
      }
      if (has_value && value.empty()) {
        if (next_ + 1 == words_.size()) {
          return Refuse(absl::StrCat("The -", word.substr(i, 1),
                                     " option requires an argument."));
        }
        value = words_[++next_];
      }
      SBX_RETURN_IF_ERROR(option->take(value, draft_));
      draft_.mount_is_open = option->name == "M";
      if (has_value) break;
    }
    return absl::OkStatus();
  }

  std::vector<std::string> words_;
  Draft& draft_;
  size_t next_ = 0;
};

}  // namespace

absl::Status Parse(const std::vector<std::string>& words, Draft& draft) {
  absl::StatusOr<std::vector<std::string>> expanded = Expand(words);
  if (!expanded.ok()) {
    return sys::While("reading an argument file", expanded.status());
  }
  return Parser(*std::move(expanded), draft).Run();
}

std::vector<OptionWords> OptionsInWords() {
  std::vector<OptionWords> words;
  for (const Option& option : kOptions) {
    words.push_back({WithDashes(option.name), option.value, option.help});
  }
  return words;
}

std::string Usage(absl::string_view program) {
  std::string text = absl::StrCat("Usage: ", program,
                                  " -- command arg1 @args\n\n"
                                  "Possible arguments:\n");
  for (const Option& option : kOptions) {
    absl::StrAppend(&text, "  ", WithDashes(option.name),
                    option.value.empty() ? "" : " ", option.value, "  ",
                    option.help, "\n");
  }
  absl::StrAppend(&text,
                  "  @FILE  read newline-separated arguments from FILE\n"
                  "  --  command to run inside sandbox, followed by "
                  "arguments\n");
  return text;
}

}  // namespace sbx::linux_sandbox
