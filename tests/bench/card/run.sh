#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# What tools/bench runs beside a virtual token (tools/with-token): cold starts of it, then its
# commands. Prints "NAME VALUE" lines.
set -euo pipefail
[ -n "${HUFU_STATE:-}" ] || {
    echo 'run.sh: run by tools/with-token' >&2
    exit 2
}

# From nothing to the first ATR: QEMU, boot, self tests, store, enumeration; then until pcscd, which
# looks now and then, has the card. The token has been initialised: its store is read, not made.
answered() { grep -c 'token answers' "$HUFU_STATE/token.log" || true; }
atr=()
pcsc=()
for _ in 1 2 3 4 5 6 7; do
    hufu-emu stop --state "$HUFU_STATE" >/dev/null
    before=$(answered)
    from=${EPOCHREALTIME/./}
    hufu-emu start --state "$HUFU_STATE" --vpcd "$HUFU_VPCD_PORT" --tie $PPID >/dev/null &
    while [ "$(answered)" -le "$before" ] && kill -0 $! 2>/dev/null; do sleep 0.002; done
    atr+=($((${EPOCHREALTIME/./} - from)))
    wait $!
    pcsc+=($((${EPOCHREALTIME/./} - from)))
done
median() {
    local name=$1
    shift
    printf '%s\n' "$@" | sort -n | awk -v name="$name" '{ t[NR] = $1 } END { printf "%s %.1f\n", name, t[(NR + 1) / 2] / 1000 }'
}
median start_to_atr_ms "${atr[@]}"
median start_to_pcsc_ms "${pcsc[@]}"

exec "$(dirname "${BASH_SOURCE[0]}")/../../../build/host/tests/bench_card"
