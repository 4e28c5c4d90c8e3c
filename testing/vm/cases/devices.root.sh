# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
#
# Devices that anybody may open, and an administrator who can close them while
# the user is logged in: when the case writes the file "close" here.
set -e
chmod 666 /dev/fuse 2>/dev/null || mknod -m 666 /dev/fuse c 10 229
modprobe fuse 2>/dev/null || true
here=$PWD
(
  until [[ -e $here/close ]]; do sleep 0.1; done
  install -D -m 644 "$here/devices.conf" /etc/systemd/system/user-1000.slice.d/devices.conf
  systemctl daemon-reload
  touch "$here/closed"
) >/dev/null 2>&1 &
