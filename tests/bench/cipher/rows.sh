#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# rows.sh PROGRAM: each SM4-CBC row of the performance table is printed once, as a number; a rate
# is above 0. The parts are differences, which a busy machine can turn around.
set -euo pipefail
operations=$(dirname "$0")/../operations
"$1" | awk '
    NR == FNR { if (/^skf_sm4_cbc_/) expected[$1] = 1; next }
    !($1 in expected) || $2 !~ /^-?[0-9]+\.[0-9]+$/ || ($1 ~ /kb_s$/ && $2 <= 0) || NF != 2 { print "bad row: " $0; bad = 1 }
    { delete expected[$1] }
    END { for (row in expected) { print "no row " row; bad = 1 } exit bad }' "$operations" -
