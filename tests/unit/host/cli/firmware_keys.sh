#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# firmware_keys.sh HUFU TYPED PRELOAD IMAGE - signing keys for firmware: their passphrase, that new ones
# are there all four or none, and that no signature comes out before its one-time key is spent on disk,
# in the key and beside it. PRELOAD is kill_at_fsync, IMAGE an image to sign. HUFU_TEST_LONG=1: cut at
# every write and at more instants. REQ: K3
set -euo pipefail
. "$(dirname "$0")/../../../support/expect.sh"
hufu=$1 typed=$2 preload=$3 image=$4
work=$(mktemp -d)
slow=
trap '[ -z "$slow" ] || kill -KILL "$slow" 2>/dev/null; rm -rf "$work"' EXIT
export HUFU_LANG=en XDG_STATE_HOME=$work/state
unset HUFU_FIRMWARE_PASSPHRASE
ln -s "$preload" "$work/preload.so" # LD_PRELOAD takes no spaces
preload=$work/preload.so
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
    said=$(openssl asn1parse -in "$pem")
    grep -q 'INTEGER *:030D40' <<<"$said" || fail "$pem: $said"
done
[ "$(stat -c %a "$keys"/*.pem "$keys"/*.key | sort -u)" = 600 ] || fail 'modes of the keys'
export HUFU_FIRMWARE_PASSPHRASE='correct horse'
refused 1 'exists' "$hufu" firmware keys new --keys "$keys"
refused 1 'or a wrong passphrase' env HUFU_FIRMWARE_PASSPHRASE=wrong-one "$hufu" firmware keys show --keys "$keys"
refused 2 'keys DIR' "$hufu" firmware keys show
json '.lms_0_left == 1024 and .lms_1_left == 1024 and (.test | not)' "$hufu" firmware keys show --keys "$keys" --json

# --- new keys: all or nothing ------------------------------------------------------------------------
# In $run are the keys, the left-overs of runs, and witnesses.
run=$work/run
new=("$hufu" firmware keys new --keys "$run/keys" --witness "$run/witness" --test)
rest() { (cd "$run" && find . -mindepth 1 -not -path './keys*' -not -path './witness' | sort); }
begin() { rm -rf "$run" && mkdir -p "$run/witness"; }
made() {
    [ "$(ls -A "$run/keys" | tr '\n' ' ')" = 'lms-0.key lms-1.key sm2-0.pem sm2-1.pem ' ] ||
        fail "$1: in the keys: $(ls -A "$run/keys")"
    json '.lms_0_left == 1024' "$hufu" firmware keys show --keys "$run/keys" --witness "$run/witness" --test --json
    [ "$(rest | grep -c '^./witness/')" = 2 ] && [ "$(rest | wc -l)" = 2 ] || fail "$1, left behind: $(rest)"
}
# After a cut: the four keys, or no more than what this one run was about.
half=0
cut() {
    if [ -e "$run/keys" ]; then
        made "$1"
        begin
    elif [ -n "$(rest)" ]; then
        half=$((half + 1))
        [ "$(rest | grep -c '^./.keys.new-[^/]*$')" = 1 ] && [ "$(rest | grep -c '^./witness/')" -le 2 ] ||
            fail "$1: more than one run's left-overs: $(rest)"
    fi
}
# The ten waits for the disk are those of SM2 key, LMS key, witness and its name, twice, then of the
# folder's names and, once it is in its place, of its own.
if [ "${HUFU_TEST_LONG:-}" = 1 ]; then
    before=$(seq 10) behind=$before failures=$before
    instants='KILL:0.05 KILL:0.1 KILL:0.2 KILL:0.3 KILL:0.4 KILL:0.5 KILL:0.6 KILL:0.7 KILL:0.8 KILL:0.9 KILL:1 KILL:1.2
              INT:0.1 INT:0.4 INT:0.8 TERM:0.1 TERM:0.4 TERM:0.8 HUP:0.1 HUP:0.4 HUP:0.8'
