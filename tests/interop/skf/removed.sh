#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# removed.sh PROGRAM [--native] - PROGRAM beside a token of that kind, with the command that starts
# the token again after it was taken away.
set -euo pipefail
program=$1
native=${2:-}
exec tools/with-token ${native:+"$native"} -- "$program" \
    "hufu-emu start $native --state \"\$HUFU_STATE\" --vpcd \$HUFU_VPCD_PORT --tie $PPID >/dev/null"
