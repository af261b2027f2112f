#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# slices.sh IMAGES: a campaign in many slices, some of which are killed at their work, tries the same
# faults with the same outcome as one that nothing disturbs. One that tries nothing says so.
set -euo pipefail
cd "$(dirname "$0")/../.."
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
run=(build/host/tests/fault_campaign "$1" --only vault.authorise --skips 100000 --flips 3000)

"${run[@]}" > "$folder/one"
# One slice dies early, one late, most of them whole between two that die.
"${run[@]}" --slice 700 --die 1100 > "$folder/many"
# All but the last line, which has the seconds.
diff <(head -n -1 "$folder/one") <(head -n -1 "$folder/many")
cat "$folder/one"

nothing() { # EXIT TEXT ARGUMENTS
    local status=0
    build/host/tests/fault_campaign "${run[1]}" "${@:3}" >/dev/null 2>"$folder/said" || status=$?
    [ "$status" = "$1" ] && grep -q "$2" "$folder/said" || { echo "${*:3}: exit $status: $(cat "$folder/said")"; exit 1; }
}
nothing 1 'no instruction at 10 ' --only vault.authorise --at 10
nothing 2 'begins with nosuch' --only nosuch
