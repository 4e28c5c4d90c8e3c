#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# A limit that the kernel takes and does not keep is found when it is read back.
source ./check.sh

says 0 1 sbx --cpuset=0 -- nproc
says 125 '--cpuset does not hold' sbx --cpuset=1 -- true
says 125 '--cpuset does not hold' sbx --cpuset=0-1 -- true
until_true nothing_left
finish
