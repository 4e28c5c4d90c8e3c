#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# What came of container.root.sh.
cat container.said
[[ $(cat container.failures) == 0 ]]
