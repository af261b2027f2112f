#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# What tools/bench runs beside a virtual token (tools/with-token): cold starts of it, then its
# commands. Prints "NAME VALUE" lines.
set -euo pipefail
[ -n "${HUFU_STATE:-}" ] || {
    echo 'run.sh: run by tools/with-token' >&2
    exit 2
}

# From nothing to the first ATR: QEMU, boot, self tests, store, enumeration, reader. The token has
# been initialised, so the store is read, not made.
times=()
for _ in 1 2 3 4 5 6 7; do
    hufu-emu stop --state "$HUFU_STATE" >/dev/null
    from=${EPOCHREALTIME/./}
    hufu-emu start --state "$HUFU_STATE" --vpcd "$HUFU_VPCD_PORT" --tie $PPID >/dev/null
    times+=($((${EPOCHREALTIME/./} - from)))
done
printf '%s\n' "${times[@]}" | sort -n | awk '{ t[NR] = $1 } END { printf "start_to_atr_ms %.1f\n", t[(NR + 1) / 2] / 1000 }'

exec "$(dirname "${BASH_SOURCE[0]}")/../../../build/host/tests/bench_card"
