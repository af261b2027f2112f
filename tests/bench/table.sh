#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# tools/bench: the meter is exact, the rows are there and whole, two runs agree, a change is named, the
# sizes keep their budgets. Figures are not judged. REQ: K3
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

fail() {
    printf 'table.sh: %s\n' "$1" >&2
    exit 1
}

# The meter's own check on loops of known length ends the image when it is not exact.
tools/bench --built --crypto --json "$work/first" >"$work/out" || fail "tools/bench: exit $?"
jq -e 'type == "array"' "$work/first" >/dev/null || fail 'no array of rows'
for row in sm2_keygen sm2_sign sm2_verify sm2_mul p256_keygen p256_sign p256_verify p256_mul sm3_byte \
    sm4_ctr_byte sm4_gcm_byte sm4_cbc_enc_byte; do
    jq -e --arg row "$row" '.[] | select(.operation == $row)
        | .instructions > 1 and .goal > 1 and .code_bytes > 100 and .table_bytes > 0
          and .stack_bytes > 32' "$work/first" >/dev/null || fail "the row $row is not whole"
    grep -q "^$row " "$work/out" || fail "the table has no $row"
done
for row in cmd_empty cmd_verify_pin cmd_sign cmd_decrypt cmd_agreement cmd_generate start_images start_vault start_sum; do
    jq -e --arg row "$row" '.[] | select(.operation == $row) | .instructions > 100' "$work/first" \
        >/dev/null || fail "the row $row is not whole"
done
# A signature costs more than its hash; a meter that counts nothing would say otherwise.
jq -e 'map({(.operation): .instructions}) | add | .sm2_sign > 1000 * .sm3_byte' "$work/first" \
    >/dev/null || fail 'the figures cannot be right'

tools/bench --built --crypto --json "$work/second" >/dev/null
cmp "$work/first" "$work/second" || fail 'two runs differ'

# A change over 2 percent is named, a smaller one is not; a start's has more room.
jq 'map(if .operation == "sm2_sign" then .instructions *= 1.03
    elif .operation == "sm2_verify" then .instructions *= 1.01
    elif .operation == "start_images" then .instructions *= 1.2
    elif .operation == "start_sum" then .instructions *= 1.4
    elif .operation == "sm3_byte" then .stack_bytes += 400 else . end)' "$work/first" >"$work/older"
changes=$(jq -r -L tools/lib --slurpfile old "$work/older" 'include "bench"; changes($old[0])
    | sub(" .*"; "")' "$work/first" | tr '\n' ' ')
[ "$changes" = 'sm2_sign: sm3_byte: start_sum: ' ] || fail "named as changed: $changes"

# The meter with another length of an instruction must be found out.
sed 's/shift=7/shift=6/' tools/lib/bench_crypto.sh >"$work/bench_crypto.sh"
(
    # shellcheck disable=SC2034 # read by what is sourced
    bench_work=$work
    # shellcheck disable=SC2317 # called by what is sourced
    bench_fail() { exit 9; }
    # shellcheck source=/dev/null
    . "$work/bench_crypto.sh"
    bench_image bench
) >/dev/null 2>&1 && fail 'a wrong instruction length was not noticed'

# Budgets of the images: the build's own table.
cmake --build --preset mps2-an505 --target sizes >"$work/sizes" || fail 'the images are over their budgets'
for row in boot vault link total limit; do
    grep -Eq "^ *$row +[0-9]+ +" "$work/sizes" || fail "the sizes of $row are missing"
done

# The whole table (a minute; times are not judged): every row of the list but the demo's.
if [ -n "${HUFU_TEST_LONG:-}" ]; then
    tools/bench --built --json "$work/all" >/dev/null || fail "the whole table: exit $?"
    strangers='^$' # no OpenSSL, no nettle where their sources could not be had: the table says so
    [ -e build/mps2-an505/bench_strangers.elf ] || strangers='^(openssl|nettle)_'
    {
        awk -v without="$strangers" '!/^#/ && !/^demo_/ && $1 !~ without { print $1 }' tests/bench/operations
        sed -n 's/^COMMAND(\([a-z_]*\),.*/skf_\1/p' tests/bench/image/commands.def
    } | sort >"$work/expected"
    jq -r '.[].operation' "$work/all" | sort | cmp "$work/expected" - || fail 'rows are missing'
fi

# Usage.
for wrong in --nonsense --json '--update --crypto'; do
    status=0
    # shellcheck disable=SC2086 # words
    tools/bench $wrong >/dev/null 2>&1 || status=$?
    [ "$status" -eq 2 ] || fail "tools/bench $wrong: exit $status, not 2"
done
echo 'bench: ok'
