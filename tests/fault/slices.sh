#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# slices.sh IMAGES: a campaign in many slices, some of which are killed at their work, tries the same
# faults with the same outcome as one that nothing disturbs. One that tries nothing says so.
set -euo pipefail
cd "$(dirname "$0")/../.."
folder=$(mktemp -d)
campaign=
trap 'if [ -n "$campaign" ]; then kill "$campaign" 2>/dev/null || true; fi; rm -rf "$folder"' EXIT
run=(build/host/tests/fault_campaign "$1" --only vault.authorise --skips 100000 --flips 3000)

child() { cat "/proc/$1/task/$1/children" 2>/dev/null | cut -d ' ' -f 1 || true; }

"${run[@]}" > "$folder/one"

"${run[@]}" --slice 700 > "$folder/many" &
campaign=$!
killed=0
while kill -0 "$campaign" 2>/dev/null; do
    sleep 0.3
    decision=$(child "$campaign")
    slice=$([ -z "$decision" ] || child "$decision")
    # What kills a slice is a fault of the emulator.
    if [ "$killed" -lt 5 ] && [ -n "$slice" ] && kill -SEGV "$slice" 2>/dev/null; then
        killed=$((killed + 1))
    fi
done
wait "$campaign"
campaign=

[ "$killed" -gt 0 ] || { echo "no slice was met at its work"; exit 1; }
echo "$killed slices killed"
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
