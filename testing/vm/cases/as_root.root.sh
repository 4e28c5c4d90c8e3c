# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
#
# sbx as root, whom the system's own systemd serves, on cgroup version 2 alone.
{
  source ./check.sh

  readonly read_it='exec 3</dev/autofs'

  says 0 0::/ sbx --memory=64M -- cat /proc/self/cgroup
  says 0 loaded systemctl list-units --all --no-legend sbx.slice
  says 0 '' sbx --memory=64M --io-weight=50 --cpuset=0 --report=root.json -- true
  says 0 systemd figure root.json enforced.cgroup.route
  says 0 '' sbx --device-limit=require --report=devices.json -- true
  says 0 bpf figure devices.json enforced.devices.filter
  says 0 closed figure devices.json enforced.devices.cgroup
  says 0 '' sbx --device=/dev/autofs --device-limit=require -- bash -c "$read_it"
  says 1 'Operation not permitted' sbx --device=/dev/autofs:w -- bash -c "$read_it"
  says 0 '' sbx --cgroup=none --device-limit=prefer --report=none.json -- true
  says 0 open figure none.json enforced.devices.cgroup
  says 125 'user-0.slice.d/devices.conf' sbx --cgroup=none --device-limit=require -- true
  root_left() {
    [[ -z $(systemctl list-units --all --no-legend 'sbx-*' 2>&1) ]] &&
      [[ -z $(find /sys/fs/cgroup -name 'sbx-*' ! -name sbx.slice) ]]
  }
  until_true root_left
} >as_root.said 2>&1
echo "$failures" >as_root.failures
chmod 644 as_root.*
