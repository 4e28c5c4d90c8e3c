#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# The initial ramfs, where pivot_root(2) does not work, as the root of a machine:
# sandboxes of every kind, for a user and for root.
PATH=$PWD:$PATH
export PATH

echo 'root:x:0:0::/:/bin/sh' >/etc/passwd
echo 'tester:x:1000:1000::/job:/bin/sh' >>/etc/passwd
mkdir -p tester root /image/bin /image/proc /image/dev /image/tmp /image/run
cp /bin/busybox /image/bin/
ln -s busybox /image/bin/ls
chown -R tester: tester /image

# says WORDS USER COMMAND: the user's command succeeds and prints that.
failures=0
says() {
  said=$(su "$2" -c "cd /job/$2 && $3" 2>&1) && [ "$said" = "$1" ] && return
  echo "FAILED: $3, as $2: $said"
  failures=$((failures + 1))
}

for user in tester root; do
  says refused "$user" 'sbx -- sh -c "touch /new 2>/dev/null || echo refused"'
  says written "$user" 'sbx -- sh -c "echo written >file && cat file"'
  says "bin
etc" "$user" 'sbx --bare --ro=/bin -- ls /'
  says "bin
etc" "$user" 'sbx --bare --ro=/bin -- ls /../..'
  says "bin" "$user" 'sbx bwrap --ro-bind /bin /bin --unshare-all --cap-drop ALL ls /'
  says "bin
dev
proc
run
tmp" "$user" 'sbx --root=/image --ids=self -- /bin/ls /'
done
# What lies over the ramfs is not for whoever could take it away; as root of the
# host, bwrap leaves all capabilities.
for command in '--bare --ro=/bin --ids=self --user=0 --cap=SYS_ADMIN --' \
  'bwrap --ro-bind /bin /bin --unshare-all'; do
  says refused root \
    "sbx $command ls / 2>&1 | grep -q 'could take its root away' && echo refused"
done
[ ! -e /new ] || failures=$((failures + 1))
exit $((failures > 0))
