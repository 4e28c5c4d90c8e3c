# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
#
# An administrator who delegates everything, and keeps the user on one of two
# processors.
mkdir -p /etc/systemd/system/user@.service.d
printf '[Service]\nDelegate=cpu cpuset io memory pids\n' \
  >/etc/systemd/system/user@.service.d/delegate.conf
systemctl daemon-reload
systemctl set-property --runtime user-1000.slice AllowedCPUs=0
systemctl restart user@1000.service
