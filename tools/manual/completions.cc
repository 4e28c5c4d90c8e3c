// SPDX-License-Identifier: Apache-2.0

#include "tools/manual/completions.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/string_view.h"

namespace sbx::manual {
namespace {

constexpr absl::string_view kHeader =
    "# SPDX-License-Identifier: Apache-2.0\n"
    "# Generated with the table of sbx's options.\n";
// What sbx does besides running a command.
constexpr absl::string_view kSubcommands = "bwrap caps doctor linux-sandbox";

std::vector<Entry> All(const std::vector<Group>& groups) {
  std::vector<Entry> all;
  for (const Group& group : groups) {
    all.insert(all.end(), group.entries.begin(), group.entries.end());
  }
  return all;
}

// The first sentence, without what a shell or a quote would take for its own.
std::string Summary(const Entry& entry) {
  const absl::string_view help = entry.help;
  return absl::StrReplaceAll(help.substr(0, help.find(". ")),
                             {{"'", ""}, {"[", "("}, {"]", ")"}, {":", ";"}});
}

std::string Choices(const Entry& entry) {
  return absl::StrJoin(ChoicesOf(entry), " ");
}

// The options whose value may be the next word.
std::vector<std::string> Valued(const std::vector<Group>& groups) {
  std::vector<std::string> valued;
  for (const Entry& entry : All(groups)) {
    if (entry.joint == "=") valued.push_back(entry.name);
  }
  return valued;
}

}  // namespace

std::string ForBash(const std::vector<Group>& groups) {
  std::vector<std::string> names;
  std::string cases;
  for (const Entry& entry : All(groups)) {
    const bool takes = !entry.joint.empty();
    names.push_back(absl::StrCat(entry.name, entry.joint == "=" ? "=" : ""));
    if (!takes || (ChoicesOf(entry).empty() && !TakesPath(entry))) continue;
    absl::StrAppend(&cases, "    ", entry.name, ")\n");
    if (TakesPath(entry)) absl::StrAppend(&cases, "      _filedir\n");
    if (!ChoicesOf(entry).empty()) {
      absl::StrAppend(&cases, "      COMPREPLY+=($(compgen -W '",
                      Choices(entry), "' -- \"$cur\"))\n");
    }
    absl::StrAppend(&cases, "      ;;\n");
  }
  return absl::StrCat(kHeader, R"(
# Completes the value $cur of the option $1.
_sbx_value() {
  case $1 in
)",
                      cases, R"(  esac
}

# Completes the command that begins with the word $1 of $words.  In COMP_WORDS,
# where bash takes it from, words before it are in pieces at "=" and ":".
_sbx_command() {
  local piece=0 word whole
  for word in "${words[@]:0:$1}"; do
    whole=
    while ((piece < COMP_CWORD)) && [[ $whole != "$word" ]]; do
      whole+=${COMP_WORDS[piece++]}
    done
  done
  _command_offset "$piece"
}

_sbx() {
  local cur prev words cword i
  _get_comp_words_by_ref -n =: cur prev words cword
  COMPREPLY=()
  for ((i = 1; i < cword; i++)); do
    case ${words[i]} in
      --)
        _sbx_command $((i + 1))
        return
        ;;
      )",
                      absl::StrJoin(Valued(groups), " | "), R"()
        # The value is a word of its own.
        ((++i == cword)) && _sbx_value "${words[i - 1]}" && return
        ;;
      -*) ;;
      bwrap | linux-sandbox | doctor) return ;;
      caps) ;;
      *)
        _sbx_command "$i"
        return
        ;;
    esac
  done
  case $cur in
    --*=*)
      local option=${cur%%=*}
      cur=${cur#*=}
      _sbx_value "$option"
      ;;
    -*)
      COMPREPLY=($(compgen -W ')",
                      absl::StrJoin(names, " "), R"(' -- "$cur"))
      [[ ${COMPREPLY-} != *= ]] || compopt -o nospace
      ;;
    *)
      COMPREPLY=($(compgen -W ')",
                      kSubcommands, R"(' -- "$cur") $(compgen -c -- "$cur"))
      ;;
  esac
}
complete -F _sbx sbx
)");
}

std::string ForZsh(const std::vector<Group>& groups) {
  std::string rows;
  for (const Entry& entry : All(groups)) {
    absl::StrAppend(&rows, "  '*", entry.name);
    if (!entry.joint.empty()) {
      absl::StrAppend(&rows, entry.joint == "=" ? "=" : "=-");
    }
    absl::StrAppend(&rows, "[", Summary(entry), "]");
    if (!entry.joint.empty()) {
      absl::StrAppend(&rows, entry.joint == "=" ? ":value:" : "::value:");
      if (TakesPath(entry)) {
        absl::StrAppend(&rows, "_files");
      } else {
        absl::StrAppend(&rows, "(", Choices(entry), ")");
      }
    }
    absl::StrAppend(&rows, "'\n");
  }
  return absl::StrCat("#compdef sbx\n", kHeader, R"(
_sbx_first() {
  _alternative 'subcommands:subcommand:()",
                      kSubcommands, R"()' 'commands:command:_command_names -e'
}

local -a options
options=(
)",
                      rows, R"()
local state
_arguments -S -s "$options[@]" '(-)1:command:_sbx_first' '*::arguments:->command'
# What begins with "--" is still in the words then.
if [[ $state == command ]]; then
  while [[ $words[1] == -* ]] && ((CURRENT > 1)); do
    shift words
    ((CURRENT--))
  done
  _normal
fi
)");
}

std::string ForFish(const std::vector<Group>& groups) {
  std::string text = absl::StrCat(kHeader, R"(
# The options whose value may be the next word.
set -g __sbx_valued )",
                                  absl::StrJoin(Valued(groups), " "), R"(

# The words of the command before the one that is being written.
function __sbx_command
    set -l words (commandline -opc)[2..]
    while set -q words[1]; and test $words[1] != --
        if contains -- $words[1] $__sbx_valued
            set -e words[1]
        else if not string match -q -- '-*' $words[1]
            break
        end
        set -e words[1]
    end
    test "$words[1]" != --; or set -e words[1]
    string join -- \n $words
    set -q words[1]
end

function __sbx_no_command
    not contains -- -- (commandline -opc); and not __sbx_command >/dev/null
end

complete -c sbx -x
complete -c sbx -n '__sbx_command >/dev/null' -a '(__fish_complete_subcommand --commandline (__sbx_command) (commandline -ct))'
complete -c sbx -n 'not __sbx_command >/dev/null' -a '(__fish_complete_command)'
complete -c sbx -n __sbx_no_command -a ')",
                                  kSubcommands, "'\n");
  for (const Entry& entry : All(groups)) {
    absl::StrAppend(&text, "complete -c sbx -n __sbx_no_command -l ",
                    absl::string_view(entry.name).substr(2), " -d '",
                    Summary(entry), "'");
    if (entry.joint == "=") absl::StrAppend(&text, " -r");
    if (!entry.joint.empty() && !TakesPath(entry)) {
      absl::StrAppend(&text, " -f -a '", Choices(entry), "'");
    }
    if (TakesPath(entry)) {
      absl::StrAppend(&text, " -F -a '", Choices(entry), "'");
    }
    absl::StrAppend(&text, "\n");
  }
  return text;
}

}  // namespace sbx::manual
