#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# token.sh - run by tools/with-token --blank: what a user sees of a token, and every refusal.
set -euo pipefail
. "$(dirname "$0")/../../support/expect.sh"
work=$(mktemp -d)
second=
cleanup() {
    [ -z "$second" ] || hufu-emu stop --state "$second" >/dev/null 2>&1 || true
    rm -rf "$work"
}
trap cleanup EXIT
export HUFU_LANG=en XDG_STATE_HOME=$work/state
first=$HUFU_READER
unset HUFU_READER HUFU_DEVKEY

# --- a blank token
done_well "$first" hufu list
done_well 'provisioned' hufu info
done_well 'not protected at rest, no rollback protection' hufu info
done_well '"development": true' hufu info --json
done_well 'passed' hufu selftest
refused 3 'hufu init makes one' hufu pin status

# --- initialisation: bad values change nothing, a run that stopped midway goes on
export HUFU_PIN=user-1234 HUFU_ADMIN_PIN=admin-1234
refused 1 '6 to 16' env HUFU_PIN=12345 hufu init
refused 1 '6 to 16' env HUFU_ADMIN_PIN=12345678901234567 hufu init
refused 1 'must differ' env HUFU_ADMIN_PIN=user-1234 hufu init
done_well 'provisioned' hufu info
key=000102030405060708090a0b0c0d0e0f
refused 3 'HUFU_OLD_DEVKEY' env HUFU_OLD_DEVKEY=$key HUFU_DEVKEY=ff${key#00} hufu init
refused 1 '32 hexadecimal' env HUFU_DEVKEY=zz hufu init
done_well 'is ready' hufu init --label 'Zhang San' --user-tries 3
file=$(find "$XDG_STATE_HOME" -name '*.devkey')
[ "$(stat -c %a "$file")" = 600 ] && [ "$(wc -c <"$file")" = 33 ] ||
    fail "the key file $file"
done_well 'Zhang San' hufu info
refused 3 'already initialised; hufu reset' hufu init
refused 3 'already initialised; hufu reset' hufu init --app OTHER

# --- PINs
done_well 'user PIN:  3 of 3' hufu pin status
refused 3 'the PIN is wrong; 2 tries left' env HUFU_PIN=wrong-1 hufu key delete sign --yes
refused 3 'the PIN is wrong; 1 try left' env HUFU_PIN=wrong-1 hufu key delete sign --yes
refused 3 'the PIN is locked' env HUFU_PIN=wrong-1 hufu key delete sign --yes
refused 3 'the PIN is locked' hufu key delete sign --yes
done_well '"tries_left": 0' hufu pin status --json
refused 3 'the PIN is wrong; 4 tries left' env HUFU_ADMIN_PIN=wrong-1 HUFU_NEW_PIN=user-5678 hufu pin unblock
done_well 'unblocked' env HUFU_NEW_PIN=user-5678 hufu pin unblock
printf 'user-5678\n' >"$work/old"
printf 'user-9999\n' >"$work/new"
refused 1 '6 to 16' env HUFU_NEW_PIN=1 hufu pin change --pin-file "$work/old"
done_well 'changed' hufu pin change --pin-file "$work/old" --new-pin-file "$work/new"
refused 3 'the PIN is wrong; 2 tries left' hufu key delete sign --yes --pin-file "$work/old"
refused 1 'cannot be read' hufu key delete sign --yes --pin-file "$work/none"
done_well 'changed' env HUFU_NEW_PIN=admin-5678 hufu pin change --admin
export HUFU_PIN=user-9999

# --- containers and certificates
done_well 'sign: -; signing key 0 bits' hufu key list
refused 3 'hufu key list shows' hufu cert show --container none
refused 3 'no such certificate' hufu cert show
refused 1 'none.crt' hufu cert import "$work/none.crt"
refused 3 'nothing of this name' hufu key delete none --yes
done_well 'destroyed' hufu key delete sign --yes
done_well 'no container' hufu key list

# --- several processes at once: challenge and command of one are never cut by another
jobs=()
for _ in 1 2 3 4 5 6; do
    env HUFU_NEW_PIN=$HUFU_PIN hufu pin change >>"$work/parallel" 2>&1 </dev/null &
    jobs+=($!)
    hufu random 5000 >>"$work/noise" 2>>"$work/parallel" &
    jobs+=($!)
done
for job in "${jobs[@]}"; do
    wait "$job" || fail "in parallel: $(cat "$work/parallel")"
done
done_well 'user PIN:  3 of 3' hufu pin status

# --- two readers, none named
second=$work/second
mkdir "$second"
hufu-emu start --native --state "$second" --vpcd $((HUFU_VPCD_PORT + 1)) >/dev/null || exit 1
refused 3 'more than one token is plugged in; name one with --reader' hufu info
done_well 'Zhang San' hufu info --reader "$first"
refused 3 'no token found' hufu info --reader 'No such reader'
[ "$(hufu list | wc -l)" = 2 ] || fail 'hufu list'
hufu-emu stop --state "$second" >/dev/null

# --- reset
refused 3 'device key is wrong' env HUFU_DEVKEY=$key hufu reset --yes --reader "$first"
done_well 'blank again' hufu reset --yes --device-key-file "$file" --reader "$first"
done_well 'provisioned' hufu info --reader "$first"
# Killed at any moment, the run is repeated and goes on; the last one finds it ready or makes it so.
for delay in 0.004 0.008 0.012 0.016 0.02 0.024 0.03; do
    hufu init --reader "$first" >/dev/null 2>&1 </dev/null &
    busy=$!
    sleep $delay
    kill -9 $busy 2>/dev/null || true
    wait $busy 2>/dev/null || true
done
hufu init --reader "$first" >"$work/out" 2>&1 </dev/null || true
grep -q -e 'is ready' -e 'already initialised' "$work/out" ||
    fail "init after it was killed: $(cat "$work/out")"
done_well 'sign: -' hufu key list --reader "$first"
refused 3 'PIN is wrong' env HUFU_PIN=wrong-1 hufu key delete sign --yes --reader "$first"
done_well 'destroyed' hufu key delete sign --yes --reader "$first"

# --- pulled out in the middle: one line, exit 3
# What it prints is not read until the token is gone, so it cannot be at the end before.
mkfifo "$work/pipe"
hufu random 1000000 --reader "$first" >"$work/pipe" 2>"$work/err" &
busy=$!
exec 3<"$work/pipe"
read -r -N 1 _ <&3 || fail "nothing printed: $(cat "$work/err")"
hufu-emu stop --state "$HUFU_STATE" >/dev/null
cat <&3 >/dev/null
exec 3<&-
status=0
wait $busy || status=$?
output=
complaint=$(cat "$work/err")
one_complaint 3 removed 'pulled out'
refused 3 'no token found; plug one in' hufu info
refused 3 'no token found; plug one in' hufu list
