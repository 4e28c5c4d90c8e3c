#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# AppArmor that takes the capabilities which a user namespace gives.
source ./check.sh

says 125 'making namespaces: clone3(): Operation not permitted' sbx -- true
says 125 "a profile of AppArmor's" sbx -- true
says 1 'does not  user namespaces' sbx doctor
says 0 'mode: landlock, for mode namespace does not work here: making namespaces' \
  sbx --mode=auto --landlock=prefer --explain -- true
says 0 works sbx --mode=auto --landlock=prefer -- echo works
# Under another name it has no profile.
cp sbx other
says 0 works ./other -- echo works
finish
