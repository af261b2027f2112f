#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# hufu-image's commands for the RP2350: what they answer to, what they refuse, and that the dry run's
# two forms say the same. $1: the program.
# REQ: K1 T3
set -euo pipefail
image=$1
root=$(cd "$(dirname "$0")/../../../.." && pwd)
. "$root/tests/support/expect.sh"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

expect 0 "$image" rom-key key.pem
cp key.pem before.pem
expect 0 "$image" rom-key key.pem
cmp -s key.pem before.pem || fail 'rom-key made another key in place of one that was there'
[ "$(stat -c %a key.pem)" = 600 ] || fail 'a private key that others can read'

head -c 5000 /dev/urandom >program
expect 0 "$image" rom-sign key.pem program@20070000 boot.bin
[ "$(stat -c %s boot.bin)" = 5256 ] || fail 'size of boot.bin'
expect 0 "$image" uf2 out.uf2 boot.bin@10000000 blank:0x1000@10010000
[ "$(stat -c %s out.uf2)" = $((512 * (1 + 21 + 16))) ] || fail 'size of the UF2'

# The table and the JSON are the same rows.
expect 0 "$image" otp key.pem
grep -q '^Nothing was burnt' <<<"$output" || fail "$output"
while read -r row value form _; do
    case $row in 0x*) printf '%d %d %s\n' "$row" "$value" "$form" ;; esac
done <<<"$output" >table
expect 0 "$image" otp key.pem --json
jq -r 'to_entries[] | "\(.key) \(.value.value) \(if .value.ecc then "ecc" else "raw" end)"' <<<"$output" |
    while read -r place value form; do
        printf '%d %d %s\n' $((${place%:*} * 64 + ${place#*:})) "$value" "$form"
    done >json
cmp table json || fail 'the two forms of the dry run differ'
[ "$(wc -l <table)" -ge 50 ] || fail 'rows are missing'

# Wrong usage is 2, what cannot be done 1; nothing is written then.
expect 2 "$image" rom-key
expect 2 "$image" rom-sign key.pem program boot2.bin
expect 2 "$image" rom-sign key.pem program@nothex boot2.bin
expect 2 "$image" uf2 out2.uf2
expect 2 "$image" uf2 out2.uf2 blank:0@10000000
expect 2 "$image" otp key.pem --burn
expect 1 "$image" rom-sign absent.pem program@20070000 boot2.bin
expect 1 "$image" rom-sign key.pem absent@20070000 boot2.bin
expect 1 "$image" rom-sign key.pem program@20070000 absent/boot2.bin
expect 1 "$image" uf2 out2.uf2 program@10000000 program@10000100
expect 1 "$image" uf2 out2.uf2 program@20000000
expect 1 "$image" otp program
[ ! -e boot2.bin ] && [ ! -e out2.uf2 ] || fail 'something was written after an error'
echo ok
