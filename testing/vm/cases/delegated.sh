#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# With everything delegated every limit can be set.
source ./check.sh

says 0 '' sbx --memory=64M --swap=64M --pids=50 --cpus=1 --cpu-weight=50 \
  --io-weight=50 --report=all.json -- true
says 0 "'io.weight': 'default 50'" figure all.json enforced.cgroup.limits
says 0 1 sbx --cpuset=1 -- nproc
says 0 'Cpus_allowed_list:	1' sbx --cpuset=1 -- grep Cpus_allowed_list /proc/self/status
# Nor can it be one that is not there.
says 125 'setting --cpuset' sbx --cpuset=7 -- true
until_true nothing_left
finish
