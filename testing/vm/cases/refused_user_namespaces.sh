#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# Debian with the switch off that it has for user namespaces of users.
source ./check.sh

says 125 'making namespaces: clone3(): Operation not permitted' sbx -- true
says 125 'kernel.unprivileged_userns_clone' sbx -- true
says 0 works sbx --mode=landlock --landlock=prefer -- echo works
finish
