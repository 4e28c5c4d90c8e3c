#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# A user to whom the processors are not delegated.
source ./check.sh

says 0 '' sbx --memory=64M --pids=50 -- true
says 125 'the controller cpu is not delegated' sbx --cpus=0.5 -- true
says 125 'the controller cpu is not delegated' sbx --memory=64M --cpu-weight=50 -- true
until_true nothing_left
finish
