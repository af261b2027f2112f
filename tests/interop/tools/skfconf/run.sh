#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# run.sh SKFCONF LIBRARY [FAULTY STANDIN] - inside with-token: the good library has no failure; every
# fault planted in FAULTY and STANDIN is named by the check that the list says.
# REQ: K1 K6 T3
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
skfconf=$1 library=$2 faulty=${3:-} standin=${4:-}
out=$(mktemp)
trap 'rm -f "$out"' EXIT

fail() {
    printf 'FAIL: %s\n' "$1" >&2
    grep -A 2 '^not ok' "$out" >&2 || tail -n 5 "$out" >&2
    exit 1
}

replug="hufu-emu replug --state '$HUFU_STATE'"
"$skfconf" "$library" --all --destructive --replug "$replug" >"$out" ||
    fail "the good library does not pass (status $?)"
checks=$(grep -c '^ok' "$out")
grep '^# [0-9]* checks' "$out"
[ "$checks" -ge 200 ] || fail "only $checks checks were run"
! grep -q '^not ok' "$out" || fail 'status 0 with a failed check'
! grep '# SKIP' "$out" || fail 'not all was run'
"$skfconf" "$library" --only 'SKF_EnumApplication: the list is closed' --json >/dev/null ||
    fail 'a second run does not start'
status=0
SKFCONF_DEVKEY=not-the-key-0000 "$skfconf" "$library" >"$out" 2>&1 || status=$?
[ $status -eq 3 ] || fail "a wrong device key: status $status, not 3"
[ -n "$faulty" ] || exit 0

count=0
# Each fault of a list, planted in a library that without one is good.
name_faults() {
    local list=$1 planted=$2 fault only wanted status
    "$skfconf" "$planted" "$HUFU_READER" --destructive >"$out" ||
        fail "$(basename "$planted") fails without a fault"
    while IFS='|' read -r fault only wanted; do
        fault=${fault%% *} only=${only# } only=${only% } wanted=${wanted# }
        case $fault in '' | '#'*) continue ;; esac
        status=0
        SKF_FAULT=$fault "$skfconf" "$planted" "$HUFU_READER" --destructive --replug "$replug" \
            --only "$only" >"$out" 2>&1 || status=$?
        [ $status -eq 1 ] || fail "$fault: status $status, not 1"
        grep -F -- "$only" "$out" | grep -F -- "$wanted" | grep '^not ok' >/dev/null ||
            fail "$fault: not named by \"$only $wanted\""
        count=$((count + 1))
    done <"$here/$list"
}
name_faults faults "$faulty"
name_faults faults-standin "$standin"
[ "$count" -ge 25 ] || fail "only $count faults"
printf '# %d faults, each one named\n' "$count"
