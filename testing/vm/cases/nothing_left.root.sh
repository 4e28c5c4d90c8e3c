# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
#
# An administrator who restarts the user's systemd when the case writes the file
# "restart" here.
here=$PWD
(
  until [[ -e $here/restart ]]; do sleep 0.1; done
  systemctl restart user@1000.service
  touch "$here/restarted"
) >/dev/null 2>&1 &
