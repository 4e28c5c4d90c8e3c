# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
#
# Containers as Docker makes them, of the host's own root, on a kernel of 2022.
#
# What stands in single quotes is for the shells inside.
# shellcheck disable=SC2016
{
  source ./check.sh

  in_docker() { ./in_container ./docker_seccomp.json "$@"; }
  readonly root='sbx --mode=chroot --root=/inner'
  readonly less="$root --landlock=prefer"

  says 125 'making namespaces: clone3(): Function not implemented' in_docker 'sbx -- true'
  says 125 "as Docker's own profile and sbx without --nested do not; --mode=landlock does without" in_docker 'sbx -- true'
  says 125 'and here is ABI 2; --landlock=prefer' in_docker "$root -- true"
  says 125 'and here is ABI 2; --landlock=prefer' in_docker 'sbx --mode=landlock -- true'
  says 6 hello in_docker "$less -- sh -c 'echo hello >/tmp/x; cat /tmp/x; exit 6'"
  says 0 'no mount of its own (sbx lacks CAP_SYS_ADMIN)' in_docker "$less --explain -- true"
  says 0 'CapBnd:	0000000000000000' in_docker \
    'sbx --mode=chroot --root=/ --landlock=prefer -- grep CapBnd /proc/self/status'
  says 2 'core_pattern: ' in_docker \
    "sbx --mode=chroot --root=/ --landlock=prefer -- sh -c ': >>/proc/sys/kernel/core_pattern'"
  says 0 'lives' in_docker "sleep 1000 & $less -- bash -c 'kill -9 '\$!; kill \$! && echo lives"
  says 125 'cannot change root' in_docker "$less -- chroot /tmp true"
  says 1 'unshare failed' in_docker "$less -- unshare --mount true"
  says 4 '' in_docker "$less -- sh -c '(setsid sleep 1000 &); exit 4'; s=\$?; pgrep sleep || exit \$s"
  says 0 'mode: chroot, for mode namespace does not work here: making namespaces' in_docker \
    'sbx --mode=auto --landlock=prefer --root=/inner --explain -- true'
  says 0 'mode: landlock, for mode namespace' in_docker \
    'sbx --mode=auto --landlock=prefer --explain -- true'
  says 0 works in_docker 'sbx --mode=landlock --landlock=prefer --bare --ro=/usr -- echo works'
  says 1 'weaker    a root without namespaces (--mode=chroot)' in_docker 'sbx doctor'
  says 1 'weaker    sandboxes without namespaces (--mode=landlock)' in_docker 'sbx doctor'
  # With the right to mount the root is a mount, of which nothing stays.
  says 1 'Read-only file system' in_docker --cap=CAP_SYS_ADMIN --no-user-namespaces \
    'sbx --mode=chroot --root=/inner:ro --landlock=prefer -- touch /tmp/new'
  # Nor does anything of the containers.
  holds [ -z "$(pgrep -x 'sleep|sbx|crun')" ]
} >container.said 2>&1
echo "$failures" >container.failures
chmod 644 container.*
