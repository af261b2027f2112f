#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The same random commands to a blank emulated board and a blank native vault: the same answers.
# Usage: same-answers.sh PROBE
set -euo pipefail
root=$(cd "$(dirname "$0")/../../../.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
count=200
rounds=1
[ -z "${HUFU_TEST_LONG:-}" ] || { count=2000 && rounds=5; }
for seed in $(seq "$rounds"); do
    "$root/tools/with-token" --blank -- "$1" random "$count" "$seed" >"$work/board"
    "$root/tools/with-token" --blank --native -- "$1" random "$count" "$seed" >"$work/native"
    [ "$(wc -l <"$work/board")" = "$count" ] || { echo "FAILED: only $(wc -l <"$work/board") answers" && exit 1; }
    diff "$work/board" "$work/native" || { echo "FAILED: board (<) and native vault (>) differ, seed $seed" && exit 1; }
    # A test that only ever saw one status word shows nothing.
    [ "$(sed 's/.*bytes \(....\).*/\1/' "$work/board" | sort -u | wc -l)" -ge 5 ] ||
        { echo 'FAILED: fewer than five different status words' && exit 1; }
done
"$root/tools/with-token" --blank -- "$1" rate 2000 | sed 's/^/board:  /'
"$root/tools/with-token" --blank --native -- "$1" rate 5000 | sed 's/^/native: /'