else
    before='2 3 4 7 9 10' behind=9 failures='3 9 10' instants='KILL:0.2 KILL:0.5 INT:0.3 TERM:0.3'
fi
begin
for when in $before $(printf -- '%s+ ' $behind); do
    status=0 plus=
    case $when in *+) plus=HUFU_KILL_AFTER=1 ;; esac
    env LD_PRELOAD="$preload" HUFU_KILL_AT="${when%+}" $plus "${new[@]}" >/dev/null 2>&1 || status=$?
    [ "$status" = 137 ] || fail "exit $status, not killed at $when"
    cut "killed at fsync $when"
done
expect 0 env LD_PRELOAD="$preload" HUFU_KILL_AT=11 "${new[@]}"
made 'after all those cuts'
for at in $failures; do
    begin
    refused 1 'Input/output error' env LD_PRELOAD="$preload" HUFU_FAIL_AT="$at" "${new[@]}"
    absent "$run/keys"
    [ -z "$(rest)" ] || fail "refused at fsync $at, left behind: $(rest)"
done
# Any instant; Ctrl-C and its like tidy up at once. Those may come before the run has looked at what
# an earlier one left, so they find nothing left.
begin
for instant in $instants; do
    status=0
    case $instant in KILL:*) ;; *) begin ;; esac
    # Without --default-signal what a script starts may not see SIGINT at all.
    timeout --signal="${instant%:*}" "${instant#*:}" env --default-signal=INT "${new[@]}" >/dev/null 2>&1 || status=$?
    case $instant in
        KILL:*) ;;
        *) [ -e "$run/keys" ] || [ -z "$(rest)" ] || fail "$instant left behind: $(rest)" ;;
    esac
    cut "$instant"
done
[ "$half" -ge 6 ] || fail "only $half runs were cut in the middle"
# A run that still works keeps what is its own; the place is the faster one's.
begin
env LD_PRELOAD="$preload" HUFU_STOP_AT=5 "${new[@]}" >"$work/slow" 2>&1 &
slow=$!
at_work() { [ -e "$(echo "$run"/.keys.new-*/lms-0.key)" ]; }
stands() { [ "$(sed 's/.*) \(.\).*/\1/' "/proc/$slow/stat")" = T ]; }
eventually stands
at_work || fail "not yet at work: $(rest)"
expect 0 "${new[@]}"
at_work || fail "the live run's folder is gone"
kill -CONT "$slow"
status=0
wait "$slow" || status=$?
slow=
[ "$status" = 1 ] && grep -q 'keys: exists' "$work/slow" || fail "the slower run: $status, $(cat "$work/slow")"
made 'two at once'
# A full disk; a folder that is there already, or has no name.
begin
refused 1 'exists, and is no empty folder' "$hufu" firmware keys new --keys "$run" --test
refused 1 'a name of its own' "$hufu" firmware keys new --keys "$run/." --test
status=0
(ulimit -f 32 && trap '' XFSZ && exec "${new[@]}") >"$work/full" 2>&1 || status=$?
[ "$status" = 1 ] && grep -q 'File too large' "$work/full" || fail "full disk: $status, $(cat "$work/full")"
[ -z "$(rest)" ] || fail "a full disk, left behind: $(rest)"

# --- what a header says is shown before anybody verified it: nothing that a terminal obeys ----------
expect 0 "$hufu" firmware info "$image"
for board in '\033[2J' '\377' 'two words' ''; do
    cp "$image" "$work/shown"
    # shellcheck disable=SC2059 # its escapes are meant
    printf "$board\\0\\0\\0\\0\\0\\0\\0\\0\\0\\0\\0" | head -c 11 | dd of="$work/shown" bs=1 seek=20 conv=notrunc status=none
    refused 1 'is no firmware image' "$hufu" firmware info "$work/shown"
done

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
refused 1 'Is a directory' "$hufu" firmware sign "$image" -o "$work" "${test_keys[@]}"
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
echo "ok: $half cuts of new keys, $kills of signing, $spent leaves"
