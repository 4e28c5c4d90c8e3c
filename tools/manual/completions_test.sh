#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# The real shells complete command lines of sbx.
#
# What follows is called through completes.
# shellcheck disable=SC2317
set -u
bash_file=$(realpath "$1") fish_file=$(realpath "$2") zsh_file=$(realpath "$3")
failures=0
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir "$work/home" "$work/folder"
export HOME=$work/home XDG_CONFIG_HOME=$work/home XDG_DATA_HOME=$work/home
cd "$work" || exit 1

# bash as it is at a prompt: the words are taken apart at its word breaks.
in_bash() {
  bash --norc -c '
    source /usr/share/bash-completion/bash_completion
    source "$1"
    COMP_LINE=$2 COMP_POINT=${#2} COMP_TYPE=9 COMP_WORDBREAKS=$'"' \t\n\"\\'><=;|&(:'"'
    words=${2//=/ = }
    read -ra COMP_WORDS <<<"$words"
    [[ $2 != *[=\ ] ]] || COMP_WORDS+=("")
    COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
    compopt() { :; }
    _sbx
    printf "%s\n" "${COMPREPLY[@]}"' bash "$bash_file" "$1"
}

in_fish() {
  fish --command "source $fish_file; complete --do-complete '$1'" | cut -f1
}

# zsh completes nowhere but at a terminal.
in_zsh() {
  cat >"$work/drive.zsh" <<END
zmodload zsh/zpty
zpty z zsh -f -i
zpty -w z "PS1=ready; fpath=(${zsh_file%/*} \\\$fpath); autoload -Uz compinit; compinit -u -d $work/dump; zstyle ':completion:*' list-prompt ''; LISTMAX=10000; setopt no_always_last_prompt; stty cols 200 rows 500; print begin"
zpty -r z text '*begin*ready*'
zpty -n -w z \$'$1\t\t\x04'
zpty -w z \$'\x15print e''nd'
while zpty -r z line; do
  print -r -- "\$line"
  [[ \$line != *end* || \$line == *print* ]] || break
done
END
  timeout 60 zsh -f "$work/drive.zsh" | sed 's/\x1b\[[0-9;?]*[a-zA-Z]//g'
}

# completes SHELL LINE WORD: the word is among the completions of the line.
completes() {
  local found
  found=$("$1" "$2")
  grep -q -- "$3" <<<"$found" && return
  echo "FAILED: $1: $2 should complete to $3 and does to: $found"
  failures=$((failures + 1))
}

for shell in in_bash in_fish in_zsh; do
  completes "$shell" 'sbx --devi' 'device-limit'
  completes "$shell" 'sbx --net=' 'host'
  completes "$shell" 'sbx --ro=fol' 'folder'
  completes "$shell" 'sbx doc' 'doctor'
  completes "$shell" 'sbx -- mkdi' 'mkdir'
  completes "$shell" 'sbx --net=host mkdi' 'mkdir'
  # The command's own, whatever stands before it.
  for before in '' '--net=host ' '--net host ' '--ro=/a:/b --net=host ' '-- '; do
    completes "$shell" "sbx ${before}tar --verb" 'verbose'
  done
  completes "$shell" 'sbx --net none --verbo' 'verbose'
done
exit $((failures > 0))
