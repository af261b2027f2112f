#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# run.sh IMAGES - what an update costs, beside a virtual token (tools/with-token): how long
# `hufu firmware update` takes with the image of the folder IMAGES, restart and first self tests
# included; and its flash operations. Prints "NAME VALUE" lines.
set -euo pipefail
images=$1
tests=$(dirname "${BASH_SOURCE[0]}")/../../../build/host/tests
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

times=()
for _ in 1 2 3; do
    from=${EPOCHREALTIME/./}
    hufu firmware update "$images/firmware.bin" >"$work/said" 2>&1 || {
        cat "$work/said" >&2
        exit 1
    }
    times+=($((${EPOCHREALTIME/./} - from)))
done
printf '%s\n' "${times[@]}" | sort -n | awk 'NR == 2 { printf "update_ms %.0f\n", $1 / 1000 }'

hufu firmware keys show --keys "$images/keys" --witness "$images/keys-witness" --test \
    -o "$work/roots" >/dev/null
"$tests/bench_update" "$images/firmware.bin" "$work/roots"
