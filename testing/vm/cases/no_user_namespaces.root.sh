# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
sysctl --quiet user.max_user_namespaces=0
