#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# token.sh - run by tools/with-token --blank: what a user sees of a token, and every refusal.
set -u
work=$(mktemp -d)
second=
cleanup() {
    [ -z "$second" ] || hufu-emu stop --state "$second" >/dev/null 2>&1
    rm -rf "$work"
}
trap cleanup EXIT
export HUFU_LANG=en XDG_STATE_HOME=$work/state
first=$HUFU_READER
unset HUFU_READER HUFU_DEVKEY
failures=0

# expect CODE TEXT COMMAND... - exit code, TEXT in the output, at most one line on stderr.
expect() {
    local code=$1 text=$2 got
    shift 2
    "$@" >"$work/out" 2>"$work/err" </dev/null
    got=$?
    if [ $got -ne "$code" ] || ! grep -qF -- "$text" "$work/out" "$work/err" ||
        [ "$(wc -l <"$work/err")" -gt 1 ]; then
        printf 'FAILED: %s\n  exit %s, expected %s with "%s"\n' "$*" $got "$code" "$text"
        sed 's/^/  | /' "$work/out" "$work/err"
        failures=$((failures + 1))
    fi
}

# --- a blank token
expect 0 "$first" hufu list
expect 0 'provisioned' hufu info
expect 0 'not protected at rest, no rollback protection' hufu info
expect 0 '"development": true' hufu info --json
expect 0 'passed' hufu selftest
expect 3 'hufu init makes one' hufu pin status

