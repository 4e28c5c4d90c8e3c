#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# What came of as_root.root.sh.
cat as_root.said
[[ $(cat as_root.failures) == 0 ]]
