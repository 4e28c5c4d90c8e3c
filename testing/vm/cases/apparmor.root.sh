# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
#
# An administrator who lets sbx do all but what takes a capability.
apparmor_parser --add <<END
abi <abi/3.0>,
profile without_capabilities $PWD/sbx {
  audit deny capability,
  file,
  network,
  unix,
  ptrace,
  signal,
  mount,
  umount,
  pivot_root,
}
END
