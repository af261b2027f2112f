#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# run.sh BUILD NAME MAX_LEN FOLDER - one fuzzer for HUFU_FUZZ_SECONDS (10; with HUFU_TEST_LONG=1
# 300), from the seeds in FOLDER, those made by the build (BUILD/seeds/NAME), and what earlier runs
# found (BUILD/corpus/NAME).
#
# HUFU_FUZZ_SEED repeats a run's choices; else each differs. A program NAME_planted has a fault built
# in: it is run from the seeds alone with a fixed choice, and passes if it finds the fault.
# Exit: 0 nothing was found (planted: it was); 1 a crash, whose input is kept and named.
set -euo pipefail

build=$1 name=$2 max_len=$3 folder=$4
program=$build/bin/fuzz_$name
target=${name%_planted}
PLANTED_SECONDS=1500 # for one that never finds it; a machine at rest needs a few

seconds=${HUFU_FUZZ_SECONDS:-10}
[ -z "${HUFU_TEST_LONG:-}" ] || [ -n "${HUFU_FUZZ_SECONDS:-}" ] || seconds=300

# A command's stack is half a megabyte: its shadow is wiped in place instead of mapped anew.
export ASAN_OPTIONS=clear_shadow_mmap_threshold=100000000
work=$(mktemp -d "$build/run-$name.XXXXXX")
trap 'rm -rf "$work"' EXIT
mkdir -p "$work/seeds" "$work/found"
[ ! -e "$folder/$target.seeds" ] || "$build/bin/fuzz_seeds" "$folder/$target.seeds" "$work/seeds"
[ ! -d "$build/seeds/$target" ] || cp "$build/seeds/$target/"* "$work/seeds/"
options=(-max_len="$max_len" -timeout=60 -rss_limit_mb=2048 -print_final_stats=1 -len_control=0
    -keep_seed=1)
[ ! -e "$folder/$target.dict" ] || options+=(-dict="$folder/$target.dict")

if [ "$name" != "$target" ]; then
    status=0
    "$program" "${options[@]}" -seed=1 -max_total_time=$PLANTED_SECONDS -artifact_prefix="$work/" \
        "$work/found" "$work/seeds" >"$work/log" 2>&1 || status=$?
    grep -m 1 -E 'ERROR|runtime error|not so|assert' "$work/log" || true
    sed -n 's/^stat::number_of_executed_units: */inputs until it was found: /p' "$work/log"
    if [ "$status" -eq 0 ] || [ -z "$(find "$work" -maxdepth 1 -name 'crash-*' -o -maxdepth 1 -name 'timeout-*')" ]; then
        tail -n 20 "$work/log"
        echo "$name: the planted fault was not found in $PLANTED_SECONDS s"
        exit 1
    fi
    exit 0
fi

mkdir -p "$build/corpus/$name" "$build/crashes"
if ! "$program" "${options[@]}" -max_total_time="$seconds" ${HUFU_FUZZ_SEED:+-seed="$HUFU_FUZZ_SEED"} \
    -artifact_prefix="$build/crashes/$name-" "$build/corpus/$name" "$work/seeds" >"$work/log" 2>&1; then
    tail -n 60 "$work/log"
    echo "$name: to see it again: $program $(sed -n 's/^.*Test unit written to //p' "$work/log" | tail -n 1)"
    exit 1
fi
grep -E 'DONE|stat::(number_of_executed_units|average_exec_per_sec)' "$work/log"
