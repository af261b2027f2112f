#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# table.sh [--short] - signatures a second and command latencies through pcscd, the native vault and
# the emulated board side by side. The peer's figure to beat (another open token's core built for the
# desktop, P-256, one client, the same path) was measured elsewhere and stands first.
#   --short  a moment of everything: that the table is whole, no more
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../../.." && pwd)
program=$root/build/host/tests/bench_rate
arguments=()
[ "${1:-}" != --short ] || arguments=(200 10)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

"$root/tools/with-token" --native -- "$program" "${arguments[@]}" >"$work/native"
"$root/tools/with-token" -- "$program" "${arguments[@]}" >"$work/qemu"
printf '%-44s %10s %10s\n' figure native qemu
printf '%-44s %10s %10s\n' peer_sign_per_s_1 1960 -
join <(sort "$work/native") <(sort "$work/qemu") >"$work/both"
while read -r name _; do
    awk -v name="$name" '$1 == name { printf "%-44s %10s %10s\n", $1, $2, $3 }' "$work/both"
done <"$work/native"
[ "$(wc -l <"$work/both")" -eq "$(wc -l <"$work/native")" ] && [ "$(wc -l <"$work/both")" -ge 100 ]
