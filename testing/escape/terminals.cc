// SPDX-License-Identifier: Apache-2.0

#include <fcntl.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <termios.h>
#include <unistd.h>

#include "testing/escape/attack.h"

namespace sbx::escape {
namespace {

// The kernel forgets the upper half of an ioctl's command; a filter that
// compares it can be passed by setting a bit there.
constexpr unsigned long kHighBit = 1ul << 32;

unsigned long Command(unsigned long command, const std::string& bits) {
  return bits == "high" ? command | kHighBit : command;
}

termios ModeOf(const std::string& name, termios mode) {
  if (name == "raw") cfmakeraw(&mode);
  if (name == "noecho") mode.c_lflag &= ~static_cast<tcflag_t>(ECHO);
  if (name == "nosignals") mode.c_lflag &= ~static_cast<tcflag_t>(ISIG);
  return mode;
}

// MODE BITS: types into the caller's terminal, for the shell outside to read.
Outcome Type(const Words& words) {
  termios before;
  if (tcgetattr(STDIN_FILENO, &before) != 0) CannotTry("tcgetattr");
  const termios mode = ModeOf(words[0], before);
  if (tcsetattr(STDIN_FILENO, TCSANOW, &mode) != 0) CannotTry("tcsetattr");
  const Outcome outcome =
      Of(syscall(SYS_ioctl, STDIN_FILENO, Command(TIOCSTI, words[1]), "x"));
  tcsetattr(STDIN_FILENO, TCSANOW, &before);
  return outcome;
}

// BITS: pastes the console's selection.  Only a console has one: any other
// terminal says so, and that means that it was asked.
Outcome Paste(const Words& words) {
  char selection[] = {3};
  const Outcome outcome = Of(syscall(SYS_ioctl, STDIN_FILENO,
                                     Command(TIOCLINUX, words[0]), selection));
  return outcome.error == ENOTTY ? Outcome() : outcome;
}

// Sets a line discipline, which loads the module that has it.
Outcome SetDiscipline(const Words&) {
  int same = N_TTY;
  return Of(ioctl(STDIN_FILENO, TIOCSETD, &same));
}

// Has the terminal send a signal to its foreground, whoever is in that.
Outcome MakeAsynchronous(const Words&) {
  return Of(fcntl(STDIN_FILENO, F_SETFL, O_RDWR | O_ASYNC));
}

constexpr Attack kAttacks[] = {
    {"make-asynchronous", 0, MakeAsynchronous},
    {"paste", 1, Paste},
    {"set-discipline", 0, SetDiscipline},
    {"type", 2, Type},
};

}  // namespace

std::span<const Attack> AttacksOnTerminals() { return kAttacks; }

}  // namespace sbx::escape
