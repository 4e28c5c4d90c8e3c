# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
#
# An administrator who lets users limit memory and processes alone.
mkdir -p /etc/systemd/system/user@.service.d
printf '[Service]\nDelegate=\nDelegate=memory pids\n' \
  >/etc/systemd/system/user@.service.d/delegate.conf
systemctl daemon-reload
systemctl restart user@1000.service
