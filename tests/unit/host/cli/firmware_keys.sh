#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# firmware_keys.sh HUFU TYPED PRELOAD IMAGE - signing keys for firmware: their passphrase, and that no
# signature comes out before its one-time key is spent on disk, in the key and beside it. PRELOAD is
# kill_at_fsync, IMAGE an image to sign. REQ: K3
set -euo pipefail
. "$(dirname "$0")/../../../support/expect.sh"
hufu=$1 typed=$2 preload=$3 image=$4
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export HUFU_LANG=en XDG_STATE_HOME=$work/state
unset HUFU_FIRMWARE_PASSPHRASE
keys=$work/keys
absent() { [ ! -e "$1" ] || fail "there is $1"; }

# --- the passphrase -------------------------------------------------------------------------------
refused 2 'no terminal' setsid -w "$hufu" firmware keys new --keys "$keys"
refused 2 'no terminal' env HUFU_FIRMWARE_PASSPHRASE= setsid -w "$hufu" firmware keys new --keys "$keys"
refused 2 'at least 8 characters' env HUFU_FIRMWARE_PASSPHRASE=seven77 "$hufu" firmware keys new --keys "$keys"
expect 1 "$typed" 'signing keys: ' 'correct horse' 'Once more: ' 'correct house' -- \
    "$hufu" firmware keys new --keys "$keys"
grep -q 'the two entries differ' <<<"$output" || fail "$output"
absent "$keys"
expect 0 "$typed" 'signing keys: ' 'correct horse' 'Once more: ' 'correct horse' -- \
    "$hufu" firmware keys new --keys "$keys" -o "$work/roots.txt"
grep -q 'LMS key 1: 1024 of 1024 signatures left' <<<"$output" || fail "$output"
! grep -q 'correct horse' <<<"$output" || fail 'the passphrase is shown'
# 200,000 iterations (030D40), PBES2: who has the file has something to do.
for pem in "$keys"/sm2-?.pem; do
    openssl asn1parse -in "$pem" | grep -q 'INTEGER *:030D40' || fail "$pem: $(openssl asn1parse -in "$pem")"
done
[ "$(stat -c %a "$keys"/*.pem "$keys"/*.key | sort -u)" = 600 ] || fail 'modes of the keys'
export HUFU_FIRMWARE_PASSPHRASE='correct horse'
refused 1 'exists' "$hufu" firmware keys new --keys "$keys"
refused 1 'or a wrong passphrase' env HUFU_FIRMWARE_PASSPHRASE=wrong-one "$hufu" firmware keys show --keys "$keys"
refused 2 'keys DIR' "$hufu" firmware keys show
json '.lms_0_left == 1024 and .lms_1_left == 1024 and (.test | not)' "$hufu" firmware keys show --keys "$keys" --json

# --- one-time keys: spent on disk first -------------------------------------------------------------
test_keys=(--keys "$work/test" --test)
expect 0 "$hufu" firmware keys new "${test_keys[@]}"
left() { "$hufu" firmware keys show "${test_keys[@]}" --json | jq .lms_0_left; }
sign() { "$hufu" firmware sign "$image" -o "$work/out" "${test_keys[@]}" --json; }
# The leaf that signed (RFC 8554, 5.4: q comes first, big-endian).
leaf() { od -An -tu1 -j576 -N4 "$work/out" | awk '{ print (($1 * 256 + $2) * 256 + $3) * 256 + $4 }'; }
json '.output | endswith("/out")' "$hufu" firmware sign "$image" -o "$work/out" "${test_keys[@]}" --json
[ "$(leaf)" = 0 ] || fail "the first leaf is $(leaf)"
refused 1 'cannot be written' "$hufu" firmware sign "$image" -o "$work/none/out" "${test_keys[@]}"
[ "$(left)" = 1023 ] || fail 'a leaf was spent for a file that cannot be'
spent=0
# The disk does not take the count, in the key or with its witness: no signature.
for at in 1 2; do
    rm -f "$work/out"
    refused 1 'Input/output error' env LD_PRELOAD="$preload" HUFU_FAIL_AT=$at "$hufu" firmware sign "$image" \
        -o "$work/out" "${test_keys[@]}"
    absent "$work/out"
done
# The process dies before each of its writes is on disk, and after it: what comes out next is by a
# leaf that nothing was signed with.
rm -f "$work/out"
kills=0
for after in '' 1; do
    for at in 1 2 3 4 5 6; do
        status=0
        LD_PRELOAD=$preload HUFU_KILL_AT=$at ${after:+env HUFU_KILL_AFTER=1} "$hufu" firmware sign "$image" \
            -o "$work/out" "${test_keys[@]}" >/dev/null 2>&1 || status=$?
        [ "$status" != 0 ] || break
        kills=$((kills + 1))
        [ "$at" -gt 2 ] || absent "$work/out"
        if [ -e "$work/out" ]; then
            [ "$(leaf)" -gt "$spent" ] || fail "leaf $(leaf) again"
            spent=$(leaf)
            rm "$work/out"
        fi
    done
    expect 0 sign
    [ "$(leaf)" -gt "$spent" ] || fail "leaf $(leaf) again, $spent was the last"
    spent=$(leaf)
    rm "$work/out"
done
[ "$kills" -ge 6 ] || fail "only $kills kills"
[ "$(left)" = $((1024 - spent - 1)) ] || fail "left: $(left), the last leaf was $spent"
echo "ok: $kills kills, $spent leaves"
