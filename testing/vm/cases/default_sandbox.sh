#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# The sandbox without options, on a kernel of 2022, in a login session.
source ./check.sh

says 0 'uid=1000(tester)' sbx -- id
says 0 1 sbx -- sh -c 'echo $$ | wc -l'
says 0 '' sbx -- sh -c 'touch here && rm here'
says 1 'Read-only file system' sbx -- touch /usr/here
says 1 '' sbx -- test -e /home/tester/.ssh
says 0 lo: sbx -- cat /proc/net/dev
holds test "$(sbx -- sh -c 'ls /proc | grep -c "^[0-9]"')" -le 6
says 0 'CapEff:	0000000000000000' sbx -- grep CapEff /proc/self/status
says 0 'Seccomp:	2' sbx -- grep Seccomp: /proc/self/status
says 0 'NoNewPrivs:	1' sbx -- grep NoNewPrivs /proc/self/status
says 1 'Operation not permitted' sbx -- mknod /tmp/null c 1 3
says 0 root sbx --user=0 -- id --user --name
says 0 65537 sbx --ids=range -- python3 -c '
print(sum(int(line.split()[2]) for line in open("/proc/self/uid_map")))'
says 124 '' sbx --timeout=1 -- sleep 1000
says 3 '' sbx --report=r.json -- sh -c 'exit 3'
says 0 exited figure r.json outcome.kind
# The doctor agrees with the tests.
says 0 'works     the default sandbox' sbx doctor
says 0 'works     limit of memory' sbx doctor
says 0 'works     subordinate ids' sbx doctor
says 0 'does not  weight of disks' sbx doctor
finish
