// SPDX-License-Identifier: Apache-2.0
//
// Ends at once.  What is left of a sandbox's time is the sandbox's own.

int main(void) { return 0; }
