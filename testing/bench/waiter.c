// SPDX-License-Identifier: Apache-2.0
//
// Says by one byte that it runs, and waits for the end of its input: while it
// does, the memory of the sandbox around it can be looked at.

#include <unistd.h>

int main(void) {
  char byte = '.';
  if (write(1, &byte, 1) != 1) return 1;
  while (read(0, &byte, 1) > 0) {
  }
  return 0;
}
