#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The flash of one token with the one-time memory of another, with a blank one, with one fuse too
# many, and with damaged records: an integrity error, no key, and nothing written over. With what
# belongs together back in place the token works again and has the same keys. REQ: K1 K6
#   otp.sh                            the test
#   otp.sh make|work|judge|judge_key  its steps beside a token, run by with-token
set -euo pipefail
# shellcheck source=tests/support/ca.sh
. "$(dirname "$0")/../../support/ca.sh"
root=$(cd "$(dirname "$0")/../../.." && pwd)
self=$root/tests/system/keysearch/otp.sh
export PATH=$root/build/host/bin:$PATH

# Initialises and enrols; leaves the PINs in $place/pins, a document and its two forms in $place.
make() {
    ca_start "$place"
    declare -px HUFU_PIN HUFU_ADMIN_PIN HUFU_DEVKEY >"$place/pins"
    hufu init --label Test --app "$HUFU_APP" --container "$HUFU_CONTAINER" </dev/null >/dev/null
    enroll lisi "$(ca_code lisi)" --state "$place/state" --out-dir "$place/out" >/dev/null 2>&1
    echo 'a document' >"$place/document"
    hufu encrypt --to "$place/out/enc.crt" "$place/document" -o "$place/document.enc" >/dev/null
}

# Signs with the key that was certified, and decrypts.
work() {
    hufu info >/dev/null
    hufu cert export -o "$place/now.crt" >/dev/null
    cmp "$place/now.crt" "$place/out/sign.crt"
    hufu sign "$place/document" --form cms -o "$place/document.p7s" >/dev/null
    hufu verify "$place/document" "$place/document.p7s" --trust "$place/out/ca-chain.pem" \
        >"$place/verify" 2>&1 || [ $? -eq 5 ] # the CA has gone: no revocation answer, but the rest
    hufu decrypt "$place/document.enc" -o "$place/document.dec" >/dev/null
    cmp "$place/document" "$place/document.dec"
    rm -f "$place"/document.dec "$place"/document.p7s "$place/now.crt"
}

# The error state, and no key to be had.
judge() {
    expect 3 hufu info
    case $output in
        *'memory is damaged or belongs to another token'*) ;;
        *) fail "hufu info says: $output" ;;
    esac
    [ "$(hufu info 2>&1 >/dev/null | wc -l)" -eq 1 ] || fail 'more than one line'
    expect 3 hufu info --json
    case $output in *'"error_state": true'*'"error": "integrity"'*) ;; *) fail "$output" ;; esac
    expect 3 hufu sign "$place/document" -o "$place/no.p7s"
    expect 3 hufu decrypt "$place/document.enc" -o "$place/no.dec"
    expect 3 hufu cert export -o "$place/no.crt"
    expect 3 hufu key list
    expect 3 hufu init --label Other --app Other --container other
    expect 3 hufu selftest
    [ ! -e "$place/no.p7s" ] && [ ! -e "$place/no.dec" ] && [ ! -e "$place/no.crt" ] ||
        fail 'output of a key that is not there'
}

# Damage that the start does not read: it shows when the key is used, and in the self test. (The
# error state itself lasts until the card is powered on again, which pcscd does as it likes.)
judge_key() {
    expect 3 hufu sign "$place/document" -o "$place/no.p7s"
    expect 3 hufu selftest
    expect 3 hufu sign "$place/document" -o "$place/no.p7s"
    [ ! -e "$place/no.p7s" ] || fail 'a signature by a damaged key'
}

if [ $# -gt 0 ]; then
    "$@"
    exit
fi

place=$(mktemp -d)
export place
trap 'rm -rf "$place"' EXIT
flash_bytes=524288
mkdir "$place/token" "$place/other"
"$root/tools/with-token" --blank --state "$place/token" -- "$self" make
"$root/tools/with-token" --state "$place/other" -- true
# shellcheck disable=SC1091 # made above
. "$place/pins"
with_token() { "$root/tools/with-token" --state "$place/token" -- "$self" "$@"; }
with_token work

# flip FILE OFFSET - turns the lowest bit of a byte round
flip() {
    local byte
    byte=$(od -An -tu1 -j "$2" -N1 "$1")
    printf '%b' "\\x$(printf %02x $((byte ^ 1)))" |
        dd of="$1" bs=1 seek="$2" conv=notrunc status=none
}

# refused WHAT - judged from the start; the flash keeps every byte
refused() {
    local kept=$place/kept
    echo "$1"
    cp --sparse=always "$place/token/flash.img" "$kept"
    with_token judge
    cmp -n $flash_bytes "$place/token/flash.img" "$kept" || fail "$1: the flash was written"
}

otp=$place/token/otp.bin
cp "$otp" "$place/otp.own"
cp "$place/other/otp.bin" "$otp"
refused "another token's one-time memory"
rm "$otp"
refused 'a blank one-time memory'
cp "$place/otp.own" "$otp"
flip "$otp" 7
refused 'one bit of the root key'
cp "$place/otp.own" "$otp"
with_token work

flash=$place/token/flash.img
# The signing key's record: kind 33, type 8, container 1, 132 bytes, format 1 (store/layout.h).
record=$(LC_ALL=C grep -obUaP -m1 '\x33\x08\x01\x00\x84\x00\x01\x00' "$flash" | cut -d: -f1 | head -n 1)
[ "$((record % 16))" -eq 0 ] && [ "$record" -lt $flash_bytes ] || fail 'no record of the key'
for copy in 0 4096; do flip "$flash" $((copy + 40)); done
refused 'both copies of the wrapped store key'
for copy in 0 4096; do flip "$flash" $((copy + 40)); done
flip "$flash" $((record + 8))
refused "the head of the key's record"
flip "$flash" $((record + 8))
echo 'the sealed key itself'
flip "$flash" $((record + 60))
with_token judge_key
flip "$flash" $((record + 60))
with_token work
echo 'no key without its own one-time memory'
