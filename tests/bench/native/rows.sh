#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# rows.sh PROGRAM: each native row of the performance table is printed once, as a number above 0. The
# numbers themselves are the machine's and are not judged. REQ: K3
set -euo pipefail
operations=$(dirname "$0")/../operations
"$1" | awk '
    NR == FNR { if (/^native_/) expected[$1] = 1; next }
    !($1 in expected) || $2 !~ /^[0-9]+\.[0-9]+$/ || $2 <= 0 || NF != 2 { print "bad row: " $0; bad = 1 }
    { delete expected[$1] }
    END { for (row in expected) { print "no row " row; bad = 1 } exit bad }' "$operations" -
