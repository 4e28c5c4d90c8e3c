#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# A host that makes no user namespaces: one sentence, and how to change it.
source ./check.sh

says 125 'No space left on device' sbx -- true
says 125 'user.max_user_namespaces' sbx -- true
says 1 'does not  user namespaces' sbx doctor
says 1 'user.max_user_namespaces' sbx doctor
says 1 'The default sandbox does not work here' sbx doctor
finish
