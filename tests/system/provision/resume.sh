#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The station killed in every wait for the disk, and the token's power cut in mid-work: the next run
# goes on with the same number and the same certificates. Quick: one token, cut again and again;
# long (HUFU_TEST_LONG): a fresh token for every cut, before and after the disk has it.
# REQ: K1 T3
set -euo pipefail
. "$(dirname "$0")/factory.sh"
read_sealed=$1
factory_begin
ln -s "$2" "$work/kill_at.so" # LD_PRELOAD takes no spaces
kill_at=$work/kill_at.so
ca_serve

# cut N [AFTER] - a run that is killed in its Nth wait; 0: it came to its end before.
cut() {
    local status=0
    LD_PRELOAD=$kill_at HUFU_KILL_AT=$1 ${2:+env "$2"} hufu provision --manufacturer 'Example Works' \
        --first "$first" --ca "$est" --tls-ca ca/tls-root.pem --station-id line-1 \
        --roots ca/device-roots.pem --issuer issuer.crt --out sealed --reader "${readers[0]}" \
        >cut.out 2>&1 || status=$?
    [ "$status" = 137 ] || [ "$status" = 0 ] || fail "cut $*: exit $status: $(cat cut.out)"
    [ "$status" = 137 ]
}

# whole STATE N - what must stand in the end, of the Nth token.
whole() {
    local its
    provision --reader "${readers[0]}" >/dev/null
    its=$(number "$2")
    [ "$(lifecycle 1)" = provisioned ] || fail "$1: not provisioned"
    [ "$(serial 1)" = "$its" ] || fail "$1: another number: $(serial 1)"
    [ "$(tail -n 1 sealed/provision.log | jq -r '"\(.serial) \(.step)"')" = "$its locked" ] ||
        fail "$1: the log's end"
    "$read_sealed" "sealed/$its.sealed" issuer.crt issuer.key >secrets
    # they are the token's: the issuer's way, with a store of known tokens that is his own
    HUFU_TRUST_DIR=$work/issuer.$1 HUFU_PIN=user-pin-1 HUFU_ADMIN_PIN=admin-pin-1 \
        hufu init --reader "${readers[0]}" --from-factory "sealed/$its.sealed" --issuer-key issuer.key \
        --issuer-cert issuer.crt >/dev/null
}
# A number that a token was told before a cut, and that no token shows, is not given again.
lost() { [ ! -e sealed/provision.log ] || jq -rs '[group_by(.serial)[] | select(last.step == "burning")] | length' sealed/provision.log; }
number() { printf '%s%04d' "${first%????}" $(($1 + $(lost))); }

# --- one token, a cut a run, each time a wait later
plug 1 t0 --factory
runs=0
for n in 1 2 3 4 5 6 7 8 9 10 11 12; do
    runs=$((runs + 1))
    cut "$n" || break
done
[ "$runs" -ge 4 ] || fail "only $runs runs were cut"
whole t0 0
unplug t0
[ "$(lost)" -le 2 ] || fail "$(lost) numbers are lost"
[ "$(hufu-ca device list | grep -c .)" = $((1 + $(lost))) ] || fail 'a second number'
[ "$(hufu-ca list | grep -c identity)" = 2 ] || fail 'a second certificate'

# --- half a line at the end of the log is what a cut left
printf '{"time":"2026-11-21T08:42:00Z","reader":"R","ser' >>sealed/provision.log
# --- the token's power, cut while the station works
plug 1 t1 --factory
for pause in 0.05 0.25 0.5 0.75; do
    provision --reader "${readers[0]}" >/dev/null 2>&1 &
    pid=$!
    sleep "$pause"
    "$emu" power-cut --state "$work/t1" >/dev/null 2>&1 || true
    wait "$pid" || true
    plug 1 t1
done
whole t1 1
unplug t1

# --- cut with its number burnt and no mark yet, and plugged in elsewhere: the number stays its own, and
# the token that is in its place by now gets another
plug 1 t2 --factory
cut 3 HUFU_KILL_AFTER=1 || fail 'not cut' # planned, reserved, burning
[ "$(tail -n 1 sealed/provision.log | jq -r .step)" = burning ] || fail "cut elsewhere: $(tail -n 1 sealed/provision.log)"
told=$(tail -n 1 sealed/provision.log | jq -r .serial)
unplug t2
printf %s "$told" | dd of=t2/otp.bin bs=1 seek=32 conv=notrunc status=none
plug 1 t3 --factory
provision --reader "${readers[0]}" >/dev/null
[ "$(serial 1)" != "$told" ] || fail 'a number in two tokens'
unplug t3
plug 1 t4 --factory
plug 2 t2
provision --station 2 >/dev/null
[ "$(serial 2)" = "$told" ] || fail "a torn token got another number: $(serial 2)"
[ "$(serial 1)" != "$told" ] || fail 'a number in two tokens'
unplug t4
unplug t2

# --- every cut by itself
waits=0
if [ -n "${HUFU_TEST_LONG:-}" ]; then
    next=5
    for after in '' HUFU_KILL_AFTER=1; do
        for ((n = 1; ; n++)); do
            plug 1 "t$next" --factory
            status=0
            cut "$n" "$after" || status=1
            whole "t$next" "$next"
            unplug "t$next"
            next=$((next + 1))
            waits=$((waits + 1))
            [ "$status" = 0 ] || break
        done
    done
    [ "$waits" -ge 16 ] || fail "only $waits cuts"
fi
devices=$(hufu-ca device list | grep -c .)
[ "$(hufu-ca list | grep -c identity)" = $((2 * (devices - $(lost)))) ] || fail 'a second certificate'
[ "$(hufu-ca device list | awk -F'\t' '$4 == "-"' | grep -c . || true)" = "$(lost)" ] || fail 'a number without a token'
expect 0 hufu-ca audit verify
echo "provision resume: $runs runs of one token cut, $waits tokens cut once, $devices numbers: ok"
