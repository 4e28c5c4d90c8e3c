#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# Devices that are not listed, with and without the administrator's drop-in.
source ./check.sh

readonly open_fuse='exec 3</dev/fuse'

# What a user asks systemd for is taken and not kept: sbx has to see it.
says 0 '' bash -c "$open_fuse"
says 0 '' systemd-run --user --scope --quiet --property=DevicePolicy=closed bash -c "$open_fuse"
says 125 'devices are not closed' systemd-run --user --scope --quiet \
  --property=DevicePolicy=closed sbx --device-limit=require -- true
says 125 'user-1000.slice.d/devices.conf' sbx --device-limit=require -- true
says 125 'devices are not closed' sbx --device-limit=require --memory=64M -- true
says 125 'devices are not closed' \
  sbx --device-limit=require --memory=64M --limits=best-effort -- true
says 0 '' sbx --device-limit=prefer --report=open.json -- true
says 0 open figure open.json enforced.devices.cgroup
says 125 'which only root can load' sbx --device=/dev/fuse:r -- true
# By the list of nodes alone the sandbox has none but those that are given.
says 1 'No such file' sbx -- bash -c "$open_fuse"
says 0 '' sbx --device=/dev/fuse -- bash -c "$open_fuse"
says 1 'Operation not permitted' sbx -- mknod /tmp/fuse c 10 229

touch close
until_true test -e closed
says 1 'Operation not permitted' bash -c "$open_fuse"
says 0 '' sbx --device-limit=require -- true
says 0 '' sbx --device-limit=require --memory=64M --report=closed.json -- \
  sh -c 'head -c 1 /dev/zero >/dev/null && : </dev/random'
says 0 closed figure closed.json enforced.devices.cgroup
says 1 'Operation not permitted' sbx --device=/dev/fuse -- bash -c "$open_fuse"
until_true nothing_left
finish
