# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
sysctl --quiet kernel.unprivileged_userns_clone=0
