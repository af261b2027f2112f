#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# counts.sh IMAGE: each secret operation takes the same number of instructions for every secret, and a
# planted branch on a secret is caught. REQ: K2
set -euo pipefail
here=$(dirname "$0")
runs=1000
"$here/run.sh" "$1" "counts $runs"
status=0
report=$("$here/run.sh" "$1" "planted $runs" 2>&1) || status=$?
if [ "$status" -eq 0 ] || ! grep -q '^planted .* differs' <<<"$report"; then
    echo "the planted branch was not found (status $status)"
    echo "$report"
    exit 1
fi
echo "the planted branch was found"