# --- initialisation: bad values change nothing, a run that stopped midway goes on
export HUFU_PIN=user-1234 HUFU_ADMIN_PIN=admin-1234
expect 1 '6 to 16' env HUFU_PIN=12345 hufu init
expect 1 '6 to 16' env HUFU_ADMIN_PIN=12345678901234567 hufu init
expect 1 'must differ' env HUFU_ADMIN_PIN=user-1234 hufu init
expect 0 'provisioned' hufu info
key=000102030405060708090a0b0c0d0e0f
expect 3 'HUFU_OLD_DEVKEY' env HUFU_OLD_DEVKEY=$key HUFU_DEVKEY=ff${key#00} hufu init
expect 1 '32 hexadecimal' env HUFU_DEVKEY=zz hufu init
expect 0 'is ready' hufu init --label 'Zhang San' --user-tries 3
file=$(find "$XDG_STATE_HOME" -name '*.devkey')
[ "$(stat -c %a "$file")" = 600 ] && [ "$(wc -c <"$file")" = 33 ] || {
    echo "FAILED: the key file $file"
    failures=$((failures + 1))
}
expect 0 'Zhang San' hufu info
expect 3 'already initialised; hufu reset' hufu init
expect 3 'already initialised; hufu reset' hufu init --app OTHER

# --- PINs
expect 0 'user PIN:  3 of 3' hufu pin status
expect 3 'hufu: the PIN is wrong; 2 tries left' env HUFU_PIN=wrong-1 hufu key delete sign --yes
expect 3 'hufu: the PIN is wrong; 1 try left' env HUFU_PIN=wrong-1 hufu key delete sign --yes
expect 3 'the PIN is locked' env HUFU_PIN=wrong-1 hufu key delete sign --yes
expect 3 'the PIN is locked' hufu key delete sign --yes
expect 0 '"tries_left": 0' hufu pin status --json
expect 3 'the PIN is wrong; 4 tries left' env HUFU_ADMIN_PIN=wrong-1 HUFU_NEW_PIN=user-5678 hufu pin unblock
expect 0 'unblocked' env HUFU_NEW_PIN=user-5678 hufu pin unblock
printf 'user-5678\n' >"$work/old"
printf 'user-9999\n' >"$work/new"
expect 1 '6 to 16' env HUFU_NEW_PIN=1 hufu pin change --pin-file "$work/old"
expect 0 'changed' hufu pin change --pin-file "$work/old" --new-pin-file "$work/new"
expect 3 'the PIN is wrong; 2 tries left' hufu key delete sign --yes --pin-file "$work/old"
expect 1 'cannot be read' hufu key delete sign --yes --pin-file "$work/none"
expect 0 'changed' env HUFU_NEW_PIN=admin-5678 hufu pin change --admin
export HUFU_PIN=user-9999

# --- containers and certificates
expect 0 'sign: -; signing key 0 bits' hufu key list
expect 3 'hufu key list shows' hufu cert show --container none
expect 3 'no such certificate' hufu cert show
expect 1 'none.crt' hufu cert import "$work/none.crt"
expect 3 'nothing of this name' hufu key delete none --yes
expect 0 'destroyed' hufu key delete sign --yes
expect 0 'no container' hufu key list

# --- several processes at once: challenge and command of one are never cut by another
jobs=()
for _ in 1 2 3 4 5 6; do
    env HUFU_NEW_PIN=$HUFU_PIN hufu pin change >>"$work/parallel" 2>&1 </dev/null &
    jobs+=($!)
    hufu random 5000 >>"$work/noise" 2>>"$work/parallel" &
    jobs+=($!)
done
for job in "${jobs[@]}"; do
    wait "$job" || { echo 'FAILED: in parallel'; cat "$work/parallel"; failures=$((failures + 1)); }
done
expect 0 'user PIN:  3 of 3' hufu pin status

# --- two readers, none named
second=$work/second
mkdir "$second"
hufu-emu start --native --state "$second" --vpcd $((HUFU_VPCD_PORT + 1)) >/dev/null || exit 1
expect 3 'more than one token is plugged in; name one with --reader' hufu info
expect 0 'Zhang San' hufu info --reader "$first"
expect 3 'no token found' hufu info --reader 'No such reader'
[ "$(hufu list | wc -l)" = 2 ] || { echo 'FAILED: hufu list'; failures=$((failures + 1)); }
hufu-emu stop --state "$second" >/dev/null

# --- reset
expect 3 'device key is wrong' env HUFU_DEVKEY=$key hufu reset --yes --reader "$first"
expect 0 'blank again' hufu reset --yes --device-key-file "$file" --reader "$first"
expect 0 'provisioned' hufu info --reader "$first"
# Killed at any moment, the run is repeated and goes on; the last one finds it ready or makes it so.
for delay in 0.004 0.008 0.012 0.016 0.02 0.024 0.03; do
    hufu init --reader "$first" >/dev/null 2>&1 </dev/null &
    busy=$!
    sleep $delay
    kill -9 $busy 2>/dev/null
    wait $busy 2>/dev/null
done
hufu init --reader "$first" >"$work/out" 2>&1 </dev/null
grep -q -e 'is ready' -e 'already initialised' "$work/out" || {
    echo 'FAILED: init after it was killed'
    cat "$work/out"
    failures=$((failures + 1))
}
expect 0 'sign: -' hufu key list --reader "$first"
expect 3 'PIN is wrong' env HUFU_PIN=wrong-1 hufu key delete sign --yes --reader "$first"
expect 0 'destroyed' hufu key delete sign --yes --reader "$first"

# --- pulled out in the middle: one line, exit 3
hufu random 1000000 --reader "$first" >"$work/out" 2>"$work/err" &
busy=$!
for _ in $(seq 100); do
    [ -s "$work/out" ] && break
    sleep 0.02
done
hufu-emu stop --state "$HUFU_STATE" >/dev/null
wait $busy
code=$?
if [ $code -ne 3 ] || [ "$(wc -l <"$work/err")" -ne 1 ] || ! grep -q removed "$work/err"; then
    echo "FAILED: pulled out: exit $code"
    cat "$work/err"
    failures=$((failures + 1))
fi
expect 3 'no token found; plug one in' hufu info
expect 3 'no token found; plug one in' hufu list
[ "$failures" -eq 0 ]
