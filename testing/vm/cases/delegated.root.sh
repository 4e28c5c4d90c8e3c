# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
#
# As the error message of sbx and docs/limits.md say it.
mkdir -p /etc/systemd/system/user@.service.d
printf '[Service]\nDelegate=cpu cpuset io memory pids\n' \
  >/etc/systemd/system/user@.service.d/delegate.conf
systemctl daemon-reload
systemctl restart user@1000.service
